"""What names a sale: its number, the till, the cashier's number, the table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from protocols.personal import is_chinese_mobile
from protocols.readers.labels.finding import Found, rank
from protocols.readers.labels.meaning import Meaning
from protocols.readers.receipt.line import Line
from protocols.readers.receipt.page import Page

_SEPARATORS = r"[\s:#.=\-/№\])>】」]{0,40}"
_NUMBERED = r"(?:(?:no|nr)\b[\s:.#]{0,4})?"
_VALUE_END = r"(?![.,:]\d|[/\-]?\w)"
_NUMBER = re.compile(
    rf"{_SEPARATORS}{_NUMBERED}([a-z0-9](?:[a-z0-9/_\-]{{0,38}}[a-z0-9])?){_VALUE_END}"
)
_ALONE = re.compile(r"[#*\s]*([a-z0-9][a-z0-9/_\-]{2,39})[*\s]*")
_INVOICE = re.compile(r"(?<![a-z0-9])([a-z]{2}[- ]?\d{8})(?![a-z0-9])")
_TILL = re.compile(
    rf"{_SEPARATORS}{_NUMBERED}([a-z]{{0,4}}-?\d(?:[a-z0-9\-]{{0,10}}[a-z0-9])?|[a-z])(?:[号號번]|-(?!\w))?{_VALUE_END}"
)
_TILL_BEFORE = re.compile(
    r"(?<!\d)(\d{1,3})\s?号(?:款台|收银台|收银机|收款台)|(?<!\d)(\d{1,3})번\s?(?:계산대|포스)"
)
_STAFF = re.compile(r"(?<![\w.,/\-])(?<!\d:)([a-z]{0,3}-?\d[a-z0-9]{0,15})(?![.,:/\-]\d|[a-z0-9%])")
_TABLE = re.compile(
    r"[\s:#.=\-\])>】」]{0,40}([^\W\d]{2,12} \d{1,3}(?!\S)|[^\s:;,，。/|]{1,12}(?:/\d{1,3})?)"
)
_TABLE_BEFORE = re.compile(
    r"(?:^|\s)([a-z]?\d{1,4}|[\u4e00-\u9fff]{1,4}\d{1,4})\s?(?:号桌|号台|桌(?!\d)|번\s?테이블|番テーブル|番卓|卓(?!\d))"
)
_DATE = re.compile(r"20\d\d([-/.]?)[01]\d\1[0-3]\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
# "POS:01 NO:0021"
_BESIDE_NUMBER = re.compile(r"[\d)] $")
_TSE = re.compile(r"\btse[- ]?$")
_MASKED = re.compile(r"x{2,}")
_BLOCK = 2


def number(page: Page) -> str | None:
    """Return the receipt's own number, else the order's, else a Taiwanese invoice's."""
    for meaning in (Meaning.NUMBER, Meaning.ORDER, Meaning.WEAK_NUMBER):
        every = sorted(_numbers(page, meaning))
        if every:
            return every[0][-1]
    if page.language == "zh-TW":
        for line in page.lines:
            match = _INVOICE.search(line.text)
            if match:
                return line.as_printed(match.start(1), match.end(1))
    return None


def _numbers(page: Page, meaning: Meaning) -> Iterator[tuple[bool, int, int, str]]:
    for index, line in enumerate(page.lines):
        for found in line.leading:
            if not found.means(meaning) or not _may_number(line, found):
                continue
            value = _number_after(page, index, found)
            if value is not None:
                # The slip of a card terminal within the receipt has numbers of its own.
                yield _in_terminal_block(page, index), rank(meaning, found.label), index, value


def _may_number(line: Line, found: Found) -> bool:
    before = line.text[: found.start]
    if not found.means(Meaning.WEAK_NUMBER):
        return _TSE.search(before) is None
    if found.label.startswith("n") and _BESIDE_NUMBER.search(before):
        return True
    beside = line.has(Meaning.TILL) and before.endswith(" ")
    return not before.strip("*#-=[(< ") or before.endswith("  ") or beside


def _number_after(page: Page, index: int, found: Found) -> str | None:
    line = page.lines[index]
    match = _NUMBER.match(line.text, found.end)
    if match is None and not line.text[found.end :].strip(" :#.-") and index + 1 < len(page.lines):
        line = page.lines[index + 1]
        match = _ALONE.fullmatch(line.text)
    if match is None or not any(map(str.isdigit, match[1])) or _MASKED.search(match[1]):
        return None
    if is_chinese_mobile(match[1]) or (len(match[1]) > 8 and _DATE.fullmatch(match[1])):
        return None
    return line.as_printed(match.start(1), match.end(1))


def _in_terminal_block(page: Page, index: int) -> bool:
    around = page.lines[max(0, index - _BLOCK) : index + _BLOCK + 1]
    return any(
        (first := line.first()) is not None and first.means(Meaning.TERMINAL) for line in around
    )


def till(page: Page) -> str | None:
    """Return the till as printed."""
    labelled = sorted(
        _labelled(page, Meaning.TILL), key=lambda pair: rank(Meaning.TILL, pair[1].label)
    )
    for line, found in labelled:
        match = _TILL.match(line.value(found))
        if match:
            start = found.end + match.start(1)
            return line.as_printed(start, start + len(match[1]))
    for line in page.lines:
        match = _TILL_BEFORE.search(line.text)
        if match:
            return match[1] or match[2]
    return None


def cashier(page: Page) -> str | None:
    """Return the staff number beside a cashier's label; it is for `identify` only."""
    for line, found in _labelled(page, Meaning.CASHIER):
        value = line.value(found)
        match = _STAFF.search(value)
        if match and not _DATE.match(value, match.start(1)):
            start = found.end + match.start(1)
            return line.as_printed(start, start + len(match[1]))
    return None


def table(page: Page) -> str | None:
    """Return the table as printed."""
    for line, found in _labelled(page, Meaning.TABLE):
        value = line.value(found)
        match = _TABLE.match(value)
        name = (
            re.sub(r"(?<=\d)[号號번番桌卓]$", "", match[1].strip("[]()<>【】*#-")) if match else ""
        )
        if match and _is_place(name):
            start = found.end + value.index(name, match.start(1))
            return line.as_printed(start, start + len(name))
    for line in page.lines:
        before = _TABLE_BEFORE.search(line.text)
        if before:
            return line.as_printed(before.start(1), before.end(1))
    return None


def _is_place(name: str) -> bool:
    return any(map(str.isdigit, name)) or bool(
        re.fullmatch(r"[\u4e00-\u9fff\uac00-\ud7a3]{1,6}|[a-z]{1,2}", name)
    )


def _labelled(page: Page, meaning: Meaning) -> Iterator[tuple[Line, Found]]:
    for line in page.lines:
        for found in line.leading:
            if found.meanings[0] is meaning:
                yield line, found
