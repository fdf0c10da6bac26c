"""What a sale cost: the total by its label and by nothing else, the discount, the currency.

Cash handed over is larger than the total, and so may be a bar code. What is paid (实付) wins over
what is due (应收), and that over what the goods cost before discounts (合计). Where the till prints
what was handed over and the change, their difference decides between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from protocols.readers.labels.finding import Found, rank
from protocols.readers.labels.meaning import MONEY, TENDERS, Meaning
from protocols.readers.receipt.amounts import amounts, best_amount
from protocols.readers.receipt.line import Line
from protocols.readers.receipt.page import Page

_TOTALS = (Meaning.PAID, Meaning.DUE, Meaning.SUM)
_INCLUDING = re.compile(r"in[ck]l|含|込|포함|\([a-z%\d .]*$")
_WORD = re.compile(r"[^\W\d_]{2}")
_LETTER = re.compile(r"[^\W\d_]")
_UNIT = re.compile(r"rmb|cny|eur|krw|[元원円]")
_ORNAMENT = " :=.*#-_¥$€£₩()[]<>【】"
_MARKS = {
    "rmb": "CNY", "cny": "CNY", "人民币": "CNY", "nt$": "TWD", "twd": "TWD", "ntd": "TWD",
    "hk$": "HKD", "hkd": "HKD", "mop": "MOP", "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP",
    "us$": "USD", "usd": "USD", "₩": "KRW", "krw": "KRW", "jpy": "JPY",
    "chf": "CHF",
}  # fmt: skip
# "Paid" may be said of a banknote, "to be paid" may not.
_MAY_BE_HANDED_OVER = re.compile(r"[实實]付|[实實]际|付款|支付|支払|paid")
_BEHIND = re.compile(r"\d\s{0,2}([원円元])(?![\u4e00-\u9fff\uac00-\ud7a3])")
_ALONE = re.compile(r"(?:.*\s)?(eur|chf|usd|gbp|€)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """An amount beside its label."""

    meaning: Meaning
    label: str
    line: int
    amounts: tuple[str, ...]

    @property
    def amount(self) -> str:
        """The amount as decimal text."""
        return best_amount(self.amounts) or "0"

    @property
    def value(self) -> Decimal:
        """The amount as a number."""
        return Decimal(self.amount)


def sums(page: Page) -> list[Sum]:
    """Return every labelled amount, line by line."""
    found: list[Sum] = []
    for index, line in enumerate(page.lines):
        row = list(_of_line(page.lines, index))
        found += row or _of_table(page.lines, index)
        if not row and not any(one.means(*MONEY) for one in line.leading):
            found += _inside_words(line, index)
    return found


def _of_line(lines: Sequence[Line], index: int) -> Iterator[Sum]:
    line = lines[index]
    labels = [found for found in line.leading if found.means(*MONEY)]
    for place, found in enumerate(labels):
        end = _reach(line, found, labels[place + 1 :])
        amount = amounts(line.text[found.end : end])
        if not amount and _stands_alone(line, found):
            amount = _below(lines, index)
        if amount:
            yield _sum(found, index, amount)


def _reach(line: Line, found: Found, following: Sequence[Found]) -> int:
    """Return where a label's amount must stand: before the next one, tax that it includes aside."""
    for after in following:
        between = line.text[found.end : after.start]
        if not (after.means(Meaning.PART) and _INCLUDING.search(between)):
            return after.start
    return len(line.text)


def _stands_alone(line: Line, found: Found) -> bool:
    rest = line.text[: found.start] + line.text[found.end :]
    return not rest.strip(_ORNAMENT) or rest.strip(_ORNAMENT) in {"eur", "rmb", "元"}


def _below(lines: Sequence[Line], index: int) -> list[str]:
    """Return the amounts of the next line if it holds nothing else: totals in double size."""
    if index + 1 >= len(lines):
        return []
    text = lines[index + 1].text
    return [] if _WORD.search(text.replace("eur", "")) else amounts(text)


def _of_table(lines: Sequence[Line], index: int) -> Iterator[Sum]:
    """A row of labels above a row of as many amounts."""
    line = lines[index]
    labels = [found for found in line.leading if found.means(*MONEY)]
    if len(labels) < 2 or any(map(str.isdigit, line.text)):
        return
    below = _below(lines, index)
    if len(below) == len(labels) == len(line.leading):
        for found, amount in zip(labels, below, strict=True):
            yield _sum(found, index, [amount])


def _inside_words(line: Line, index: int) -> Iterator[Sum]:
    """A sum or a discount under a name that nobody foresaw ("本桌合计", "红包优惠")."""
    for found in line.labels:
        if found.meanings[0] not in (Meaning.SUM, Meaning.DISCOUNT) or len(found.label) < 2:
            continue
        amount = amounts(line.text[found.end :])
        if amount and (found.meanings[0] is Meaning.SUM or amount[-1].startswith("-")):
            yield _sum(found, index, amount)


def _sum(found: Found, index: int, amount: Sequence[str]) -> Sum:
    meaning = next(one for one in found.meanings if one in MONEY)
    return Sum(meaning=meaning, label=found.label, line=index, amounts=tuple(amount))


