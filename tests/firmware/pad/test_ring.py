from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.pad.ring import SLOT_BYTES, Flash, Ring
from tests.firmware.pad.cells import Cells, PowerCut, press, ring


def numbers(kept: Ring, first: int, last: int) -> list[int | None]:
    """Return which press each slot holds, None where it cannot be read."""
    found = [kept.read(seq) for seq in range(first, last + 1)]
    return [None if one is None else one.ctx for one in found]


@dataclass
class Shopper:
    """Presses, and remembers what was confirmed under which number."""

    confirmed: dict[int, int] = field(default_factory=dict)
    pressed: int = 0
    acked: int = 0
    """How far the gateway has them."""

    def press(self, on: Ring) -> bool:
        self.pressed += 1
        seq = on.keep(press(self.pressed))
        if seq:
            assert seq not in self.confirmed, "a number was given twice"
            self.confirmed[seq] = self.pressed
        return bool(seq)


def check(kept: Ring, shopper: Shopper) -> None:
    """P21: all that was confirmed and not acknowledged is there; nothing is there that was torn."""
    assert kept.head >= max(shopper.confirmed, default=0)
    for seq in range(kept.oldest, kept.head + 1):
        held = kept.read(seq)
        if seq in shopper.confirmed:
            # What was acknowledged may be on its way to being overwritten.
            assert held is not None or seq <= shopper.acked
        if held is not None:
            assert held.ctx == shopper.confirmed.get(seq, held.ctx)
            assert 0 < held.ctx <= shopper.pressed
    waiting = [seq for seq in shopper.confirmed if seq > shopper.acked]
    assert all(seq >= kept.oldest for seq in waiting)


def live(flash: Cells, shopper: Shopper, presses: int) -> None:
    """Start, check, press and acknowledge now and then."""
    kept = ring(flash)
    check(kept, shopper)
    kept.acknowledge(max(kept.acked, shopper.acked))  # the gateway says so at once
    for count in range(presses):
        shopper.press(kept)
        if count % 3 == 2:
            shopper.acked = max(kept.acked, kept.head - 2)
            kept.acknowledge(shopper.acked)
        kept.prepare()


def survive(cut_at: int, seed: int | None, presses: int) -> None:
    """Cut the power at a byte, start again, go on."""
    flash, shopper = Cells(seed=seed), Shopper()
    flash.budget = cut_at
    with contextlib.suppress(PowerCut):
        live(flash, shopper, presses)
    flash.budget = None
    live(flash, shopper, presses)
    check(ring(flash), shopper)


@pytest.mark.parametrize("seed", [None, 5], ids=["in order", "any mixture"])
def test_a_cut_at_every_byte_loses_nothing_confirmed_and_accepts_nothing_torn(
    seed: int | None,
) -> None:
    presses = 14  # in three sectors of four
    whole = Cells()
    live(whole, Shopper(), presses)
    assert whole.erased == [0, 1, 2, 0]
    for cut_at in range(whole.changed + 1):
        survive(cut_at, seed, presses)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 900), min_size=1, max_size=6), st.integers(0, 2**16))
def test_cuts_upon_cuts_lose_nothing_confirmed(cuts: list[int], seed: int) -> None:
    flash, shopper = Cells(seed=seed), Shopper()
    for cut_at in cuts:
        flash.budget = cut_at
        with contextlib.suppress(PowerCut):
            live(flash, shopper, 12)
    flash.budget = None
    check(ring(flash), shopper)


def test_a_press_is_there_after_a_start() -> None:  # P20
    flash = Cells()
    before = ring(flash)
    assert [before.keep(press(n)) for n in (1, 2, 3)] == [1, 2, 3]
    after = ring(flash, epoch=99)
    assert (after.epoch, after.oldest, after.head, after.acked) == (0xE0C, 1, 3, 0)
    held = after.read(2)
    assert held is not None
    assert (held.key, held.boot, held.t_ms, held.hold_ms, held.ctx) == (3, 7, 2_000, 2, 2)


