"""What HQ says reaches the screen: codes of its own making, how a case stands, a kiosk set up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from hq_server.accounts.scope import EVERYTHING
from hq_server.clock import utc_now
from hq_server.enrolment import service as enrolment
from hq_server.enrolment.service import Wanted
from hq_server.surveys import document
from hq_server.surveys import service as surveys
from hq_server.surveys.service import Signed
from kiosk import settings as kiosk_settings
from kiosk.enrolment import settings_file
from kiosk.enrolment.client import enrol
from kiosk.events import AskTapped, CodeKeyTapped, LookupTapped, Rated, SkipTapped, State
from protocols.enrolment import EnrolAnswer, EnrolProblem, EnrolRefused
from protocols.messages import CaseFound
from simulator.silent_kiosk import SilentKiosk
from tests.flows.whole_chain import WholeChain
from tests.kiosk.gateway_peer import wait_for


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeChain]:
    made = WholeChain(tmp_path_factory.mktemp("chain"))
    try:
        made.start_ingest()
        made.start_gateway()
        yield made
    finally:
        made.close()


def test_hqs_own_code_is_on_the_slip_and_leads_to_the_case_at_any_kiosk(chain: WholeChain) -> None:
    with chain.kiosk(0) as kiosk, chain.kiosk(1) as neighbour:
        wait_for(lambda: kiosk.codes_ready > 0)
        kiosk.touch(Rated(1), SkipTapped())
        kiosk.wait_for(State.THANKS)
        code = kiosk.flow.picture().code
        assert [len(part) for part in code.split("-")] == [4, 4, 2], "of HQ's making"
        chain.wait_for_row(lambda row: row["case_code"] == code)
        typed = [CodeKeyTapped(character) for character in code.replace("-", "")]
        neighbour.touch(LookupTapped(), *typed, AskTapped())
        neighbour.wait_for(State.CASE)
        told = neighbour.flow.picture().case
    assert told is not None
    assert (told.found, told.nodes[0].step) == (CaseFound.FOUND, "received")


def test_a_survey_that_hq_publishes_is_asked_at_once_and_after_a_restart(
    chain: WholeChain,
) -> None:
    ask = {"zh-CN": "今天顺利吗？", "en": "All well today?"}
    signed = Signed(author="tests", note="", at=utc_now())
    with chain.kiosk(0) as kiosk:
        before = kiosk.flow.picture().asked.ask
        with chain.database.writing() as connection:
            wanted = msgspec.structs.replace(document.first(), ask=ask, questions=())
            number = surveys.save(connection, wanted, signed)
            surveys.publish(connection, number, [surveys.CHAIN], signed)
        assert before != ask
        give_up = time.monotonic() + 20
        while kiosk.flow.picture().asked.ask != ask:
            kiosk.live(0.05)
            assert time.monotonic() < give_up
    with chain.kiosk(0) as again:
        assert again.flow.picture().asked.ask == ask, "without asking anybody"


def test_a_kiosk_that_hq_invited_is_set_up_once_and_its_taps_count(
    chain: WholeChain, tmp_path: Path
) -> None:
    address = f"ws://127.0.0.1:{chain.gateway.settings.listen.port}"
    wanted = Wanted(store=chain.store.store, device="new-1", touchpoint="door", address=address)
    with chain.database.writing() as connection:
        invitation = enrolment.invite(connection, EVERYTHING, wanted, "tests", utc_now())
    answers: list[EnrolAnswer | EnrolRefused] = []

    def accepted() -> bool:
        answers.append(enrol(invitation.gateway, invitation.code))
        return isinstance(answers[-1], EnrolAnswer)

    wait_for(lambda: bool(chain.gateway.runner.gateway.briefs.enrolments.enrolments))
    wait_for(accepted)
    answer = answers[-1]
    assert isinstance(answer, EnrolAnswer)
    settings_file.keep(tmp_path / "kiosk.toml", answer, invitation.gateway)
    settings = kiosk_settings.load(tmp_path / "kiosk.toml")
    assert (settings.device, settings.touchpoint) == ("new-1", "door")
    assert settings.hq_verify_key is not None
    with SilentKiosk(settings) as kiosk:
        kiosk.touch(Rated(2), SkipTapped())
        kiosk.wait_for(State.THANKS)
        visit = kiosk.flow.visit
        assert visit is not None
        chain.wait_for_row(lambda row: row["id"] == visit.response)
    wrong = enrol(invitation.gateway, "05HM-CQQ1-6S")
    assert wrong == EnrolRefused(why=EnrolProblem.WRONG_CODE)
