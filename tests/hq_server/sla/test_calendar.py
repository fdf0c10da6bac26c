"""hq_server/sla/calendar.py, against a minute-by-minute walk and two sources of holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hq_server.sla import calendar, policy

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = policy.shipped().office
_INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 1)).map(  # noqa: DTZ001
    lambda naive: naive.replace(second=0, microsecond=0, tzinfo=UTC)
)


def _is_office_minute(instant: datetime) -> bool:
    local = instant.astimezone(SHANGHAI)
    hour = local.time().replace(tzinfo=None)
    at_work = OFFICE.opens <= hour < OFFICE.lunch_from or OFFICE.lunch_to <= hour < OFFICE.closes
    return at_work and chinese_calendar.is_workday(local.date())


def _walk(start: datetime, minutes: int) -> datetime:
    """Count office minutes one by one: slow, and plainly right."""
    now = start
    while minutes:
        minutes -= _is_office_minute(now)
        now += timedelta(minutes=1)
    return now


@settings(max_examples=25, deadline=None)
@given(_INSTANTS, st.integers(1, 3 * 480))
def test_office_time_agrees_with_a_minute_by_minute_walk(start: datetime, minutes: int) -> None:
    schedule = calendar.office_hours(OFFICE, SHANGHAI)
    end = calendar.add(schedule, start, minutes)
    assert end == _walk(start, minutes)
    assert calendar.between(schedule, start, end) == timedelta(minutes=minutes)


@given(_INSTANTS, st.integers(1, 2000))
def test_opening_hours_count_every_day(start: datetime, minutes: int) -> None:
    schedule = calendar.opening_hours(time(8), time(22), SHANGHAI)
    end = calendar.add(schedule, start, minutes)
    assert calendar.between(schedule, start, end) == timedelta(minutes=minutes)
    local = end.astimezone(SHANGHAI).time()
    assert time(8) < local <= time(22)


def test_national_day_and_its_make_up_day_2026() -> None:
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert calendar.is_working_day(date(2026, 10, 10))  # a Saturday that is worked
    assert not calendar.is_working_day(date(2026, 10, 11))


def test_a_year_without_a_notice_is_projected_and_the_version_says_which_is_official() -> None:
    assert calendar.version() == f"cn-{_last_official()}"
    assert not calendar.is_working_day(date(2030, 10, 1))


def _last_official() -> int:
    year = 2024
    while True:
        try:
            chinese_calendar.is_workday(date(year + 1, 6, 1))
        except NotImplementedError:
            return year
        year += 1


def test_a_naive_time_is_refused() -> None:
    schedule = calendar.office_hours(OFFICE, SHANGHAI)
    with pytest.raises(ValueError, match=r"naive|aware"):
        schedule.add(datetime(2026, 1, 5, 9), timedelta(minutes=1))  # noqa: DTZ001
