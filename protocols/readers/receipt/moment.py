"""The date and time that a till prints, whichever way its country writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from protocols.readers.labels.meaning import Meaning
from protocols.readers.receipt.line import Line
from protocols.readers.receipt.page import Page

MONTHS = {name: month for month, names in enumerate(
    ("jan january januar jänner", "feb february februar", "mar march märz mrz", "apr april",
     "may mai", "jun june juni", "jul july juli", "aug august", "sep sept september",
     "oct october okt oktober", "nov november", "dec december dez dezember"), 1)
    for name in names.split()}  # fmt: skip
_YEAR_FIRST = re.compile(
    r"(?<![\d-])(?P<year>20\d\d)\s?[-/.年년]\s?(?P<month>\d{1,2})\s?[-/.月월]\s?(?P<day>\d{1,2})(?!-?\d)"
)
_SHORT_YEAR_FIRST = re.compile(
    r"(?<![\d/.-])(?P<year>\d\d)(?P<mark>[-/.])(?P<month>\d\d)(?P=mark)(?P<day>\d\d)(?![\d/.-])"
)
_REPUBLIC_YEAR = re.compile(
    r"(?<!\d)(?P<year>1[0-4]\d)\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?![\d月])"
)
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(20\d\d|\d\d)(?!\d)")
_DAY_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)?(?: of)?[ -]?([a-zä]{3,9})\.?,?[ -](20\d\d|\d\d(?=[ ,]))"
)
_MONTH_NAMED = re.compile(r"\b([a-zä]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (20\d\d)")
_COMPACT = re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?= ?\d{2}:)")
_HALF = r"(am|pm|a\.m\.|p\.m\.|上午|下午|午前|午後|오전|오후)"
_TIME = re.compile(
    rf"(?:{_HALF}\s?)?(?<![\d:.])([01]?\d|2[0-3])\s?[:时点時시]\s?([0-5]\d)(?:\s?[:分분]\s?([0-5]\d))?"
    rf"\s?{_HALF}?(?![\d:])(?!\s?[-–~]\s?\d{{1,2}}:)"
)
_DOTTED_TIME = re.compile(r"(?<![\d:.])([01]?\d|2[0-3])\.([0-5]\d)(?:\.([0-5]\d))? ?uhr")
_RANGE = re.compile(r"\d{1,2}:\d\d\s?(?:uhr)?\s?[-–~]\s?\d{1,2}:\d\d")
_AFTERNOON = frozenset({"pm", "p.m.", "下午", "午後", "오후"})
_EAST_ASIA = frozenset({"zh-CN", "zh-TW", "ja", "ko"})
_PRINTED = re.compile(r"print|druck|打印|印|출력|인쇄|印字|列印")
_GREENWICH = re.compile(r":\d\d(?:\.\d{1,6})?z\b")
_REACH = 3


def printed_moment(page: Page, *, month_first: bool) -> str | None:
    """Return when the sale was made, as ISO 8601 without zone; the date alone without a time.

    A time that is labelled as the sale's wins over others, and when it was ordered, printed or
    signed is used only where there is no other. `month_first` reads 11/12/2026 as November.
    """
    best: tuple[tuple[int, int], str] | None = None
    for index, line in enumerate(page.lines):
        if line.has(Meaning.EXPIRY):
            continue
        day = _date(line.text, page.language, month_first=month_first)
        if day is None:
            continue
        time = _time_near(page.lines, index)
        key = (_rank(line), time is None)
        if best is None or key < best[0]:
            best = (key, f"{day}T{time}" if time else day)
    return best[1] if best else None


def names_day(text: str, language: str) -> bool:
    """Return whether a line says a date."""
    return _date(text, language, month_first=False) is not None


def _rank(line: Line) -> int:
    # A till's own clock is never told in Greenwich's time: that is the security module's.
    if _GREENWICH.search(line.text):
        return 3
    if not line.has(Meaning.OPENED):
        return 0
    if line.has(Meaning.TIME):
        return 1
    # A paper is printed nearer to the sale than one sits down.
    return 2 if _PRINTED.search(line.text) else 3


def _time_near(lines: Sequence[Line], index: int) -> str | None:
    around = [*lines[index : index + _REACH], *lines[max(0, index - 1) : index]]
    for place, line in enumerate(around):
        if place and _GREENWICH.search(line.text):
            continue
        # The date's own line is the sale's whatever else it says.
        if place and line.has(Meaning.EXPIRY, Meaning.OPENED):
            continue
        found = _time(line.text)
        if found:
            return found
    return None


def _date(text: str, language: str, *, month_first: bool) -> str | None:
    for year, month, day in _candidates(text, language, month_first=month_first):
        try:
            return datetime(year, month, day).date().isoformat()  # noqa: DTZ001
        except ValueError:
            continue
    return None


def _candidates(text: str, language: str, *, month_first: bool) -> Iterator[tuple[int, int, int]]:
    years = [(_YEAR_FIRST, 0), (_COMPACT, 0)]
    if language == "zh-TW":
        years.append((_REPUBLIC_YEAR, 1911))
    if language in _EAST_ASIA:
        years.append((_SHORT_YEAR_FIRST, 2000))
    for pattern, epoch in years:
        for match in pattern.finditer(text):
            yield epoch + int(match["year"]), int(match["month"]), int(match["day"])
    yield from _year_last(text, month_first=month_first)
    for match in _DAY_NAMED.finditer(text):
        yield _year(match[3]), MONTHS.get(match[2], 0), int(match[1])
    for match in _MONTH_NAMED.finditer(text):
        yield int(match[3]), MONTHS.get(match[1], 0), int(match[2])


def _year_last(text: str, *, month_first: bool) -> Iterator[tuple[int, int, int]]:
    """Dots are day first; slashes as the country has them, unless that is no date."""
    for match in _YEAR_LAST.finditer(text):
        year, first, second = _year(match[4]), int(match[1]), int(match[3])
        if match[2] == "." or not month_first:
            yield year, second, first
        yield year, first, second
        yield year, second, first


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _time(text: str) -> str | None:
    if _RANGE.search(text):
        return None
    match = _TIME.search(text)
    if match is None:
        dotted = _DOTTED_TIME.search(text)
        return f"{int(dotted[1]):02d}:{dotted[2]}:{dotted[3] or '00'}" if dotted else None
    hour, half = int(match[2]), match[1] or match[5]
    if half:
        hour = hour % 12 + (12 if half in _AFTERNOON else 0)
    return f"{hour:02d}:{match[3]}:{match[4] or '00'}"
