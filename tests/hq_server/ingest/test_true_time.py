"""hq_server/ingest/true_time.py: D9, with clocks that are right, wrong and mad."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hq_server.ingest.true_time import (
    AHEAD_MS,
    BEHIND_MS,
    BootOffset,
    believed,
    learn,
    occurred_ms,
)
from protocols.messages import Clock, ClockQuality

NOW_MS = 1_795_000_000_000
_MS = st.integers(0, 2**62 - 1)


def clock(mono_ms: int, wall_ms: int, *, synced: bool = False) -> Clock:
    quality = ClockQuality.SYNCED if synced else ClockQuality.UNSYNCED
    return Clock(boot="b", mono_ms=mono_ms, wall_ms=wall_ms, quality=quality)


def test_d9_a_synced_and_plausible_clock_is_believed() -> None:
    assert occurred_ms(clock(5, NOW_MS - 1000, synced=True), NOW_MS, None) == NOW_MS - 1000


def test_d9_a_synced_clock_out_of_reason_is_not() -> None:
    assert not believed(clock(5, NOW_MS + AHEAD_MS + 1, synced=True), NOW_MS)
    assert not believed(clock(5, NOW_MS - BEHIND_MS - 1, synced=True), NOW_MS)
    assert not believed(clock(5, NOW_MS), NOW_MS)


def test_d9_one_synced_event_puts_its_whole_boot_right() -> None:
    offset = learn(None, clock(10_000, NOW_MS - 60_000, synced=True), NOW_MS)
    assert occurred_ms(clock(4_000, 0), NOW_MS, offset) == NOW_MS - 66_000
    assert learn(offset, clock(1, 0), NOW_MS) == offset


def test_d9_the_quickest_arrival_gives_the_bound() -> None:
    slow = learn(None, clock(1_000, 0), NOW_MS)
    quick = learn(slow, clock(61_000, 0), NOW_MS + 10_000)
    assert quick.offset_ms == slow.offset_ms - 50_000
    assert learn(quick, clock(1_000, 0), NOW_MS) == quick
    assert occurred_ms(clock(1_000, 0), NOW_MS, quick) == NOW_MS - 50_000


@given(_MS, _MS, st.booleans(), st.integers(-(2**62), 2**62), st.booleans())
def test_d9_no_clock_makes_a_time_that_cannot_be(
    mono_ms: int, wall_ms: int, synced: bool, offset_ms: int, offset_synced: bool
) -> None:
    said = clock(mono_ms, wall_ms, synced=synced)
    known = BootOffset(offset_ms=offset_ms, synced=offset_synced)
    for offset in (None, known, learn(known, said, NOW_MS), learn(None, said, NOW_MS)):
        assert NOW_MS - BEHIND_MS <= occurred_ms(said, NOW_MS, offset) <= NOW_MS
