from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.pad.buttons import LONGEST_HOLD_MS, MOST_A_MINUTE, Buttons, Pace

KEY_3 = 0b100


def played(buttons: Buttons, levels: list[tuple[int, int]], until: int) -> list[tuple[int, int]]:
    """Look every millisecond; `levels` are (from this ms on, keys down)."""
    presses, down = [], 0
    at = dict(levels)
    for now in range(until):
        down = at.get(now, down)
        pressed = buttons.poll(down, now)
        if pressed is not None:
            presses.append(pressed)
    return presses


def test_a_tap_is_one_press_with_its_length() -> None:  # P30
    assert played(Buttons(20, 1_500), [(100, KEY_3), (220, 0)], 400) == [(3, 140)]


def test_bounce_is_no_press_and_adds_none() -> None:  # P30
    chatter = [(100, KEY_3), (103, 0), (105, KEY_3), (111, 0), (112, KEY_3)]
    release = [(220, 0), (222, KEY_3), (225, 0)]
    assert played(Buttons(20, 0), [*chatter, *release], 500) == [(3, 133)]
    assert played(Buttons(20, 0), [(100, KEY_3), (115, 0)], 300) == []


def test_who_leans_on_a_key_is_thanked_once_before_letting_go() -> None:
    pressed = played(Buttons(20, 1_500), [(100, KEY_3)], 20_000)
    assert pressed == [(3, LONGEST_HOLD_MS)]


def test_within_the_lockout_no_key_counts() -> None:  # P31
    taps = [(100, 1), (200, 0), (900, 2), (1_000, 0), (1_800, 4), (1_900, 0)]
    assert [key for key, _ in played(Buttons(20, 1_500), taps, 2_500)] == [1, 3]


def test_two_keys_at_once_are_none() -> None:  # P32
    assert played(Buttons(20, 0), [(100, 0b11), (300, 0)], 500) == []
    slid = [(100, 0b01), (150, 0b11), (200, 0b10), (300, 0), (400, 0b10), (450, 0)]
    assert [key for key, _ in played(Buttons(20, 0), slid, 700)] == [2]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 31), st.integers(1, 700)), max_size=40))
def test_presses_are_of_one_key_and_never_closer_than_the_lockout(
    steps: list[tuple[int, int]],
) -> None:
    buttons, now, times = Buttons(20, 1_500), 0, []
    for down, for_ms in steps:
        for _ in range(0, for_ms, 7):
            now += 7
            pressed = buttons.poll(down, now)
            if pressed is not None:
                times.append(now)
                assert 1 <= pressed[0] <= 5
                assert 0 <= pressed[1] <= 65_535
    # From a press to the beginning of the next.
    assert all(after - before >= 1_500 for before, after in pairwise(times))


def test_more_than_twelve_a_minute_are_children() -> None:  # P33
    pace = Pace()
    quick = [pace.pressed(2_000 * n) for n in range(MOST_A_MINUTE + 3)]
    assert quick == [False] * MOST_A_MINUTE + [True] * 3
    slow = Pace()
    assert not any(slow.pressed(6_000 * n) for n in range(40))


def test_a_sale_between_them_makes_them_shoppers() -> None:
    pace = Pace()
    flagged = []
    for n in range(40):
        if n % 2 == 0:
            pace.sold()
        flagged.append(pace.pressed(1_600 * n))
    assert not any(flagged)
