"""When a kiosk or a store is open, as moments: over midnight, and through changed clocks.

Hours are local times of day. A time that the clocks skip counts an hour later; of a time that they
repeat, the first is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from protocols.survey import Hours

# A week and a day finds the next opening of hours that are kept on one day of the week only.
_LOOK_AHEAD_DAYS = 8
_WEEKDAYS = {"zh-CN": "周一 周二 周三 周四 周五 周六 周日", "en": "Mon Tue Wed Thu Fri Sat Sun"}
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_TOMORROW = {"zh-CN": "明天", "en": "tomorrow"}

Span = tuple[datetime, datetime]


def spans(hours: Sequence[Hours], zone: ZoneInfo, first: date, days: int) -> list[Span]:
    """Return from when to when it is open, in UTC, for openings on `days` days from `first`.

    They are in order and never touch: what runs on from one day into the next is one span.
    """
    found: list[Span] = []
    for day in (first + timedelta(days=n) for n in range(days)):
        for one in hours:
            if str(day.isoweekday()) in one.days:
                found.append(_span(one, day, zone))
    joined: list[Span] = []
    for start, end in sorted(found):
        if start >= end:
            continue  # the clocks skipped all of it
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def is_open(hours: Sequence[Hours], at: datetime, zone: ZoneInfo) -> bool:
    """Return whether it is open at a moment (aware); without hours it always is."""
    if not hours:
        return True
    day_before = at.astimezone(zone).date() - timedelta(days=1)
    return any(start <= at < end for start, end in spans(hours, zone, day_before, 2))


def opens_at(hours: Sequence[Hours], at: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the next moment after `at` (aware) when it opens, in local time; None: never."""
    day_before = at.astimezone(zone).date() - timedelta(days=1)
    ahead = spans(hours, zone, day_before, _LOOK_AHEAD_DAYS + 2)
    return next((start.astimezone(zone) for start, _ in ahead if start > at), None)


def spoken(when: datetime, now: datetime, language: str) -> str:
    """Return a moment (aware, local) as people say it: "15:12", "明天 8:00", "周三 8:00"."""
    clock = f"{when.hour}:{when.minute:02d}"
    days = (when.date() - now.astimezone(when.tzinfo).date()).days
    if days == 0:
        return clock
    if days == 1:
        return f"{_TOMORROW.get(language, _TOMORROW['zh-CN'])} {clock}"
    if 1 < days < 7:
        names = _WEEKDAYS.get(language, _WEEKDAYS["zh-CN"]).split()
        return f"{names[when.weekday()]} {clock}"
    if language == "en":
        return f"{when.day} {_MONTHS.split()[when.month - 1]} {clock}"
    return f"{when.month}月{when.day}日 {clock}"


def hours_of_every_day(opens: str, closes: str) -> tuple[Hours, ...]:
    """Return the hours of a store that opens every day; equal times mean day and night."""
    return (Hours(opens=opens, closes=closes),)


def _span(one: Hours, day: date, zone: ZoneInfo) -> Span:
    opens, closes = _minutes(one.opens), _minutes(one.closes)
    if closes <= opens:
        closes += 24 * 60
    return _moment(day, opens, zone), _moment(day, closes, zone)


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    local = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minutes)
    return local.astimezone(UTC)
