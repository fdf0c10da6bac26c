"""What is marked as misuse, what is not."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.misuse import BURST_GAP_MS, MASH_WITHIN_MS, Rating, marks
from protocols.messages import Mark, Misuse


def found(score: int, now_ms: int, *earlier: Rating, after_hours: bool = False) -> list[Misuse]:
    return [mark.misuse for mark in marks(score, now_ms, earlier, after_hours=after_hours)]


def row(*scores: int, every_ms: int, lasts_ms: int) -> list[Rating]:
    return [
        Rating(score, at * every_ms, at * every_ms + lasts_ms) for at, score in enumerate(scores)
    ]


def test_third_visit_within_six_seconds_is_mashed() -> None:
    two = row(1, 5, every_ms=2_000, lasts_ms=1_500)
    assert found(3, MASH_WITHIN_MS, *two) == [Misuse.MASH]
    assert found(3, MASH_WITHIN_MS + 1, *two) == []
    assert found(3, 3_000, *two[:1]) == []


def test_fifth_same_score_at_once_after_the_visit_before_is_a_burst() -> None:
    four = row(5, 5, 5, 5, every_ms=10_000, lasts_ms=8_000)
    assert found(5, 38_000 + BURST_GAP_MS - 1, *four) == [Misuse.BURST]
    assert found(5, 38_000 + BURST_GAP_MS, *four) == []
    assert found(4, 39_000, *four) == []
    assert found(5, 39_000, *four[1:]) == []


def test_one_pause_between_makes_it_no_burst() -> None:
    four = row(5, 5, 5, 5, every_ms=12_000, lasts_ms=8_000)
    assert found(5, 45_000, *four) == []


def test_after_hours_is_marked_and_weighs_nothing() -> None:
    assert marks(1, 0, (), after_hours=True) == (Mark(misuse=Misuse.AFTER_HOURS, weight=0.0),)


def test_all_doubts_are_told() -> None:
    four = row(5, 5, 5, 5, every_ms=1_000, lasts_ms=900)
    doubts = found(5, 4_000, *four, after_hours=True)
    assert doubts == [Misuse.MASH, Misuse.BURST, Misuse.AFTER_HOURS]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=12), st.integers(7_000, 60_000))
def test_shoppers_who_take_their_time_are_never_mashers(scores: list[int], every_ms: int) -> None:
    visits = row(*scores, every_ms=every_ms, lasts_ms=every_ms - BURST_GAP_MS)
    for at, visit in enumerate(visits):
        assert found(visit.score, visit.began_ms, *visits[:at]) == []
