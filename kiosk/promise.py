"""By when an answer is promised: from the chain's policy, the grade and the clock alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.hours import Span, hours_of_every_day, spans
from protocols.briefs import PromiseClock, Promises

# So many days are looked at in one go; a promise of 100,000 minutes needs a few goes.
_STRETCH_DAYS = 14
_MOST_STRETCHES = 100
# Somebody who rates this long after closing is no shopper, who would be at the till until then.
GRACE = timedelta(minutes=30)


def zone_of(promises: Promises) -> ZoneInfo | None:
    """Return the store's zone; None when this machine knows none of that name."""
    try:
        return ZoneInfo(promises.timezone)
    except (KeyError, ValueError, OSError):
        return None


def promised_at(promises: Promises, grade: str, now: datetime) -> datetime | None:
    """Return by when a grade is answered, in local time, at a full minute.

    None when the policy promises nothing for it, says it of a zone that nobody knows, or of so
    little opening time that it would be years.
    """
    promise = next((one for one in promises.promises if one.grade == grade), None)
    zone = zone_of(promises)
    if promise is None or zone is None:
        return None
    within = timedelta(minutes=promise.minutes)
    if promise.clock is PromiseClock.WALL:
        due: datetime | None = now.astimezone(UTC) + within
    else:
        due = _after_opening_time(promises, zone, now.astimezone(UTC), within)
    return None if due is None else _full_minute(due).astimezone(zone)


def is_after_hours(promises: Promises, now: datetime) -> bool:
    """Return whether the store is shut now, and has been for longer than GRACE."""
    zone = zone_of(promises)
    if zone is None:
        return False
    first = (now - GRACE).astimezone(zone).date() - timedelta(days=1)
    open_spans = spans(hours_of_every_day(promises.opens, promises.closes), zone, first, 3)
    return not any(start <= now < end + GRACE for start, end in open_spans)


def _after_opening_time(
    promises: Promises, zone: ZoneInfo, start: datetime, left: timedelta
) -> datetime | None:
    """Return the first moment at which so much opening time has passed since `start` (UTC).

    None when that is further away than anybody looks: the screen waits for the answer.
    """
    hours = hours_of_every_day(promises.opens, promises.closes)
    first = start.astimezone(zone).date() - timedelta(days=1)
    at = start
    for _ in range(_MOST_STRETCHES):
        ahead = spans(hours, zone, first, _STRETCH_DAYS)
        at, left = _through(ahead, at, left)
        if not left:
            return at
        # Begin a day early: the last span may run on into the next stretch.
        first += timedelta(days=_STRETCH_DAYS - 1)
    return None


def _through(ahead: Sequence[Span], at: datetime, left: timedelta) -> tuple[datetime, timedelta]:
    """Spend opening time along spans: return where that leads, and what is left to spend."""
    for opens, closes in ahead:
        begins = max(opens, at)
        if begins >= closes:
            continue
        if begins + left <= closes:
            return begins + left, timedelta(0)
        left -= closes - begins
        at = closes
    return at, left


def _full_minute(moment: datetime) -> datetime:
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + timedelta(minutes=1)