def total(found: Sequence[Sum]) -> str | None:
    """Return what the shopper pays."""
    known = {meaning: _best(found, meaning) for meaning in _TOTALS}
    paid, cost = known[Meaning.PAID], known[Meaning.DUE] or _cost(found, known[Meaning.SUM])
    change = _change(found)
    if change:
        handed = _handed_over(found, change)
        if handed is not None:
            return handed
    if paid is None:
        return _without_paid(found, cost, change)
    if cost is not None and cost.amount in paid.amounts:
        # A row of a tax table: net, tax and gross.
        return cost.amount
    if change and (cost is None or paid.value > cost.value) and _hands_over(found, paid):
        # Some tills print what the shopper hands over as "paid", and then the change.
        return str(paid.value - change)
    return paid.amount


def _best(found: Sequence[Sum], meaning: Meaning) -> Sum | None:
    every = [one for one in found if one.meaning is meaning]
    return min(every, key=lambda one: (rank(meaning, one.label), one.line), default=None)


def _cost(found: Sequence[Sum], first: Sum | None) -> Sum | None:
    """Return the sum that stands after the discounts, where it is printed twice."""
    if first is None:
        return None
    for later in found:
        if later.meaning is Meaning.SUM and later.line > first.line:
            between = [
                abs(one.value)
                for one in found
                if one.meaning is Meaning.DISCOUNT and first.line < one.line < later.line
            ]
            if between and first.value - sum(between) == later.value:
                return later
    return first


def _change(found: Sequence[Sum]) -> Decimal:
    change = _best(found, Meaning.CHANGE)
    # German tills print the change with a minus.
    return abs(change.value) if change else Decimal(0)


def _handed_over(found: Sequence[Sum], change: Decimal) -> str | None:
    """Return the labelled sum that is what was handed over less the change."""
    handed = {
        one.value - change
        for one in found
        if one.meaning in (Meaning.TENDERED, Meaning.PAID, Meaning.CASH)
    }
    for meaning in _TOTALS:
        for one in found:
            if one.meaning is meaning and one.value in handed and one.value > 0:
                return one.amount
    return None


def _hands_over(found: Sequence[Sum], paid: Sum) -> bool:
    if _MAY_BE_HANDED_OVER.search(paid.label) is None:
        return False
    others = (one for one in found if one.meaning in (Meaning.TENDERED, Meaning.CASH))
    return not any(one.value > paid.value for one in others)


def _without_paid(found: Sequence[Sum], cost: Sum | None, change: Decimal) -> str | None:
    tendered = [one for one in found if one.meaning in (Meaning.TENDERED, *TENDERS)]
    if cost is None:
        # Without change, what is handed over is what is paid.
        # Of cash nobody knows.
        unchanged = (one for one in tendered if one.meaning is not Meaning.CASH)
        named = _best(found, Meaning.TENDERED) or next(unchanged, None)
        return named.amount if named and not change else None
    off = discount(found)
    if off is not None and cost.value > 0:
        for one in tendered:
            if one.value - change == cost.value + Decimal(off):
                return str(one.value - change)
    return cost.amount


def slip_amount(page: Page) -> str | None:
    """Return the amount of a card terminal's slip, which may stand beside "金额" alone."""
    for line in page.lines:
        found = line.first()
        if found is None or not found.means(Meaning.HEADING):
            continue
        amount = amounts(line.text[found.end :])
        if amount and not _LETTER.search(_UNIT.sub("", line.text[found.end :])):
            return best_amount(amount)
    return None


def discount(found: Sequence[Sum]) -> str | None:
    """Return what was taken off, with a minus."""
    whole = _best(found, Meaning.DISCOUNT_SUM)
    if whole is not None and whole.value:
        return str(-abs(whole.value))
    last = max((one.line for one in found if one.meaning in _TOTALS), default=0)
    each = [one for one in found if one.meaning is Meaning.DISCOUNT and one.value]
    # Below the total they are told again ("you saved").
    before = [one for one in each if one.line <= last] or each
    taken = sum((abs(one.value) for one in before), Decimal(0))
    return str(-taken) if taken else None


def currency(page: Page) -> str | None:
    """Return the currency that is printed beside an amount, ISO 4217; "$" alone names none."""
    for text in page.texts:
        for mark, code in _MARKS.items():
            if mark in text and _beside_amount(text, mark):
                return code
        if "¥" in text and _beside_amount(text, "¥"):
            return "JPY" if page.language == "ja" else "CNY"
        behind = _BEHIND.search(text)
        if behind:
            return {"원": "KRW", "円": "JPY", "元": _yuan(page)}[behind[1]]
    return _heading_currency(page)


def _yuan(page: Page) -> str:
    return "TWD" if page.language == "zh-TW" else "CNY"


def _heading_currency(page: Page) -> str | None:
    """A column of amounts may be headed "EUR"."""
    for text in page.texts:
        match = _ALONE.fullmatch(text)
        if match and not any(map(str.isdigit, text)):
            return _MARKS[match[1]]
    return None


def _beside_amount(text: str, mark: str) -> bool:
    quoted = re.escape(mark)
    return bool(
        re.search(
            rf"(?<![a-z]){quoted}[\s:]{{0,40}}-?\d|\d\s{{0,2}}-?{quoted}(?![a-z])",
            text,
        )
    )
