from hypothesis import given
from hypothesis import strategies as st

from edge_gateway.guesses import (
    FIRST_WAIT_MS,
    FLOOD_A_MINUTE,
    FORGIVEN_AFTER_MS,
    LONGEST_WAIT_MS,
    MOST_A_MINUTE,
    WRONG_BEFORE_WAIT,
    Guesses,
)
from tests.edge_gateway.field import START, later


def test_ten_a_minute_and_the_eleventh_waits_for_the_first_to_pass() -> None:
    guesses = Guesses()
    assert [guesses.wait_s("k1", later(s)) for s in range(MOST_A_MINUTE)] == [0] * MOST_A_MINUTE
    assert guesses.wait_s("k1", later(20)) == 40
    assert guesses.wait_s("k2", later(20)) == 0
    assert guesses.wait_s("k1", later(60)) == 0


def test_wrong_codes_make_a_device_wait_ever_longer() -> None:
    guesses, now_s, waits = Guesses(), 0.0, []
    for _ in range(20):
        now_s += 13  # slow enough for the minute's limit
        wait_s = guesses.wait_s("k1", later(now_s))
        if wait_s:
            now_s += wait_s
            assert guesses.wait_s("k1", later(now_s)) == 0
        guesses.wrong("k1", later(now_s))
        waits.append(guesses.wait_s("k1", later(now_s)))
    assert waits[: WRONG_BEFORE_WAIT - 1] == [0] * (WRONG_BEFORE_WAIT - 1)
    doubled = [30, 60, 120, 240, 480, 960, 1800, 1800]
    assert waits[WRONG_BEFORE_WAIT - 1 :][: len(doubled)] == doubled
    assert LONGEST_WAIT_MS == 60 * FIRST_WAIT_MS


def test_wrong_codes_of_long_ago_count_no_more() -> None:
    guesses = Guesses()
    for _ in range(WRONG_BEFORE_WAIT - 1):
        guesses.wrong("k1", START)
    guesses.wrong("k1", later(FORGIVEN_AFTER_MS / 1000))
    assert guesses.wait_s("k1", later(FORGIVEN_AFTER_MS / 1000)) == 0


def test_a_device_that_asks_without_end_floods() -> None:
    guesses = Guesses()
    flood = [guesses.floods("k1", later(n / 10)) for n in range(FLOOD_A_MINUTE)]
    assert flood == [False] * (FLOOD_A_MINUTE - 1) + [True]
    assert not guesses.floods("k2", later(6))
    assert not any(guesses.floods("k3", later(n * 1.1)) for n in range(200))


@given(st.lists(st.tuples(st.integers(0, 20_000), st.booleans()), max_size=300))
def test_however_it_asks_guessing_stays_slow(steps: list[tuple[int, bool]]) -> None:
    guesses, now_ms, let = Guesses(), 0, list[int]()
    for passed_ms, waits in steps:
        now_ms += passed_ms
        now = later(now_ms / 1000)
        wait_s = guesses.wait_s("k1", now)
        if wait_s and waits:
            now_ms += wait_s * 1000
            now = later(now_ms / 1000)
            wait_s = guesses.wait_s("k1", now)
        if wait_s == 0:
            guesses.wrong("k1", now)
            let.append(now_ms)
    for begin in let:
        within_an_hour = [one for one in let if begin <= one < begin + FORGIVEN_AFTER_MS]
        assert len(within_an_hour) <= WRONG_BEFORE_WAIT + 9
