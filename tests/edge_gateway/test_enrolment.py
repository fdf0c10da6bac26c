import asyncio
import http.client
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from edge_gateway import events as ev
from edge_gateway import inspection
from edge_gateway.board.tries import MOST_A_MINUTE, UNHURRIED_FROM_ALL
from edge_gateway.briefs import HeldBriefs
from edge_gateway.devices import Devices
from edge_gateway.enrolment import ENROLLED, PAUSE_S, RENEW_WITHIN_MS, RENEWED, Desk
from edge_gateway.errors import GatewayError
from edge_gateway.settings import Settings, hash_token
from protocols import wire
from protocols.briefs import BriefKind, Enrolment, Enrolments, enrolment_hash
from protocols.case_code import block_code
from protocols.enrolment import PATH, EnrolAnswer, EnrolProblem, EnrolRefused, EnrolRequest
from protocols.messages import Clock, ClockQuality
from tests.edge_gateway.field import GATEWAY, HQ_KEY, START, STORE, VERIFY_KEY, brief, later
from tests.edge_gateway.running import Running, configured, eventually, hear, running

CODE, OTHER, NOBODYS = (block_code(HQ_KEY, n) for n in (1, 2, 3))
DAY_MS = 24 * 3_600_000


def expected(device: str = "k9", code: str = CODE, expires_ms: int | None = None) -> Enrolment:
    return Enrolment(
        device=device,
        touchpoint="till-9",
        code_hash=enrolment_hash(code),
        expires_ms=START.wall_ms + DAY_MS if expires_ms is None else expires_ms,
        store_name={"en": "North"},
        touchpoint_name={"en": "Till 9"},
        settings={"language": "en"},
    )


def told(*enrolments: Enrolment) -> HeldBriefs:
    briefs = HeldBriefs(GATEWAY, STORE, VERIFY_KEY)
    body = Enrolments(enrolments=enrolments)
    briefs.take(brief(BriefKind.ENROLMENTS, body), body)
    return briefs


class Store:
    """A desk and a clock."""

    def __init__(self, settings: Settings, *enrolments: Enrolment) -> None:
        settings.data_dir.mkdir(exist_ok=True)
        self.settings = settings
        self.devices = Devices(settings)
        self.desk = Desk(settings, self.devices, told(*enrolments))

    def ask(
        self, code: str = CODE, now: Clock = START, client: str = "10.0.0.9"
    ) -> EnrolAnswer | EnrolRefused:
        request = wire.encode_enrolment(EnrolRequest(code=code, program="storeloop-kiosk 1"))
        return asyncio.run(self.desk.asked(request, client, now))

    def enrol(self, code: str = CODE, now: Clock = START) -> EnrolAnswer:
        answer = self.ask(code, now)
        assert isinstance(answer, EnrolAnswer)
        return answer

    def refusal(self, code: str = CODE, now: Clock = START) -> EnrolProblem:
        answer = self.ask(code, now, client=f"10.0.1.{len(self.desk.counts)}")
        assert isinstance(answer, EnrolRefused)
        return answer.why


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(configured(tmp_path), expected(), expected("k1", OTHER))


def knows(devices: Devices, answer: EnrolAnswer) -> bool:
    known = devices.get(answer.device)
    return known is not None and known.secret_hash == hash_token(answer.token)


def test_who_knows_the_code_is_told_who_it_is(store: Store) -> None:
    answer = store.enrol(CODE.replace("-", " ").lower())
    assert (answer.device, answer.store, answer.touchpoint) == ("k9", "s1", "till-9")
    assert (answer.store_name, answer.touchpoint_name) == ({"en": "North"}, {"en": "Till 9"})
    assert answer.settings == {"language": "en"}
    assert knows(store.devices, answer)
    assert store.desk.counts == {ENROLLED: 1}


