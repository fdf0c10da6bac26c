"""Business time in mainland China: the one module that knows workclock and the holiday data.

A year is official once chinese-calendar has the State Council's notice for it; later years are
projected by holidays (no make-up days), which `version` says.
"""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
from workclock import Break, Holidays, Schedule, WorkDay

from hq_server.sla.policy import Office

FIRST_YEAR = 2024
LAST_YEAR = 2036


def is_working_day(day: date) -> bool:
    """Return whether offices work on `day`, festivals and make-up days included."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and day not in _projected(day.year)


def version() -> str:
    """Return what the calendar was made of, and the last official year."""
    year = FIRST_YEAR
    while _official(year + 1):
        year += 1
    return f"cn-{year}"


def office_hours(office: Office, zone: ZoneInfo) -> Schedule:
    """Return the schedule of office hours on working days, without lunch."""
    return _office_schedule(office, zone)


def opening_hours(opens: time, closes: time, zone: ZoneInfo) -> Schedule:
    """Return the schedule of a store that opens every day; equal times mean day and night."""
    return _opening_schedule(opens, closes, zone)


def add(schedule: Schedule, start: datetime, minutes: int) -> datetime:
    """Return when so many minutes of `schedule` have passed since `start`."""
    end: datetime = schedule.add(start.astimezone(UTC), timedelta(minutes=minutes))
    return end


def between(schedule: Schedule, start: datetime, end: datetime) -> timedelta:
    """Return how much of `schedule` lies between two instants."""
    passed: timedelta = schedule.between(start.astimezone(UTC), end.astimezone(UTC))
    return passed


@functools.cache
def _projected(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("CN", years=year))


@functools.cache
def _official(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 6, 1))
    except NotImplementedError:
        return False
    return True


@functools.cache
def _days_off() -> tuple[date, ...]:
    first = date(FIRST_YEAR, 1, 1)
    span = (date(LAST_YEAR, 12, 31) - first).days + 1
    days = (first + timedelta(days=number) for number in range(span))
    return tuple(day for day in days if not is_working_day(day))


@functools.cache
def _office_schedule(office: Office, zone: ZoneInfo) -> Schedule:
    every_day = range(7)
    rules = [
        WorkDay(office.opens, office.closes, every_day),
        Break(office.lunch_from, office.lunch_to, every_day),
        Holidays(_days_off()),
    ]
    return Schedule(rules, time_zone=zone.key)


@functools.lru_cache(maxsize=4096)
def _opening_schedule(opens: time, closes: time, zone: ZoneInfo) -> Schedule:
    return Schedule([WorkDay(opens, closes, range(7))], time_zone=zone.key)
