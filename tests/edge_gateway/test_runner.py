import asyncio
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge_gateway import mqtt
from edge_gateway.clock import SystemClock
from edge_gateway.runner import Runner
from edge_gateway.settings import Broker
from protocols import topics, wire
from protocols.briefs import BriefKind, Problems
from protocols.case_code import block_code
from protocols.messages import (
    Alarm,
    Batch,
    CaseAsked,
    CaseFound,
    CaseTold,
    CodesGranted,
    Committed,
    DeviceState,
    GatewayState,
    HopMessage,
    HqState,
    Instruction,
    Offer,
    Stored,
    Stream,
)
from tests.edge_gateway.field import (
    HQ_KEY,
    START,
    Store,
    batch,
    brief,
    code_block,
    offer,
    response,
    stream,
)
from tests.edge_gateway.running import (
    Running,
    configured,
    eventually,
    free_port,
    hear,
    running,
    say,
)
from tests.edge_gateway.test_mqtt import MOSQUITTO, Listener, RealBroker

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="needs Debian's package mosquitto")


class Hq:
    """An ingest of a few lines: takes what comes in order, and says so."""

    def __init__(self, port: int, events: dict[Stream, list[bytes]] | None = None) -> None:
        """`events`: what HQ has already, when it listens at several brokers."""
        self.peer = Listener(port, "hq", (topics.up_all(), topics.state_all()))
        self.events: dict[Stream, list[bytes]] = {} if events is None else events
        self.states: list[GatewayState] = []
        self.cases: list[CaseAsked] = []
        self.peer.wait(mqtt.LinkStood)
        self.say(topics.hq("i1"), HqState(online=True, boot="b1"))

    def say(self, topic: str, message: HopMessage | bytes) -> None:
        payload = message if isinstance(message, bytes) else wire.encode(message)
        self.peer.link.publish(topic, payload)

    def has(self, count: int, of: Stream | None = None) -> bool:
        """Take what has come so far; say whether it is that many events."""
        self._take()
        kept = self.events.values() if of is None else [self.events.get(of, [])]
        return sum(map(len, kept)) == count

    def _take(self) -> None:
        while not self.peer.heard.empty():
            event = self.peer.heard.get()
            if isinstance(event, mqtt.Received):
                message = wire.decode(event.payload)
                if isinstance(message, GatewayState):
                    self.states.append(message)
                elif isinstance(message, Offer | Batch):
                    self._answer(message)
                elif isinstance(message, CaseAsked):
                    self.cases.append(message)

    def _answer(self, message: Offer | Batch) -> None:
        kept = self.events.setdefault(message.stream, [])
        if isinstance(message, Batch) and message.first <= len(kept) + 1:
            kept.extend(message.events[len(kept) + 1 - message.first :])
        nonce = message.nonce if isinstance(message, Offer) else 0
        answer = Committed(stream=message.stream, through=len(kept), nonce=nonce)
        self.say(topics.down("g1"), answer)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RealBroker]:
    one = RealBroker(tmp_path)
    yield one
    one.stop()


@pytest.fixture
def gateway(tmp_path: Path, broker: RealBroker) -> Iterator[Running]:
    with running(configured(tmp_path, broker_port=broker.port)) as one:
        yield one


def test_d5_a_tap_goes_up_and_the_word_of_hq_comes_down(
    gateway: Running, broker: RealBroker
) -> None:
    hq = Hq(broker.port)
    made = batch(response(1), response(2))
    with gateway.device() as link:
        say(link, offer(stream(), 2))
        hear(link)
        say(link, made)
        assert hear(link) == Stored(stream=stream(), through=2)
        assert eventually(lambda: hq.has(2, stream()))
        answers = [hear(link)]
        while answers[-1] != Committed(stream=stream(), through=2):
            answers.append(hear(link))
    assert hq.events[stream()] == list(made.events)
    waiting = gateway.program.runner.gateway.hq.uplink.waiting
    assert eventually(lambda: waiting() == 0)
    assert hq.states[0].online
    hq.peer.link.stop()


def test_what_hq_tells_reaches_the_kiosk_and_a_question_of_a_shopper_reaches_hq(
    gateway: Running, broker: RealBroker
) -> None:
    hq = Hq(broker.port)
    problems = brief(BriefKind.PROBLEMS, Problems(problems=()), "7")
    forged = msgspec.structs.replace(problems, version="8")
    with gateway.device() as link:
        state = DeviceState(device="k1", epoch="e1", program="t", accepted={}, waiting=0, at=START)
        say(link, state)
        for told in (forged, problems, code_block()):
            hq.say(topics.down("g1"), told)
        assert hear(link) == problems
        assert eventually(lambda: gateway.program.runner.gateway.codes.left == 300)
        say(link, msgspec.structs.replace(state, codes_left=0, briefs={BriefKind.PROBLEMS: "7"}))
        granted = hear(link)
        assert isinstance(granted, CodesGranted)
        assert len(granted.codes) == 200
        hq.say(topics.hq("i1"), HqState(online=True, boot="b1"))
        assert eventually(lambda: gateway.program.runner.gateway.hq.cut_since_ms is None)
        code = block_code(HQ_KEY, 77)
        say(link, CaseAsked(code=code, nonce=3))
        assert eventually(lambda: hq.has(0) and hq.cases != [])
        (asked,) = hq.cases
        assert (asked.code, asked.device) == (code, "k1")
        answer = CaseTold(code=code, nonce=asked.nonce, found=CaseFound.UNKNOWN)
        hq.say(topics.down("g1"), answer)
        assert hear(link) == msgspec.structs.replace(answer, nonce=3)
    assert hq.states[-1].briefs == {"problems": "7", "codes": "block-1"}
    assert hq.states[-1].codes_left == 300
    hq.peer.link.stop()