def test_neither_code_nor_token_lies_on_disk_or_in_the_log(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = store.enrol()
        store.refusal(NOBODYS)
    kept = b"".join(one.read_bytes() for one in store.settings.data_dir.iterdir()).decode()
    for secret in (CODE, CODE.replace("-", ""), answer.token, NOBODYS):
        assert secret not in kept + caplog.text


def test_a_lost_answer_is_given_again_with_another_token(store: Store) -> None:
    first = store.enrol()
    again = store.enrol(now=later(RENEW_WITHIN_MS / 1000))
    assert again.token != first.token
    assert knows(store.devices, again)
    assert not knows(store.devices, first)
    assert store.refusal(now=later(RENEW_WITHIN_MS / 1000 + 1)) is EnrolProblem.USED
    assert store.desk.counts == {ENROLLED: 1, RENEWED: 1, EnrolProblem.USED: 1}


def test_it_is_given_again_although_hq_has_crossed_the_code_out(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    Store(settings, expected()).enrol()
    restarted = Store(settings)
    assert restarted.enrol().device == "k9"
    assert restarted.refusal(now=later(3600)) is EnrolProblem.USED


def test_a_code_that_set_a_kiosk_up_which_was_forgotten_is_used(store: Store) -> None:
    store.enrol()
    store.devices.forget("k9", START.wall_ms)
    assert store.refusal() is EnrolProblem.USED


def test_codes_that_nobody_waits_for_are_wrong(store: Store) -> None:
    for code in (NOBODYS, "", "12345678", CODE[:-1]):
        assert store.refusal(code) is EnrolProblem.WRONG_CODE


def test_an_expired_code_is_refused_and_an_unset_clock_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(configured(tmp_path), expected(expires_ms=START.wall_ms))
    assert store.refusal(now=later(1)) is EnrolProblem.EXPIRED
    assert "no time service" not in caplog.text
    unset = Clock(boot="b", mono_ms=1, wall_ms=START.wall_ms + 1, quality=ClockQuality.UNSYNCED)
    assert store.refusal(now=unset) is EnrolProblem.EXPIRED
    assert "no time service keeps this clock" in caplog.text
    assert store.enrol().device == "k9"  # at its last moment


def test_a_device_of_gateway_toml_is_not_set_up_with_a_code(store: Store) -> None:
    before = store.devices.get("k1")
    assert store.refusal(OTHER) is EnrolProblem.USED
    assert store.devices.get("k1") == before


def test_wrong_codes_are_limited_by_address_and_right_ones_are_not(store: Store) -> None:
    wrong = [store.ask(NOBODYS) for _ in range(MOST_A_MINUTE + 1)]
    assert [one.why for one in wrong if isinstance(one, EnrolRefused)] == [
        *[EnrolProblem.WRONG_CODE] * MOST_A_MINUTE,
        EnrolProblem.SLOW_DOWN,
    ]
    last = store.ask(CODE)  # not even with the right one
    assert isinstance(last, EnrolRefused)
    assert (last.why, last.wait_s) == (EnrolProblem.SLOW_DOWN, 60)
    for _ in range(MOST_A_MINUTE + 1):
        assert isinstance(store.ask(CODE, client="10.0.0.10"), EnrolAnswer)


def test_when_many_addresses_try_each_try_waits(store: Store) -> None:
    request = wire.encode_enrolment(EnrolRequest(code=NOBODYS, program="x"))

    async def how_long_they_take() -> list[bool]:
        at_once = []
        for number in (*range(UNHURRIED_FROM_ALL), "last"):
            asked = store.desk.asked(request, f"10.0.2.{number}", START)
            try:
                await asyncio.wait_for(asked, PAUSE_S / 4)
                at_once.append(True)
            except TimeoutError:
                at_once.append(False)
        return at_once

    assert asyncio.run(how_long_they_take()) == [*[True] * UNHURRIED_FROM_ALL, False]


def test_a_disk_that_takes_nothing_is_no_trap(store: Store) -> None:
    kept = store.settings.data_dir
    kept.rename(kept.with_name("gone"))
    assert store.refusal() is EnrolProblem.SLOW_DOWN
    kept.with_name("gone").rename(kept)
    assert store.enrol().device == "k9"


# --- over real sockets ---


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(configured(tmp_path_factory.mktemp("gateway"))) as one:
        in_a_day = one.program.clock.now().wall_ms + DAY_MS
        body = Enrolments(enrolments=(expected(expires_ms=in_a_day),))
        signed = brief(BriefKind.ENROLMENTS, body)
        one.post(ev.BriefArrived(signed))
        held = one.program.runner.gateway.briefs
        assert eventually(lambda: held.enrolments == body)
        yield one


def post(gateway: Running, body: bytes) -> tuple[int, bytes]:
    link = http.client.HTTPConnection("127.0.0.1", gateway.settings.listen.port, timeout=10)
    link.request("POST", PATH, body=body)
    answer = link.getresponse()
    return answer.status, answer.read()


def test_a_new_kiosk_posts_its_code_connects_at_once_and_is_forgotten(gateway: Running) -> None:
    request = EnrolRequest(code=CODE, program="storeloop-kiosk 1")
    status, body = post(gateway, wire.encode_enrolment(request))
    assert status == 200
    answer = wire.decode_enrol_answer(body)
    assert isinstance(answer, EnrolAnswer)
    with gateway.device(answer.device, answer.token) as link:
        (line,) = [one for one in inspection.device_lines(gateway.settings) if "k9" in one]
        assert "storeloop-kiosk 1" in line
        inspection.forgotten(gateway.settings, "k9")
        assert "set up again" in str(hear(link))
        with pytest.raises(ConnectionClosed):
            link.recv(5)
    with pytest.raises(InvalidStatus):
        gateway.device(answer.device, answer.token)
    with pytest.raises(GatewayError, match="no kiosk k9"):
        inspection.forgotten(gateway.settings, "k9")
    with pytest.raises(GatewayError, match="settings file"):
        inspection.forgotten(gateway.settings, "k1")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"code": 1}', b"\xff", b"{" * 60_000])
def test_what_is_no_request_gets_an_answer_in_json(gateway: Running, body: bytes) -> None:
    status, said = post(gateway, body)
    assert status == 400
    assert json.loads(said)["why"] == "unreadable"
