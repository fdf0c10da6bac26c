from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.pad import frames
from protocols.pad.host import (
    FIRST_PATIENCE_S,
    Beat,
    Offered,
    PadEvent,
    PadHost,
    Pressed,
    Silent,
)

UID, EPOCH, BOOT = b"pad-0001", 0xE0C, 0xB007


def hello(*, oldest: int = 1, head: int = 3, acked: int = 0, epoch: int = EPOCH) -> bytes:
    return frames.encode(frames.HELLO, UID, epoch, BOOT, oldest, head, acked, 9_000, 1, 0x010000)


def press(seq: int, key: int = 5) -> bytes:
    return frames.encode(frames.PRESS, seq, BOOT, 1_000 * seq, 0, key, 0, 0, 120)


def said(host: PadHost) -> list[tuple[int, tuple[int | bytes, ...]]]:
    return frames.Frames().receive(host.to_send())


def seqs(events: list[PadEvent]) -> list[int]:
    return [one.seq for one in events if isinstance(one, Pressed)]


def welcomed(through: int = 0, **held: int) -> PadHost:
    """Return a host whose pad has just got its welcome, at 10 seconds."""
    host = PadHost()
    (offered,) = host.feed(hello(**held), 10.0)
    assert isinstance(offered, Offered)
    host.opened(through, offered.nonce)
    said(host)
    return host


def test_it_asks_who_is_there_until_somebody_is() -> None:  # P10
    host = PadHost()
    assert host.to_send() == b"\x00\x00"
    host.tick(0.0)
    host.tick(0.5)
    assert said(host) == [(frames.WHO, ())]
    host.tick(1.0)
    assert said(host) == [(frames.WHO, ())]
    assert host.feed(press(1), 1.5) == [], "nobody knows yet whose press that is"
    host.feed(hello(), 2.0)
    host.tick(5.0)
    assert said(host) == []


def test_the_pad_is_welcome_once_the_disk_was_asked() -> None:  # P11
    host = PadHost()
    (offered,) = host.feed(hello(oldest=1, head=7, acked=2), 10.0)
    assert isinstance(offered, Offered)
    assert (offered.hello.uid, offered.hello.head, offered.hello.acked) == (UID, 7, 2)
    assert said(host) == []
    assert host.feed(hello(head=7), 11.0) == [], "the disk was asked already"
    host.opened(4, offered.nonce + 1)
    assert said(host) == [], "an answer to another offer"
    host.opened(4, offered.nonce)
    assert said(host) == [(frames.WELCOME, (EPOCH, 4, 5, 1_500))]
    assert seqs(host.feed(press(4) + press(5), 12.0)) == [5]


def test_only_what_is_stored_is_acknowledged() -> None:  # P12
    host = welcomed()
    assert seqs(host.feed(press(1) + press(2) + press(3), 11.0)) == [1, 2, 3]
    assert said(host) == []
    host.stored(2, 11.1)
    assert said(host) == [(frames.ACK, (EPOCH, 2))]
    assert host.feed(press(2), 11.2) == []
    assert said(host) == [(frames.ACK, (EPOCH, 2))], "the acknowledgement may have been lost"


def test_a_gap_is_told_once_and_again_when_the_pad_went_back_in_vain() -> None:  # P13
    host = welcomed(head=9)
    host.feed(press(1), 11.0)
    assert host.feed(press(3) + press(4), 11.1) == []
    assert said(host) == [(frames.NAK, (EPOCH, 2))]
    assert host.feed(press(3), 11.2) == [], "number 2 was lost again"
    assert said(host) == [(frames.NAK, (EPOCH, 2))]
    assert seqs(host.feed(press(2), 11.3)) == [2, 3, 4], "what came early was kept"
    assert seqs(host.feed(press(3) + press(4) + press(5), 11.4)) == [5]


def test_what_the_pad_no_longer_holds_is_not_waited_for() -> None:  # P14
    host = welcomed(through=3, oldest=7, head=9, acked=6)
    assert seqs(host.feed(press(7), 11.0)) == [7]


def test_a_write_that_came_to_nothing_is_asked_for_again() -> None:  # P15
    host = welcomed()
    host.feed(press(1) + press(2), 11.0)
    host.stored(1, 11.1)
    assert host.tick(11.1 + FIRST_PATIENCE_S - 0.1) == []
    (offered,) = host.tick(11.1 + FIRST_PATIENCE_S)
    assert isinstance(offered, Offered)
    assert (offered.hello.head, offered.hello.acked) == (3, 1)
    assert host.tick(14.0) == [], "with growing patience"
    host.opened(1, offered.nonce)
    assert (frames.WELCOME, (EPOCH, 1, 5, 1_500)) in said(host)
    assert seqs(host.feed(press(2), 15.0)) == [2]
    (offered,) = host.stored(1, 15.1, gap=True)
    assert isinstance(offered, Offered)


