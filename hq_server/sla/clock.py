"""Deadlines as a pure function of policy, calendar, grade and start; nothing here reads a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hq_server.sla import calendar
from hq_server.sla.policy import ClockKind, Policy, Rule, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHours:
    """When a store is open, and where its clock hangs."""

    opens: time
    closes: time
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The next deadline of a case."""

    target: Target
    at: datetime


def deadlines(
    policy: Policy, hours: StoreHours, grade: str, started_at: datetime
) -> dict[Target, datetime]:
    """Return by when each target of `grade` must be met, counted from `started_at`."""
    return {
        rule.target: _deadline(policy, hours, rule, started_at) for rule in policy.rules_of(grade)
    }


def next_due(
    by: Mapping[Target, datetime | None], met: Mapping[Target, datetime | None]
) -> Due | None:
    """Return the earliest deadline that is not met yet, if there is one."""
    open_ones = [
        Due(target=target, at=at)
        for target, at in by.items()
        if at is not None and met.get(target) is None
    ]
    return min(open_ones, key=lambda due: due.at, default=None)


def share_left(start: datetime, due_at: datetime, now: datetime) -> float:
    """Return which share of the time is left, 0 to 1; the remaining-time bar shows it."""
    whole = due_at - start
    if whole <= timedelta(0):
        return 0.0
    return min(1.0, max(0.0, (due_at - now) / whole))


def _deadline(policy: Policy, hours: StoreHours, rule: Rule, start: datetime) -> datetime:
    match rule.clock:
        case ClockKind.WALL:
            return start + timedelta(minutes=rule.minutes)
        case ClockKind.OPENING:
            schedule = calendar.opening_hours(hours.opens, hours.closes, hours.zone)
            return calendar.add(schedule, start, rule.minutes)
        case ClockKind.WORKING:
            schedule = calendar.office_hours(policy.office, hours.zone)
            return calendar.add(schedule, start, rule.minutes)
