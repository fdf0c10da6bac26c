from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.pad.link import Identity, Link
from firmware.pad.ring import Press, Ring
from protocols.pad import frames
from protocols.pad.host import Offered, PadHost, Pressed
from simulator.pad import Noise
from tests.firmware.pad.cells import Cells, press, ring

EPOCH = 0xE0C
WHO_I_AM = Identity(b"pad-0001", 0xB007, 1, 0x010000)


def link(kept: Ring, new_epoch: int = 0xBEE) -> Link:
    return Link(kept, WHO_I_AM, lambda: new_epoch)


def said(pad: Link) -> list[tuple[int, tuple[int | bytes, ...]]]:
    return frames.Frames().receive(pad.to_send())


def kinds(pad: Link) -> list[int]:
    return [kind for kind, _ in said(pad)]


def sent(pad: Link) -> list[int | bytes]:
    return [fields[0] for kind, fields in said(pad) if kind == frames.PRESS]


def welcome(pad: Link, now_ms: int, committed: int = 0, epoch: int = EPOCH) -> None:
    pad.receive(frames.encode(frames.WELCOME, epoch, committed, 5, 1_500), now_ms)


def filled(count: int, **shape: int) -> tuple[Ring, Link]:
    kept = ring(Cells(sectors=shape.get("sectors", 4), slots=8))
    pad = link(kept)
    for number in range(1, count + 1):
        pad.press(press(number))
    return kept, pad


def test_it_greets_each_second_until_it_is_welcome() -> None:  # P10
    _, pad = filled(2)
    greeted = []
    for now_ms in range(0, 3_500, 100):
        pad.tick(now_ms)
        greeted += [now_ms for kind in kinds(pad) if kind == frames.HELLO]
    assert greeted == [0, 1_000, 2_000, 3_000]
    pad.tick(3_950)
    said(pad)
    pad.receive(frames.encode(frames.WHO), 3_960)
    assert kinds(pad) == [frames.HELLO]
    welcome(pad, 4_000)
    pad.tick(4_001)
    assert frames.HELLO not in kinds(pad)


def test_a_window_of_eight_is_under_way_and_goes_back_to_what_was_lost() -> None:  # P12, P13
    kept, pad = filled(20)
    welcome(pad, 0)
    assert sent(pad) == list(range(1, 9))
    pad.receive(frames.encode(frames.ACK, EPOCH, 3), 10)
    assert sent(pad) == [9, 10, 11]
    pad.receive(frames.encode(frames.NAK, EPOCH, 5), 12)
    assert sent(pad) == list(range(5, 12))
    for epoch, through in ((EPOCH, 2), (EPOCH, 21), (0xBAD, 9)):
        pad.receive(frames.encode(frames.ACK, epoch, through), 14)
        pad.receive(frames.encode(frames.NAK, epoch, through + 20), 14)
    assert sent(pad) == []
    assert kept.acked == 3


def test_without_an_answer_it_sends_again_ever_more_slowly() -> None:  # P13
    _, pad = filled(2)
    welcome(pad, 0)
    times = []
    for now_ms in range(5_000):
        pad.tick(now_ms)
        times += [now_ms for seq in sent(pad) if seq == 1]
    assert times == [0, 40, 120, 280, 600, 1_240, 2_240, 3_240, 4_240]
    pad.receive(frames.encode(frames.ACK, EPOCH, 1), 5_000)
    assert pad.linked
    pad.tick(5_041)
    assert sent(pad) == [2], "progress makes it quick again"


def test_a_gateway_that_lost_some_gets_them_again() -> None:  # P14
    kept, pad = filled(20)
    welcome(pad, 0, committed=20)
    assert sent(pad) == []
    welcome(pad, 5, committed=12)
    assert sent(pad) == list(range(13, 21))
    kept.acknowledge(20)
    for number in range(21, 41):
        pad.press(press(number))
    welcome(pad, 10, committed=2)
    assert kept.oldest > 3
    assert sent(pad)[0] == kept.oldest, "and what is here no more is passed over"


def test_a_flash_that_lost_its_end_begins_a_new_epoch() -> None:  # P24
    kept, pad = filled(5)
    welcome(pad, 0, committed=9)
    assert (kept.epoch, kept.head, kept.acked, kept.waiting) == (0xBEE, 5, 0, 5)
    assert not pad.linked
    said(pad)
    pad.tick(1)
    ((kind, fields),) = said(pad)
    assert (kind, fields[1]) == (frames.HELLO, 0xBEE)


def test_what_cannot_be_read_is_told_as_that() -> None:  # P22
    flash = Cells(sectors=4, slots=8)
    kept = ring(flash)
    pad = link(kept)
    for number in (1, 2, 3):
        pad.press(press(number))
    flash.bytes[2 * 32 + 12] ^= 1
    welcome(pad, 0)
    presses = [fields for kind, fields in said(pad) if kind == frames.PRESS]
    assert [(fields[0], fields[4], fields[5]) for fields in presses] == [
        (1, 2, 0),
        (2, 0, frames.UNREADABLE),
        (3, 4, 0),
    ]


