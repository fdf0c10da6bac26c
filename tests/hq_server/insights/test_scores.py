"""hq_server/insights/scores.py: counts by store, local day and touchpoint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.insights.scores import COUNTS, Scores, Tally, csat, total

SHANGHAI = ZoneInfo("Asia/Shanghai")
TAP = {"store_id": "s1", "touchpoint": "till", "rating": 4, "grade": "B", "note": None}


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
    tally.count(1, 0, TAP | {"rating": None, "grade": "S", "note": "words"})
    (counts,) = tally.changes().values()
    assert {name: n for name, n in counts.items() if n} == {
        "responses": 2, "rated_4": 1, "grade_b": 1, "grade_s": 1, "noted": 1,
    }  # fmt: skip


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