def test_d4_of_two_brokers_one_may_die_at_a_time_and_everything_arrives(tmp_path: Path) -> None:
    brokers = {one.port: one for one in (RealBroker(tmp_path), RealBroker(tmp_path))}
    first, second = brokers
    events: dict[Stream, list[bytes]] = {}
    hqs = {port: Hq(port, events) for port in brokers}
    settings = configured(
        tmp_path, broker_port=first, more_broker=f'others = ["127.0.0.1:{second}"]\n'
    )
    sent: list[bytes] = []
    with running(settings) as gateway, gateway.device() as link:
        hq = gateway.program.runner.gateway.hq
        say(link, offer(stream(), 1))
        hear(link)

        def all_there() -> bool:
            return any(one.has(len(sent), stream()) for one in hqs.values())

        for killed in (None, *brokers, *brokers):
            if killed is not None:
                brokers[killed].stop()
            made = batch(response(len(sent) + 1), first=len(sent) + 1)
            sent += made.events
            say(link, made)
            assert eventually(all_there, 20)
            if killed is not None:
                assert hq.broker != f"127.0.0.1:{killed}"
                brokers[killed].start()
                hqs[killed].peer.wait(mqtt.LinkStood, 20)
                hqs[killed].say(topics.hq("i1"), HqState(online=True, boot="b1"))
    assert events[stream()] == sent
    for one in hqs.values():
        one.peer.link.stop()
    for broker in brokers.values():
        broker.stop()


def test_a_broker_that_hq_does_not_reach_is_left_for_one_where_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge_gateway.headquarters.PATIENCE_WITH_BROKER_MS", 500)
    brokers = {one.port: one for one in (RealBroker(tmp_path), RealBroker(tmp_path))}
    first, second = brokers
    others = f'others = ["127.0.0.1:{second}"]\n'
    with running(configured(tmp_path, broker_port=first, more_broker=others)) as gateway:
        hq_here = gateway.program.runner.gateway.hq
        assert eventually(lambda: hq_here.broker is not None, 10)
        elsewhere = second if str(hq_here.broker).endswith(str(first)) else first
        hq = Hq(elsewhere)
        with gateway.device() as link:
            say(link, offer(stream(), 1))
            hear(link)
            say(link, batch(response(1)))
            assert eventually(lambda: hq.has(1, stream()), 20)
        assert hq_here.broker == f"127.0.0.1:{elsewhere}"
        hq.peer.link.stop()
    for broker in brokers.values():
        broker.stop()


def test_an_alarm_sounds_with_the_wan_cut_and_all_arrives_afterwards(
    gateway: Running, broker: RealBroker
) -> None:
    broker.stop()
    assert eventually(lambda: not gateway.program.runner.gateway.hq.broker_up)
    with gateway.device() as link:
        say(link, offer(stream(), 1))
        hear(link)
        say(link, batch(response(1, urgent=True)))
        said = [hear(link), hear(link)]
    assert {type(one) for one in said} == {Alarm, Stored}
    broker.start()
    hq = Hq(broker.port)
    assert eventually(lambda: hq.has(1, stream()), 10)
    assert eventually(lambda: hq.has(2), 10)
    hq.peer.link.stop()


def test_hostile_bytes_from_above_are_counted_and_change_nothing(
    gateway: Running, broker: RealBroker
) -> None:
    hq = Hq(broker.port)
    runner = gateway.program.runner
    assert eventually(lambda: runner.gateway.hq.broker_up)
    hq.say(topics.down("g1"), b"\xff\xff")
    hq.say(topics.down("g1"), offer(stream(), 1))
    hq.say(topics.hq("i1"), b"junk")
    hq.say(topics.down("g1"), Committed(stream=stream("stranger"), through=9))
    order = Instruction(instruction="i", text={"en": "Open another till"})
    hq.say(topics.down("g1"), order)
    instructions = runner.gateway.floor.instructions
    assert eventually(lambda: instructions.from_hq(runner.clock.now()) == [order])
    assert runner.counts["malformed_downlink"] == 3
    hq.peer.link.stop()


def test_mosquitto_is_where_debian_puts_it() -> None:
    assert shutil.which(str(MOSQUITTO)) == MOSQUITTO


class Watched(Runner):
    """Notes on which threads its will was asked for."""

    def will(self) -> mqtt.Will:
        self.asked_on = {*getattr(self, "asked_on", set()), threading.current_thread()}
        return super().will()


def test_the_will_is_made_on_the_loop_and_nowhere_else(tmp_path: Path) -> None:
    store = Store(tmp_path)
    runner = Watched(store.gateway, store.outbox, SystemClock())

    async def run() -> None:
        link = mqtt.BrokerLink(
            Broker(port=free_port()), "g1", will=runner.will(), topics=(), report=runner.hear
        )
        runner.start(link)
        await asyncio.sleep(1.2)  # a few tries that come to nothing
        await runner.stop()

    asyncio.run(run())
    assert runner.asked_on == {threading.current_thread()}
