"""What HQ tells a store reaches its kiosks, and what a shopper or a new kiosk asks is answered."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from hq_server.accounts.scope import EVERYTHING
from hq_server.clock import utc_now
from hq_server.enrolment import service as enrolment
from hq_server.surveys import document
from hq_server.surveys import service as surveys
from kiosk.events import (
    AskTapped,
    CodeKeyTapped,
    FinishTapped,
    LookupTapped,
    Rated,
    SkipTapped,
    State,
)
from protocols import wire
from protocols.briefs import BriefKind
from protocols.enrolment import EnrolAnswer, EnrolRequest, enrol_url
from simulator.silent_kiosk import SilentKiosk
from tests.flows.whole_chain import WholeChain


def lives_until(kiosk: SilentKiosk, holds: Callable[[], bool], within_s: float = 30) -> bool:
    """Let the kiosk live until something holds; say whether it did."""
    give_up = time.monotonic() + within_s
    while not holds() and time.monotonic() < give_up:
        kiosk.live(0.1)
    return holds()


def test_a_store_is_told_and_a_shopper_follows_the_case_by_its_code(chain: WholeChain) -> None:
    signed = surveys.Signed(author="test", note="", at=utc_now())
    with chain.database.writing() as connection:
        number = surveys.save(connection, document.first(), signed)
        surveys.publish(connection, number, [surveys.CHAIN], signed)
    chain.start_ingest()
    chain.start_gateway()
    gateway = chain.gateway.runner.gateway
    device = chain.store.kiosks[0].device
    with chain.kiosk() as kiosk:

        def is_told() -> bool:
            state = gateway.connected.get(device)
            return state is not None and state.survey_version == number and bool(state.codes_left)

        assert lives_until(kiosk, is_told)
        told = {BriefKind.SURVEY, BriefKind.PROMISES, BriefKind.CODES}
        assert told <= set(gateway.briefs.versions)
        kiosk.touch(Rated(1), SkipTapped())
        kiosk.wait_for(State.THANKS)
        code = kiosk.flow.picture().code
        assert len(code.replace("-", "")) == 10
        chain.wait_for_row(lambda row: row["case"] is not None)
        kiosk.touch(FinishTapped(), LookupTapped())
        kiosk.touch(*(CodeKeyTapped(sign) for sign in code.replace("-", "")), AskTapped())
        kiosk.wait_for(State.CASE)
        case = kiosk.flow.picture().case
        assert case is not None
        assert case.nodes[0].step == "received"


def test_a_new_kiosk_comes_with_a_code_that_hq_gave_out(chain: WholeChain) -> None:
    wanted = enrolment.Wanted(
        store=chain.store.store,
        device="new-kiosk",
        touchpoint=chain.store.kiosks[0].touchpoint,
        address=f"ws://127.0.0.1:{chain.store.board_port}",
    )
    with chain.database.writing() as connection:
        invitation = enrolment.invite(connection, EVERYTHING, wanted, "test", utc_now())
    chain.start_ingest()
    chain.start_gateway()
    held = chain.gateway.runner.gateway.briefs
    give_up = time.monotonic() + 30
    while not held.enrolments.enrolments and time.monotonic() < give_up:
        time.sleep(0.05)
    request = EnrolRequest(code=invitation.code, program="storeloop-kiosk 1")
    url = urlsplit(enrol_url(invitation.gateway))
    link = http.client.HTTPConnection(url.netloc, timeout=10)
    link.request("POST", url.path, wire.encode_enrolment(request))
    answer = wire.decode_enrol_answer(link.getresponse().read())
    assert isinstance(answer, EnrolAnswer)
    assert (answer.device, answer.store) == ("new-kiosk", chain.store.store)
    assert chain.gateway.devices.get("new-kiosk") is not None
