"""Who guesses codes waits longer each time; who mistypes one now and then never does."""

from kiosk.flow.guesses import FORGIVEN_AFTER_S, FREE_GUESSES, LONGEST_WAIT_S, Guesses


def test_waits_double_from_the_fifth_wrong_code_up_to_an_hour() -> None:
    guesses, now_ms, waits = Guesses(), 0, []
    for _ in range(FREE_GUESSES + 8):
        guesses.wrong(now_ms)
        waits.append(guesses.wait_s(now_ms))
        now_ms += waits[-1] * 1000
    assert waits[:FREE_GUESSES] == [0, 0, 0, 0, 30]
    assert waits[FREE_GUESSES:] == [60, 120, 240, 480, 960, 1920, LONGEST_WAIT_S, LONGEST_WAIT_S]


def test_waiting_ends_to_the_second() -> None:
    guesses = Guesses()
    guesses.told_to_wait(0, 30)
    assert [guesses.wait_s(at) for at in (0, 1, 29_999, 30_000, 99_000)] == [30, 30, 1, 0, 0]


def test_poor_eyes_are_forgiven_after_a_while() -> None:
    guesses = Guesses()
    for visit in range(20):
        guesses.wrong(visit * (FORGIVEN_AFTER_S + 1) * 1000)
    assert guesses.wait_s(20 * (FORGIVEN_AFTER_S + 1) * 1000) == 0


def test_guesses_in_a_row_are_not_forgiven_by_waiting_them_out() -> None:
    guesses, now_ms = Guesses(), 0
    for _ in range(FREE_GUESSES + 1):
        guesses.wrong(now_ms)
        now_ms += guesses.wait_s(now_ms) * 1000
    assert guesses.wait_s(now_ms - 1000) > 0
