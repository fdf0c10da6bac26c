from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.pad.clock import PadClock

BOOT = 0xB007


def test_a_start_nobody_heard_of_has_no_time() -> None:
    assert PadClock().when(BOOT, 5) is None


@settings(max_examples=100, deadline=None)
@given(
    st.floats(-1e6, 1e6),
    st.lists(st.tuples(st.floats(0, 0.4), st.floats(0, 0.4)), min_size=1, max_size=8),
)
def test_the_quickest_exchange_decides(began: float, ways: list[tuple[float, float]]) -> None:
    """However long the ways, the error is at most half of the shortest exchange (P17)."""
    clock, t = PadClock(), began + 10
    clock.heard(BOOT, round((t - began) * 1000), t + 0.3)
    for there, back in ways:
        clock.exchanged(BOOT, round((t + there - began) * 1000), t, t + there + back)
        t += 1
    found = clock.when(BOOT, 2_000)
    assert found is not None
    assert abs(found - (began + 2)) <= min(sum(way) for way in ways) / 2 + 0.002


def test_an_exchange_of_long_ago_gives_way_to_a_slower_one() -> None:
    clock = PadClock()
    clock.exchanged(BOOT, 1_000, 10.0, 10.001)
    clock.exchanged(BOOT, 61_000, 70.5, 70.6)
    assert clock.when(BOOT, 0) == pytest.approx(9.0, abs=0.002)
    clock.exchanged(BOOT, 700_000, 709.0, 709.1)
    assert clock.when(BOOT, 700_000) == pytest.approx(709.05)


def test_each_start_has_its_own_and_only_the_last_are_remembered() -> None:
    clock = PadClock()
    for boot in range(1, 101):
        clock.heard(boot, 0, float(boot))
    assert clock.when(100, 1_000) == 101.0
    assert clock.when(1, 0) is None
