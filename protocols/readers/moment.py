"""The date and time that a till prints, whichever way its country writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from protocols.readers.labels import MONTHS

_YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(20\d\d|\d\d)(?!\d)")
_DAY_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)?(?: of)?[ -]([a-zä]{3,9})\.?,?[ -](20\d\d)"
)
_MONTH_NAMED = re.compile(r"\b([a-zä]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (20\d\d)")
_COMPACT = re.compile(r"(?<!\d)(20\d\d)([01]\d)([0-3]\d)(?= ?\d{2}:)")
_TIME = re.compile(
    r"(?<![\d:.])([01]?\d|2[0-3])\s?[:时点]\s?([0-5]\d)(?:\s?[:分]\s?([0-5]\d))?\s?(am|pm|上午|下午)?"
    r"(?![\d:])"
)
_AFTERNOON = frozenset({"pm", "下午"})


def printed_moment(texts: Sequence[str]) -> str | None:
    """Return the first date, with the time beside it or the first one near it, as ISO 8601.

    `texts` are lower case. Without a date there is no moment; without a time it is the date alone.
    """
    for index, text in enumerate(texts):
        day = _date(text)
        if day is None:
            continue
        for near in texts[index : index + 3]:
            time = _time(near)
            if time:
                return f"{day}T{time}"
        return day
    return None


def _date(text: str) -> str | None:
    for year, month, day in _candidates(text):
        try:
            return datetime(year, month, day).date().isoformat()  # noqa: DTZ001
        except ValueError:
            continue
    return None


def _candidates(text: str) -> list[tuple[int, int, int]]:
    found = [
        (int(match[1]), int(match[2]), int(match[3]))
        for pattern in (_YEAR_FIRST, _COMPACT)
        for match in pattern.finditer(text)
    ]
    for match in _YEAR_LAST.finditer(text):
        found += _year_last(int(match[1]), match[2], int(match[3]), int(match[4]))
    for match in _DAY_NAMED.finditer(text):
        found.append((int(match[3]), MONTHS.get(match[2], 0), int(match[1])))
    for match in _MONTH_NAMED.finditer(text):
        found.append((int(match[3]), MONTHS.get(match[1], 0), int(match[2])))
    return found


def _year_last(first: int, mark: str, second: int, year: int) -> list[tuple[int, int, int]]:
    """Dots are day first; slashes are month first unless that is no date."""
    full = year if year > 99 else 2000 + year
    day_first, month_first = (full, second, first), (full, first, second)
    return [day_first] if mark == "." else [month_first, day_first]


def _time(text: str) -> str | None:
    match = _TIME.search(text)
    if match is None:
        return None
    hour = int(match[1])
    if match[4]:
        hour = hour % 12 + (12 if match[4] in _AFTERNOON else 0)
    return f"{hour:02d}:{match[2]}:{match[3] or '00'}"