def test_the_oldest_is_never_overwritten_and_a_full_ring_says_so() -> None:  # P23
    kept = ring(Cells(sectors=3, slots=4))
    taken = [kept.keep(press(n)) for n in range(1, 15)]
    assert taken == [*range(1, 13), 0, 0]
    assert kept.full
    assert kept.waiting == 12
    assert numbers(kept, 1, 12) == list(range(1, 13))
    kept.acknowledge(3)
    assert kept.full, "a sector is taken again whole"
    kept.acknowledge(4)
    assert not kept.full
    assert kept.keep(press(15)) == 13
    assert (kept.oldest, kept.head) == (5, 13)
    assert numbers(kept, 5, 13) == [*range(5, 13), 15]


def test_what_was_acknowledged_stays_until_its_room_is_needed() -> None:  # P14
    kept = ring(Cells(sectors=3, slots=4))
    for n in range(1, 13):
        kept.keep(press(n))
    kept.acknowledge(12)
    assert (kept.oldest, kept.waiting) == (1, 0)
    assert numbers(kept, 1, 12) == list(range(1, 13))
    kept.acknowledge(2)  # the gateway's disk was replaced by an older copy
    assert kept.waiting == 10


def test_how_far_it_was_acknowledged_is_remembered_with_each_sector() -> None:  # P25
    flash = Cells(sectors=3, slots=4)
    kept = ring(flash)
    for n in range(1, 10):
        kept.keep(press(n))
        kept.acknowledge(n - 1)
    assert ring(flash).acked == 7
    again = ring(flash)
    assert all(again.keep(press(n)) for n in range(10, 13))
    assert not again.full


def test_a_press_that_can_be_read_no_more_is_that_press_and_no_other() -> None:  # P22
    flash = Cells(sectors=3, slots=4)
    kept = ring(flash)
    for n in range(1, 8):
        kept.keep(press(n))
    flash.bytes[2 * SLOT_BYTES + 9] ^= 0x10
    flash.bytes[flash.sector_bytes + 3 * SLOT_BYTES + 9] ^= 0x10  # number 7, the last
    again = ring(flash)
    assert numbers(again, 1, 7) == [1, None, 3, 4, 5, 6, None]
    assert again.keep(press(8)) == 8, "the number of a torn press is not given again"


def test_a_worn_slot_is_passed_over_and_a_broken_flash_confirms_nothing() -> None:
    class Worn(Cells):
        bad: tuple[int, ...] = (3,)

        def program(self, at: int, data: bytes) -> None:
            slot = at % self.sector_bytes // SLOT_BYTES
            super().program(at, data[:-1] + b"\x00" if slot in self.bad else data)

    flash = Worn()
    kept = ring(flash)
    assert [kept.keep(press(n)) for n in range(1, 5)] == [1, 2, 4, 5]
    flash.bad = (1, 2, 3, 4)
    assert kept.keep(press(5)) == 0


def test_presses_of_an_earlier_epoch_are_none_of_this_one() -> None:  # P24
    flash = Cells(sectors=3, slots=4)
    kept = ring(flash)
    for n in range(1, 7):
        kept.keep(press(n))
    kept.acknowledge(4)
    kept.renew(0xBEE)
    assert (kept.epoch, kept.oldest, kept.head, kept.acked) == (0xBEE, 1, 2, 0)
    assert numbers(kept, 1, 2) == [5, 6]
    again = ring(flash)
    assert (again.epoch, again.oldest, again.head) == (0xBEE, 1, 2)
    for n in range(7, 17):
        again.keep(press(n))
    assert numbers(again, 1, again.head) == [5, 6, *range(7, 17)]


def test_a_flash_of_noise_is_an_empty_one() -> None:
    flash = Cells(seed=1)
    flash.bytes[:] = bytes((n * 37 + 11) % 256 for n in range(len(flash.bytes)))
    kept = ring(flash)
    assert (kept.head, kept.oldest) == (0, 1)
    assert kept.keep(press(1)) == 1


def test_a_real_pad_holds_2048_presses_whatever_was_acknowledged_before() -> None:  # P23
    slots = Flash.sector_bytes // SLOT_BYTES - 1
    # One sector may hold a single press that waits, and one more is lost to what a start forgets.
    assert (Flash.sectors - 1) * slots - slots >= 2_048