def test_another_pad_or_epoch_on_the_line_begins_anew() -> None:  # P11
    host = welcomed(through=3, head=9)
    assert host.feed(press(5) + press(6), 11.5) == [], "early ones of the pad before"
    said(host)
    (offered,) = host.feed(hello(epoch=0xBEE, head=6), 12.0)
    assert host.feed(press(4), 12.1) == []
    assert isinstance(offered, Offered)
    host.opened(0, offered.nonce)
    assert (frames.WELCOME, (0xBEE, 0, 5, 1_500)) in said(host)
    assert seqs(host.feed(b"".join(press(seq) for seq in (1, 2, 3, 4)), 12.2)) == [1, 2, 3, 4]


def test_beats_are_answered_and_silence_is_noticed() -> None:  # P16
    host = welcomed(through=3)
    beat = frames.encode(frames.BEAT, 14_000, 3, 3, 2, 1, 4_980)
    assert host.feed(beat, 14.0) == [Beat(14_000, 3, 3, 2, 1, 4_980)]
    assert said(host) == [(frames.ACK, (EPOCH, 3))]
    assert host.tick(29.0) == []
    assert host.tick(29.1) == [Silent()]
    assert host.hello is None
    host.tick(29.2)
    assert said(host) == [(frames.WHO, ())]


def test_time_is_exchanged_thrice_at_first_and_then_each_minute() -> None:  # P17
    host = welcomed()
    sent = []
    for tenth in range(100, 1_500):
        t = tenth / 10
        host.tell_time(1_795_320_000_000, t, synced=True)
        for kind, (nonce, _, synced) in (one for one in said(host) if one[0] == 0x93):
            sent.append(t)
            assert (kind, synced) == (frames.TIME_ASKED, 1)
            host.feed(frames.encode(frames.TIME_SAID, nonce, BOOT, tenth * 100 + 7), t + 0.02)
    assert sent == [10.0, 10.5, 11.0, 71.0, 131.0]
    when = host.clock.when(BOOT, 1_007)
    assert when is not None
    assert abs(when - 1.01) < 1e-6


def test_an_ask_is_said_again_with_each_beat_until_it_is_over() -> None:  # P18
    host = welcomed(through=3)
    host.ask()
    assert said(host) == [(frames.ASK, (1, 15, 1))]
    beat = frames.encode(frames.BEAT, 14_000, 3, 3, 0, 0, 0)
    host.feed(beat, 17.0)
    assert said(host) == [(frames.ASK, (1, 15, 1)), (frames.ACK, (EPOCH, 3))]
    host.cancel()
    host.cancel()
    assert said(host) == [(frames.CANCEL, (1,))]
    host.feed(beat, 18.0)
    assert said(host) == [(frames.ACK, (EPOCH, 3))]
    host.ask()
    host.lost()
    host.feed(hello(), 20.0)
    host.feed(beat, 21.0)
    assert (frames.ASK, (2, 15, 1)) in said(host), "a pad that is back is asked, too"


class Line:
    """A host whose pad and disk say anything."""

    def __init__(self) -> None:
        self.host = PadHost()
        self.t = 0.0
        self.stored = 0
        self.last: int | None = None
        """The press before, since the pad was welcome."""
        self.nonce = 0

    def press(self, number: int) -> None:
        self.take(self.host.feed(press(number), self.t))

    def hello(self, number: int) -> None:
        self.take(self.host.feed(hello(oldest=number + 1, head=12), self.t))

    def noise(self, number: int) -> None:
        self.take(self.host.feed(press(number)[: number * 3], self.t))

    def wait(self, number: int) -> None:
        self.t += number
        self.take(self.host.tick(self.t))

    def disk(self, number: int) -> None:
        self.take(self.host.stored(self.stored, self.t, gap=number == 0))

    def opened(self, number: int) -> None:
        self.host.opened(self.stored, self.nonce - number % 2)
        self.last = None if number % 2 == 0 else self.last

    def take(self, events: list[PadEvent]) -> None:
        for event in events:
            if isinstance(event, Offered):
                self.nonce = event.nonce
            elif isinstance(event, Pressed):
                assert event.seq > self.stored
                assert self.last is None or event.seq == self.last + 1
                self.last = self.stored = event.seq
        self.host.to_send()


steps = st.sampled_from(("press", "press", "press", "hello", "noise", "wait", "disk", "opened"))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(steps, st.integers(0, 9)), max_size=60))
def test_presses_come_once_and_in_order_whatever_is_said(
    said: list[tuple[str, int]],
) -> None:  # P12
    line = Line()
    for step, number in [("hello", 0), ("opened", 0), *said]:
        getattr(line, step)(number)
    assert line.last in {None, line.stored}


def test_a_signal_is_said_and_an_echo_of_us_is_passed_over() -> None:  # P19
    host = welcomed()
    host.signal(2, 1)
    out = host.to_send()
    assert frames.Frames().receive(out) == [(frames.SIGNAL, (2, 1))]
    assert host.feed(out + frames.encode(frames.ACK, EPOCH, 99), 12.0) == []