def test_three_beats_without_a_word_and_it_greets_again() -> None:  # P16
    _, pad = filled(0)
    welcome(pad, 0)
    beats = []
    for now_ms in range(0, 15_001, 100):
        pad.tick(now_ms)
        beats += [now_ms for kind in kinds(pad) if kind == frames.BEAT]
    assert beats == [0, 5_000, 10_000, 15_000]
    pad.tick(15_101)
    assert kinds(pad) == [frames.HELLO]
    assert not pad.linked


def test_a_press_knows_the_time_and_the_ask_it_answers() -> None:  # P17, P18
    kept, pad = filled(0)
    pad.press(press(1))
    pad.receive(frames.encode(frames.TIME_ASKED, 9, 1_795_320_000_000, 1), 2_000)
    assert (frames.TIME_SAID, (9, 0xB007, 2_000)) in said(pad)
    pad.receive(frames.encode(frames.ASK, 41, 20, 1), 2_500)
    assert (pad.ctx, pad.lamp) == (41, 1)
    pad.press(press(3))
    pad.tick(22_500)
    assert (pad.ctx, pad.lamp) == (0, 0)
    pad.receive(frames.encode(frames.ASK, 42, 20, 1), 23_000)
    pad.receive(frames.encode(frames.CANCEL, 41), 23_001)
    assert pad.ctx == 42
    pad.receive(frames.encode(frames.CANCEL, 42), 23_002)
    pad.press(press(4))
    held = [kept.read(seq) for seq in (1, 2, 3)]
    told = [(one.wall_s, one.flags & frames.WALL_SYNCED, one.ctx) for one in held if one]
    assert told == [(0, 0, 0), (1_795_320_001, 1, 41), (1_795_320_002, 1, 0)]


def test_signals_wait_for_the_loop_and_are_bounded() -> None:  # P19
    _, pad = filled(0)
    for beeps in range(9):
        pad.receive(frames.encode(frames.SIGNAL, 2, beeps), 0)
    assert pad.signals == [(2, 5), (2, 6), (2, 7), (2, 8)]


def test_a_full_ring_counts_what_it_must_refuse() -> None:  # P23
    kept, pad = filled(40, sectors=3)
    assert (kept.head, pad.dropped) == (24, 16)
    welcome(pad, 0)
    pad.tick(1)
    (beat,) = [fields for kind, fields in said(pad) if kind == frames.BEAT]
    assert beat[1:4] == (24, 0, 16)


class Store:
    """A gateway's disk: keeps what it was handed, and may lose its end."""

    def __init__(self) -> None:
        self.disk: list[tuple[int, int]] = []

    def hear(self, host: PadHost, now: float, data: bytes) -> None:
        for event in [*host.feed(data, now), *host.tick(now)]:
            if isinstance(event, Offered):
                host.opened(len(self.disk), event.nonce)
            elif isinstance(event, Pressed):
                assert event.seq == len(self.disk) + 1
                self.disk.append((event.seq, event.ctx))
        host.stored(len(self.disk), now)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01])
def test_every_press_once_and_in_order_over_a_bad_line(share: float) -> None:  # P12
    check_history(share, seed=5, presses=400, faults=())


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**16),
    st.lists(st.tuples(st.integers(1, 60), st.sampled_from(["pad", "host", "both"])), max_size=5),
)
def test_every_press_once_and_in_order_whoever_starts_again(
    seed: int, faults: list[tuple[int, str]]
) -> None:
    check_history(0.004, seed=seed, presses=60, faults=tuple(faults))


def answer(number: int, pad: Link) -> Press:
    pad.ctx = number  # so that the disk tells which press it got
    return press(number)


def check_history(
    share: float, *, seed: int, presses: int, faults: tuple[tuple[int, str], ...]
) -> None:
    """Press, with noise on the line and ends that start again; compare the disk at the end."""
    random, noise = Random(seed), Noise(flipped=share, dropped=share / 2)
    flash, store = Cells(sectors=8, slots=60), Store()
    pad, host, now_ms, pressed = link(ring(flash)), PadHost(), 0, 0
    due = dict(faults)
    while len(store.disk) < presses:
        now_ms += 1
        assert now_ms < 200_000, f"stuck at {len(store.disk)} of {presses}"
        if pressed < presses:
            pressed += 1
            waiting = pad.press(answer(pressed, pad)) == 0
            pressed -= waiting
        fault = due.pop(pressed, "")
        if fault in {"pad", "both"}:
            pad = link(ring(flash))
        if fault in {"host", "both"}:
            host = PadHost()
        pad.tick(now_ms)
        store.hear(host, now_ms / 1000, noise.on(pad.to_send(), random))
        pad.receive(noise.on(host.to_send(), random), now_ms)
    assert store.disk == [(seq, seq) for seq in range(1, presses + 1)]
