"""What a print job is: a sale's receipt, or one of the papers that must not count as a sale.

A word counts by where it stands: "退货" as a heading makes a refund, in the returns policy at the
foot it makes nothing, and a shop may be called "Grandma's Kitchen".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocols.readers.events import Goods, JobKind
from protocols.readers.labels.finding import LANGUAGES, joined
from protocols.readers.labels.meaning import Meaning
from protocols.readers.receipt.line import Line
from protocols.readers.receipt.page import Page

_ORNAMENT = re.compile(r"[\s*#=\-_~<>\[\]【】()《》!.:|「」『』]+")
_HEAD_LINES = 8
_SLIP_SIGNS = 3
_TILL_WORDS = 2
_PLACES = "0123456789.)- *[("
_PRICED_ORDERS = frozenset({"zh-CN", "zh-TW", "ko", "ja"})
_COPY = re.compile(
    r"第?\s?([2-9])\s?次打印|打印次数\s?:?\s?([2-9])|印单次数\s?:?\s?([2-9])|재(?:발급|발행|출력|인쇄)\s?:?\s?([1-9])회"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the rest of the reader found in the job."""

    number: str | None
    total: str | None
    goods: tuple[Goods, ...]
    dated: bool
    paid: bool
    """Something says that it was paid, and how."""
    lost: bool
    """Bytes or the beginning are missing: what was found may not be all."""


def _merged(tables: Sequence[Mapping[JobKind, tuple[str, ...]]]) -> dict[JobKind, tuple[str, ...]]:
    return {
        kind: tuple(dict.fromkeys(word for table in tables for word in table.get(kind, ())))
        for kind in JobKind
    }


def _patterns(
    tables: Sequence[Mapping[JobKind, tuple[str, ...]]],
) -> dict[JobKind, re.Pattern[str] | None]:
    return {
        kind: re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
        if words
        else None
        for kind, words in _merged(tables).items()
    }


def _bare(text: str) -> str:
    return _ORNAMENT.sub("", text)


_TITLES = {
    kind: frozenset(map(_bare, words))
    for kind, words in _merged([one.titles for one in LANGUAGES]).items()
}
_HEADS = _patterns([one.heads for one in LANGUAGES])
_ORDERS = _TITLES[JobKind.KITCHEN] | {
    _bare(word) for one in LANGUAGES for word in one.heads.get(JobKind.KITCHEN, ())
}
_ANYWHERE = _patterns([one.anywhere for one in LANGUAGES])


def kind_of(page: Page, found: Findings) -> JobKind:
    """Return what a job is."""
    titles = {_bare(line.text) for line in page.lines}
    head = [line.text for line in _head(page.lines)]

    def is_called(kind: JobKind) -> bool:
        return bool(titles & _TITLES[kind]) or any(_names(text, _HEADS[kind]) for text in head)

    if is_called(JobKind.DAY_END) or _counts_till(page):
        return JobKind.DAY_END
    entitled = bool(titles & _ORDERS)
    if _is_kitchen(page, found, titled=is_called(JobKind.KITCHEN), entitled=entitled):
        return JobKind.KITCHEN
    if _is_slip(page, found, titled=is_called(JobKind.PAYMENT)):
        return JobKind.PAYMENT
    if is_called(JobKind.OTHER) or _says(page, JobKind.OTHER) or not _is_sale(found):
        return JobKind.OTHER
    if _is_copy(page, titles):
        return JobKind.REPRINT
    negative = found.total is not None and found.total.startswith("-")
    return JobKind.REFUND if negative or is_called(JobKind.REFUND) else JobKind.RECEIPT


def _head(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines above the goods' heading or the first sum, at most so many."""
    for index, line in enumerate(lines[:_HEAD_LINES]):
        columns = [one for one in line.leading if one.means(Meaning.HEADING, Meaning.QUANTITY)]
        if len(columns) >= 2 or line.has(Meaning.SUM, Meaning.PAID):
            return lines[: max(index, 1)]
    return lines[:_HEAD_LINES]


def _names(text: str, words: re.Pattern[str] | None) -> bool:
    """Whether one of the words stands in a line, and not within another word."""
    return words is not None and any(
        not joined(text, match.start()) and not joined(text, match.end())
        for match in words.finditer(text)
    )


def _says(page: Page, kind: JobKind) -> bool:
    return any(_names(line.text, _ANYWHERE[kind]) for line in page.lines)


def _counts_till(page: Page) -> bool:
    """Whether lines begin with what only the count of a till has: "Soll", "Ist", "总笔数"."""
    words = _ANYWHERE[JobKind.DAY_END]
    if words is None:
        return False
    begins = (words.match(line.text.lstrip(_PLACES)) for line in page.lines)
    found = {match[0] for match in begins if match and not joined(match.string, match.end())}
    return len(found) >= _TILL_WORDS


def _is_kitchen(page: Page, found: Findings, *, titled: bool, entitled: bool) -> bool:
    priced = any(one.amount is not None for one in found.goods)
    if titled and priced and found.total is not None:
        # Grandma's Kitchen prints receipts; in East Asia an order may have its prices.
        return entitled and not found.paid and page.language in _PRICED_ORDERS
    if titled:
        return True
    ordered = any(line.has(Meaning.TABLE, Meaning.ORDER) for line in page.lines)
    counted = any(one.quantity is not None for one in found.goods)
    return found.total is None and ordered and counted and not priced and not found.lost


def _is_slip(page: Page, found: Findings, *, titled: bool) -> bool:
    if found.goods:
        return False
    signs = {
        label.label
        for line in page.lines
        for label in line.leading
        if label.means(Meaning.TERMINAL, Meaning.PAN)
    }
    return titled or len(signs) >= _SLIP_SIGNS


def _is_sale(found: Findings) -> bool:
    if found.total is not None:
        return True
    # What was lost may have been the total.
    kept = _has_amounts(found.goods) or (found.lost and found.dated)
    return found.number is not None and kept


def _has_amounts(goods: Sequence[Goods]) -> bool:
    return any(one.amount is not None for one in goods)


def _is_copy(page: Page, titles: set[str]) -> bool:
    if titles & _TITLES[JobKind.REPRINT]:
        return True
    return any(_COPY.search(line.text) for line in page.lines) or _says(page, JobKind.REPRINT)
