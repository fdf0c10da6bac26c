"""hq_server/sla/clock.py: the deadlines of each grade, and which comes next."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.sla.clock import StoreHours, deadlines, next_due, share_left
from hq_server.sla.policy import Target, shipped

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = StoreHours(opens=time(8), closes=time(22), zone=SHANGHAI)


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def test_s_runs_by_the_wall_clock_at_night_too() -> None:
    start = _at(21, 23, 50)  # a Saturday night
    found = deadlines(shipped(), HOURS, "S", start)
    assert found == {
        Target.RESPOND: start + timedelta(hours=1),
        Target.SOLVE: start + timedelta(hours=24),
    }


def test_a_counts_opening_hours_and_one_working_day() -> None:
    found = deadlines(shipped(), HOURS, "A", _at(20, 21))  # Friday, an hour before closing
    assert found[Target.RESPOND] == _at(21, 11)
    assert found[Target.SOLVE] == _at(23, 18)


def test_b_has_a_day_to_answer_and_three_working_days_for_progress() -> None:
    found = deadlines(shipped(), HOURS, "B", _at(20, 10))
    assert found == {Target.RESPOND: _at(21, 10), Target.PROGRESS: _at(25, 10)}


@given(
    st.sampled_from("SAB"),
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001
    st.integers(0, 10**6),
)
def test_a_later_start_never_has_an_earlier_deadline(
    grade: str, naive: datetime, later_seconds: int
) -> None:
    start = naive.replace(tzinfo=UTC)
    first = deadlines(shipped(), HOURS, grade, start)
    second = deadlines(shipped(), HOURS, grade, start + timedelta(seconds=later_seconds))
    for target, at in first.items():
        assert start < at <= second[target]


def test_next_due_is_the_earliest_that_is_not_met() -> None:
    by = {Target.RESPOND: _at(20, 10), Target.SOLVE: _at(21, 10), Target.PROGRESS: None}
    first = next_due(by, {})
    second = next_due(by, {Target.RESPOND: _at(20, 9)})
    assert first is not None
    assert first.target is Target.RESPOND
    assert second is not None
    assert (second.target, second.at) == (Target.SOLVE, _at(21, 10))
    assert next_due(by, {Target.RESPOND: _at(20, 9), Target.SOLVE: _at(20, 9)}) is None


@pytest.mark.parametrize(("hour", "share"), [(10, 1.0), (15, 0.5), (20, 0.0), (23, 0.0), (9, 1.0)])
def test_share_left(hour: int, share: float) -> None:
    assert share_left(_at(20, 10), _at(20, 20), _at(20, hour)) == share


def test_a_deadline_before_its_start_has_nothing_left() -> None:
    assert share_left(_at(20, 10), _at(20, 10), _at(20, 9)) == 0.0
