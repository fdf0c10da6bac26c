"""The stand-in gateways say what a real one says: HQ's own receiver judges it."""

from benchmarks.light_gateway import LightGateway, streams_of
from protocols import topics, wire
from protocols.delivery import Accept, Receiver
from protocols.messages import Batch, Committed, HqState, Lane, Offer, Stream

STREAM = streams_of("d1")[Lane.BULK]
EVENTS = [b"%d" % number for number in range(1, 26)]


class Hq:
    """Answers what comes; keeps the events."""

    def __init__(self) -> None:
        self.receivers: dict[Stream, Receiver] = {}
        self.kept: list[bytes] = []

    def answer(self, raw: bytes) -> bytes:
        message = wire.decode(raw)
        assert isinstance(message, Offer | Batch)
        receiver = self.receivers.setdefault(message.stream, Receiver(0))
        nonce = message.nonce if isinstance(message, Offer) else 0
        if isinstance(message, Batch):
            verdict = receiver.arrived(message.first, len(message.events), message.floor)
            if isinstance(verdict, Accept):
                self.kept += message.events[verdict.skip :]
        return wire.encode(Committed(stream=message.stream, through=receiver.through, nonce=nonce))


def talk(one: LightGateway, hq: Hq, messages: list[bytes]) -> None:
    while messages:
        answers = [hq.answer(raw) for raw in messages]
        messages = [more for raw in answers for more in one.heard(raw, "g1", 0)]


def state(*partitions: int, boot: str = "b1") -> bytes:
    return wire.encode(HqState(online=True, boot=boot, partitions=partitions or None))


def test_all_events_arrive_once_and_in_order() -> None:
    one, hq = LightGateway("g1", "s1", {STREAM: EVENTS}, batch_events=10), Hq()
    talk(one, hq, one.heard(state(), "hq", 0))
    talk(one, hq, one.add(STREAM, b"26", 0))
    assert hq.kept == [*EVENTS, b"26"]
    assert one.committed == one.head == 26


def test_batches_wait_for_the_start_and_offers_do_not() -> None:
    one, hq = LightGateway("g1", "s1", {STREAM: EVENTS}, batch_events=10), Hq()
    one.paused = True
    talk(one, hq, one.heard(state(), "hq", 0))
    assert one.answered
    assert hq.kept == []
    talk(one, hq, one.start())
    assert hq.kept == EVENTS


def test_only_the_process_that_takes_its_partition_in_counts() -> None:
    one = LightGateway("g1", "s1", {STREAM: EVENTS})
    mine = topics.partition("g1")
    assert one.heard(state((mine + 1) % topics.PARTITIONS), "other", 0) == []
    assert one.heard(state(mine), "hq", 0)
    assert one.heard(state(mine), "hq", 0) == [], "said already"
    assert one.heard(state(mine, boot="b2"), "hq", 0), "started anew: offers again"


def test_what_hq_forgot_is_sent_again() -> None:
    one, hq = LightGateway("g1", "s1", {STREAM: EVENTS}, batch_events=10), Hq()
    talk(one, hq, one.linked(0))
    one.lost()
    again = Hq()
    talk(one, again, one.linked(0))
    assert again.kept == EVENTS


def test_its_batches_are_what_it_would_send() -> None:
    one = LightGateway("g1", "s1", {STREAM: EVENTS}, batch_events=10)
    found = [wire.decode(raw) for raw in one.batches()]
    assert [len(each.events) for each in found if isinstance(each, Batch)] == [10, 10, 5]
