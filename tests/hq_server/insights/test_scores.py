"""hq_server/insights/scores.py: counts by store, local day and touchpoint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.insights.scores import COUNTS, Scores, Tally, csat, nps, total

SHANGHAI = ZoneInfo("Asia/Shanghai")
TAP = {
    "store_id": "s1", "touchpoint": "till", "rating": 4, "nps": None, "grade": "B", "note": None,
    "outcome": "rated", "marks": [], "weight": 100,
}  # fmt: skip


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def test_a_day_begins_at_midnight_of_the_store() -> None:
    tally = Tally(SHANGHAI)
    midnight = datetime(2026, 11, 20, 16, tzinfo=UTC)
    tally.count(1, _ms(midnight) - 1, TAP)
    tally.count(1, _ms(midnight), TAP)
    assert {day for _, day, _ in tally.changes()} == {"2026-11-20", "2026-11-21"}


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(sorted(available_timezones() - {"localtime"})),
)
def test_the_day_is_the_local_date_everywhere(at: datetime, zone: str) -> None:
    tally = Tally(ZoneInfo(zone))
    whole = at - timedelta(microseconds=at.microsecond % 1000)
    tally.count(1, _ms(whole), TAP)
    ((_, day, _),) = tally.changes()
    assert day == whole.astimezone(ZoneInfo(zone)).date().isoformat()


def test_what_is_counted() -> None:
    tally = Tally(SHANGHAI)
    tally.count(1, 0, TAP)
    skipped = {"rating": None, "grade": "S", "note": "words", "outcome": "skipped"}
    tally.count(1, 0, TAP | skipped)
    (counts,) = tally.changes().values()
    assert {name: n for name, n in counts.items() if n} == {
        "responses": 2, "rated_4": 100, "grade_b": 1, "grade_s": 1, "noted": 1,
        "ended_rated": 1, "ended_skipped": 1,
    }  # fmt: skip


def test_a_doubted_response_counts_less_in_the_scores_and_whole_elsewhere() -> None:
    tally = Tally(SHANGHAI)
    tally.count(1, 0, TAP | {"marks": [{"misuse": "mash", "weight": 0}], "weight": 0})
    late = [{"misuse": "after_hours", "weight": 50}, {"misuse": "burst", "weight": 80}]
    tally.count(1, 0, TAP | {"rating": 1, "marks": late, "weight": 50})
    tally.count(1, 0, TAP)
    ((_, counts),) = tally.changes().items()
    found = Scores(**counts)
    assert (found.responses, found.marked, found.rated) == (3, 2, 150)
    assert (found.mark_mash, found.mark_after_hours, found.mark_burst) == (1, 1, 1)
    assert csat(found) == pytest.approx(2 / 3)


def test_nps_is_promoters_less_detractors() -> None:
    tally = Tally(SHANGHAI)
    for answer in range(11):
        tally.count(1, 0, TAP | {"rating": None, "nps": answer})
    ((_, counts),) = tally.changes().items()
    found = Scores(**counts)
    assert (found.promoters, found.passives, found.detractors) == (200, 200, 700)
    assert nps(found) == pytest.approx(100 * (2 - 7) / 11)
    assert nps(Scores(responses=3)) is None


def test_what_is_taken_back_leaves_nothing() -> None:
    tally = Tally(SHANGHAI)
    tally.count(1, 0, TAP)
    tally.count(-1, 0, TAP)
    assert tally.changes() == {}


def test_no_touchpoint_is_a_row_of_its_own() -> None:
    tally = Tally(SHANGHAI)
    tally.count(1, 0, TAP | {"touchpoint": None})
    assert [touchpoint for _, _, touchpoint in tally.changes()] == [""]


def test_csat_is_the_share_of_the_two_best_faces() -> None:
    assert csat(Scores(rated_1=1, rated_3=1, rated_4=1, rated_5=1)) == pytest.approx(0.5)
    assert csat(Scores(responses=3)) is None


@given(st.lists(st.builds(Scores, **{name: st.integers(0, 50) for name in COUNTS}), max_size=5))
def test_a_total_adds_up(some: list[Scores]) -> None:
    added = total(some)
    assert added.rated == sum(each.rated for each in some)
    assert added.rating_sum == sum(each.rating_sum for each in some)
    share = csat(added)
    assert share is None or 0 <= share <= 1
