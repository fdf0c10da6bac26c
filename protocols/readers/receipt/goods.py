"""The lines of goods: a name, how many, what they cost, in the layouts that tills have.

One line (name, quantity, price, amount, in any order), a name above its numbers, a quantity above
or below the goods, a weight times a price. Which number is which is decided by the column's
heading, by a unit or a multiplication sign, and by arithmetic; what stays unclear stays open.
Discounts, sums and what else stands between the goods are no goods.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import permutations

from protocols.readers.events import Goods
from protocols.readers.labels.meaning import MONEY, TENDERS, Meaning
from protocols.readers.receipt.amounts import amounts
from protocols.readers.receipt.line import Line
from protocols.readers.receipt.moment import names_day
from protocols.readers.receipt.page import Page
from protocols.readers.receipt.tail import Number, Tail, tail_of

LONGEST_NAME = 80
MOST_GOODS = 200
_COLUMNS = frozenset({Meaning.HEADING, Meaning.QUANTITY, Meaning.PRICE})
_ENDS = frozenset(
    {Meaning.PAID, Meaning.DUE, Meaning.SUM, Meaning.TENDERED, Meaning.CHANGE, Meaning.ITEMS,
     Meaning.METHOD, Meaning.DISCOUNT_SUM, *TENDERS}
)  # fmt: skip
_FIELDS = frozenset(
    {Meaning.NUMBER, Meaning.ORDER, Meaning.WEAK_NUMBER, Meaning.TILL, Meaning.TABLE,
     Meaning.CASHIER, Meaning.METHOD, Meaning.ITEMS, Meaning.TIME, Meaning.OPENED, Meaning.EXPIRY,
     Meaning.PERSON, Meaning.CONTACT, Meaning.ADDRESS, Meaning.PAN, Meaning.PHONE,
     Meaning.TERMINAL, Meaning.ASIDE}
)  # fmt: skip
_SUBTOTALS = frozenset(
    {"小计", "小計", "subtotal", "sub total", "sub-total", "zwischensumme", "소계"}
)
_LEAD = re.compile(
    r"(?P<index>0\d{1,3}|\d{1,3}[.)、])\s*(?=\D)|(?P<count>\d{1,3})\s?(?P<times>[x×*])?\s+(?=\D)"
    r"|(?P<glued>\d{1,3})[x×](?=[^\W\d])",
    re.IGNORECASE,
)
_ORNAMENT = " *#-·•+.:=|~_>"
_CURRENCY = re.compile(r"\b(?:eur|gbp|usd|chf|rmb|cny|krw|twd|hkd|jpy)\b|[元원円]")
_HALF = Decimal("0.5")
_CENT = Decimal("0.011")
_MEASURED = re.compile(r"^\d{1,3}(?:[.,]\d{1,2})?(?:kg|lb|斤|公斤|千克|克)$", re.IGNORECASE)
# Litres, as drinks are sold.
_SIZES = frozenset(
    map(Decimal, ("0.02", "0.04", "0.1", "0.15", "0.2", "0.25", "0.3", "0.33", "0.35", "0.375"))
) | frozenset(map(Decimal, ("0.4", "0.5", "0.7", "0.75", "1", "1.5")))
# "加蛋*2": no pack, as "330ml*24" is.
_COUNT_BEHIND = re.compile(r"(?<=[^\x00-\x28\x2a-\x7f])\s?[*x×](\d{1,2})$", re.IGNORECASE)
_ARTICLE = re.compile(r"\d{4,8} (?=.*[^\W\d_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One piece of goods while its lines are put together."""

    name: str
    lead: str | None = None
    """The number before the name: a quantity, or the place in the list."""
    counts: bool = False
    """A multiplication sign says that it is a quantity."""
    is_index: bool = False
    quantity: str | None = None
    price: Decimal | None = None
    amount: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What the numbers of a line were found to be."""

    quantity: str | None = None
    price: Decimal | None = None
    amount: str | None = None


def goods(page: Page, *, refund: bool = False) -> tuple[Goods, ...]:
    """Return the goods of a receipt; of a slip without amounts, names and quantities."""
    start, columns = _heading(page.lines)
    end = _end(page.lines, start)
    priced = end < len(page.lines)
    reader = _Rows(page, columns, refund=refund, headed=start > 0, priced=priced)
    for line in page.lines[start:end]:
        reader.take(line)
    printed = {Decimal(amount) for line in page.lines[end:] for amount in amounts(line.text)}
    rows = _settled(_without_indexes(reader.rows[:MOST_GOODS]), columns, printed)
    if len(rows) > 1 and all(_ARTICLE.match(row.name) for row in rows):
        rows = [replace(row, name=_ARTICLE.sub("", row.name, count=1)) for row in rows]
    return tuple(
        Goods(name=row.name[:LONGEST_NAME], quantity=_quantity(row), amount=row.amount)
        for row in rows
    )


def _quantity(row: _Row) -> str | None:
    if row.quantity is not None:
        return row.quantity
    return row.lead if not row.is_index else None


def _heading(lines: Sequence[Line]) -> tuple[int, str]:
    """Return where the goods begin and the columns of numbers: q, p and a, left to right."""
    for index, line in enumerate(lines):
        leading = line.leading
        columns = [
            found for found in leading if found.means(*_COLUMNS) and _ends_word(line, found.end)
        ]
        if len(columns) < 2 or any(map(str.isdigit, line.text)):
            continue
        letters = {Meaning.QUANTITY: "q", Meaning.PRICE: "p"}
        shape = ""
        for found in leading:
            meaning = next((one for one in found.meanings if one in letters), None)
            if meaning is not None:
                shape += letters[meaning]
            elif found.means(*MONEY) or found.label in _AMOUNT_COLUMNS:
                shape += "a"
        return index + 1, shape
    return 0, ""


_AMOUNT_COLUMNS = frozenset(
    {"金额", "金額", "金额(元)", "amount", "amt", "금액", "금 액", "银碼", "銀碼", "eur",
     "line total", "ext price"}
)  # fmt: skip


def _end(lines: Sequence[Line], start: int) -> int:
    end = len(lines)
    for index in range(start, len(lines)):
        found = lines[index].first()
        if found and found.meanings[0] in _ENDS and _has_sum(lines, index, found.end):
            end = index
            break
    subtotals = [
        index
        for index in range(start, end)
        if (found := lines[index].first()) is not None and found.label in _SUBTOTALS
    ]
    return subtotals[-1] if subtotals else end


def _has_sum(lines: Sequence[Line], index: int, at: int) -> bool:
    if amounts(lines[index].text[at:]):
        return True
    if index + 1 >= len(lines) or re.search(r"[^\W\d]{2}", lines[index + 1].text):
        return False
    return bool(amounts(lines[index + 1].text))


class _Rows:
    """Puts lines together to goods."""

    def __init__(
        self, page: Page, columns: str, *, refund: bool, headed: bool, priced: bool
    ) -> None:
        self._comma = page.comma
        self._language = page.language
        self._columns = columns
        self._refund = refund
        self._headed = headed
        self._priced = priced
        self._has_cents = any(re.search(r"\d[.,]\d{2}(?!\d)", line.text) for line in page.lines)
        self._name: str | None = None
        self._ahead: _Reading | None = None
        self._lacking: str | None = None
        self.rows: list[_Row] = []

    def take(self, line: Line) -> None:
        """Add a line of the paper; where nothing is priced, "2x Schnitzel" is goods, too."""
        if not any(map(str.isalnum, line.text)):
            return
        tail = tail_of(line.printed, comma=self._comma)
        lacking, self._lacking = self._lacking, None
        if self._is_told(line):
            return
        if self._is_aside(line, tail):
            # Medicine has its batch between its name and its price.
            self._name = self._name if line.has(Meaning.EXPIRY) else None
            return
        named = any(map(str.isalpha, tail.words))
        if named and tail.numbers:
            self._complete(tail)
        elif named and not self._priced and _row(tail.words, _Reading()).lead:
            self.rows.append(_row(tail.words, _Reading()))
        elif named:
            self._name = tail.words
        elif tail.numbers:
            self._numbers(tail, lacking)

    def _is_told(self, line: Line) -> bool:
        """Whether a line of labels tells of the name above it, which is goods then."""
        told = _labelled(line) if self._name is not None else None
        if told is None or self._name is None:
            return False
        self.rows.append(_row(self._name, told))
        self._name = None
        return True

    def _is_aside(self, line: Line, tail: Tail) -> bool:
        """Whether a line between the goods is none: a discount, a field of the head, a heading."""
        if not self._refund and any(number.value < 0 for number in tail.numbers):
            return True
        if names_day(line.text, self._language):
            return True
        found = line.first()
        if found is None:
            return False
        meaning = found.meanings[0]
        if meaning in _COLUMNS:
            colon = line.text[found.end : found.end + 1] == ":"
            return colon or not _says_more(line.text[found.end :], tail)
        if meaning in _FIELDS:
            return _ends_word(line, found.end) and not self._is_name(line, found.end, tail)
        return meaning in MONEY - set(TENDERS)

    def _is_name(self, line: Line, end: int, tail: Tail) -> bool:
        """Whether the word of a field begins the name of goods: "Table water  2.50"."""
        priced = bool(tail.numbers) and (tail.numbers[-1].cents or tail.numbers[-1].grouped)
        return priced and line.text[end:].lstrip()[:1].isalpha()

    def _complete(self, tail: Tail) -> None:
        self._name = None
        tail = _without_size(tail)
        reading = self._read(tail)
        row = _row(tail.words, reading)
        if reading.amount is None and not self._may_lack_amount(row, tail):
            self._name = tail.words
            return
        if reading.amount is not None and not self._is_price(tail):
            return
        if row.quantity is None and self._ahead is not None and _fits(self._ahead, row.amount):
            row = replace(row, quantity=self._ahead.quantity)
        self._ahead = None
        if reading.amount is None:
            sizes = " ".join(number.printed for number in tail.numbers)
            self._lacking = f"{tail.words} {sizes}"
        self.rows.append(row)

    def _is_price(self, tail: Tail) -> bool:
        """Whether a single whole number is an amount: not the 12 of "Main Street 12"."""
        last = tail.numbers[-1]
        if last.cents or last.grouped or len(tail.numbers) > 1:
            return True
        return not self._has_cents and tail.gap

    def _may_lack_amount(self, row: _Row, tail: Tail) -> bool:
        """A kitchen has names and quantities."""
        loose = self._headed or (not self._priced and tail.gap)
        marked = tail.multiplies or tail.numbers[-1].counted or loose
        return row.quantity is not None and marked

    def _numbers(self, tail: Tail, lacking: str | None) -> None:
        reading = self._read(tail)
        if lacking is not None and reading.amount is not None and reading.quantity is not None:
            # What looked like the quantity is the size: "Mushrooms 2 packs" above its numbers.
            self.rows.pop()
            self._name = lacking
        if self._name is not None:
            row = _row(self._name, reading)
            self._name = None
            if row.amount is not None or row.quantity is not None:
                self.rows.append(row)
        elif self.rows and self._continues(reading):
            self.rows[-1] = replace(self.rows[-1], quantity=reading.quantity)
        elif self.rows and _is_amount_of(self.rows[-1], reading):
            self.rows[-1] = replace(self.rows[-1], amount=reading.amount)
        elif reading.quantity is not None and reading.price is not None:
            self._ahead = reading

    def _continues(self, reading: _Reading) -> bool:
        """Whether a line of numbers tells how many the goods above it are."""
        last = self.rows[-1]
        if last.quantity is not None or reading.quantity is None:
            return False
        return _fits(reading, last.amount) and reading.amount in (None, last.amount)

    def _read(self, tail: Tail) -> _Reading:
        numbers = tail.numbers
        if len(numbers) == 1:
            return self._single(numbers[0])
        if len(numbers) == 2:
            return self._pair(numbers[0], numbers[1], multiplies=tail.multiplies)
        return self._triple(numbers)

    def _single(self, number: Number) -> _Reading:
        if number.cents or number.grouped:
            return _Reading(amount=number.text)
        if self._has_cents or number.counted or self._columns == "q" or not self._priced:
            return _Reading(quantity=number.text if number.is_count else None)
        return _Reading(amount=number.text)

    def _pair(self, first: Number, second: Number, *, multiplies: bool) -> _Reading:
        if self._columns == "pq" or (
            _is_amount(first) and second.is_count and not _is_amount(second)
        ):
            return _times(second, first)
        if (multiplies or self._columns == "qp") and first.is_count:
            return _times(first, second, open_amount=True)
        if first.is_count:
            return _Reading(quantity=first.text, amount=second.text)
        return _Reading(price=first.value, amount=second.text)

    def _triple(self, numbers: Sequence[Number]) -> _Reading:
        amount = numbers[-1]
        for first, second in permutations(numbers[:-1], 2):
            if not _product(first.value, second.value, amount.value):
                continue
            quantity, price = (
                (first, second) if self._counts(first, second, numbers) else (second, first)
            )
            return _Reading(quantity=quantity.text, price=price.value, amount=amount.text)
        counts = [one for one in numbers[:-1] if one.is_count]
        return _Reading(quantity=counts[0].text if len(counts) == 1 else None, amount=amount.text)

    def _counts(self, first: Number, second: Number, numbers: Sequence[Number]) -> bool:
        """Whether of two factors the first is the quantity."""
        for is_so in _COUNTS_BY:
            if is_so(first) != is_so(second):
                return is_so(first)
        if "q" in self._columns and "p" in self._columns:
            earlier = list(numbers).index(first) < list(numbers).index(second)
            return earlier == (self._columns.index("q") < self._columns.index("p"))
        return first.value <= second.value


def _labelled(line: Line) -> _Reading | None:
    """Return what a line of labels says: "单价:5.00 数量:2 小计:10.00"."""
    said: dict[str, str] = {}
    for found in line.leading:
        value = amounts(line.value(found))
        if len(value) != 1:
            return None
        if found.means(Meaning.QUANTITY):
            said["quantity"] = value[0]
        elif found.means(Meaning.PRICE):
            said["price"] = value[0]
        elif found.label in _AMOUNT_COLUMNS | _SUBTOTALS:
            said["amount"] = value[0]
    if len(said) < len(_COLUMNS):
        return None
    return _Reading(quantity=said["quantity"], price=Decimal(said["price"]), amount=said["amount"])


def _says_more(rest: str, tail: Tail) -> bool:
    """Whether goods follow the name of a column, not an amount alone: "금액  30,000원"."""
    return bool(tail.numbers) and any(map(str.isalpha, _CURRENCY.sub("", rest)))


def _ends_word(line: Line, end: int) -> bool:
    """Whether a label ends where a word does: "Bar" is none in "Barolo", nor "店员" in a name."""
    if end >= len(line.text):
        return True
    return not line.text[end].isalpha() or line.at[end] > line.at[end - 1] + 1


def _without_size(tail: Tail) -> Tail:
    """Give a size back to the name: "Rice 5kg  1  45.80", "3 Water 0,4  3,20  9,60"."""
    first, *others = tail.numbers
    lead = _LEAD.match(tail.words.strip(_ORNAMENT))
    count = (lead["count"] or lead["glued"]) if lead else None
    if len(others) == 1 and _is_size(tail, count):
        return replace(tail, words=f"{tail.words} {first.printed}", numbers=tuple(others))
    if len(others) < 2:
        return tail
    led = count is not None and _product(Decimal(count), others[-2].value, others[-1].value)
    needed = any(_product(first.value, one.value, others[-1].value) for one in others[:-1])
    if needed or not (led or first.glued):
        return tail
    return replace(tail, words=f"{tail.words} {first.printed}", numbers=tuple(others))


def _is_size(tail: Tail, count: str | None) -> bool:
    """Whether the first of two numbers is a size: "Apples 1kg  2.58", "2 Lemonade 0,25  4,00"."""
    first, amount = tail.numbers
    if tail.gap or tail.multiplies or not amount.cents:
        return False
    if first.glued:
        return _MEASURED.search(first.printed) is not None
    if first.counted or first.value not in _SIZES or "." not in first.text:
        return False
    return amount.value != first.value * Decimal(count or 1)


def _is_amount_of(row: _Row, reading: _Reading) -> bool:
    """Whether an amount alone on its line completes the quantity and price above it."""
    return row.amount is None and _fits(
        _Reading(quantity=row.quantity, price=row.price), reading.amount
    )


def _is_amount(number: Number) -> bool:
    return number.cents or number.grouped


def _is_whole(number: Number) -> bool:
    # With three decimals it is a weight, and with a unit a measure.
    return number.measured or number.value.as_tuple().exponent in (0, -3)


# What makes one of two factors the quantity, the surest first.
_COUNTS_BY: tuple[Callable[[Number], bool], ...] = (
    lambda number: number.measured,
    lambda number: not _is_amount(number),
    _is_whole,
    lambda number: number.counted,
    lambda number: number.is_count,
)


def _times(quantity: Number, price: Number, *, open_amount: bool = False) -> _Reading:
    single = quantity.value == 1 and not open_amount
    return _Reading(
        quantity=quantity.text, price=price.value, amount=price.text if single else None
    )


def _fits(reading: _Reading, amount: str | None) -> bool:
    if reading.quantity is None or reading.price is None or amount is None:
        return False
    return _product(Decimal(reading.quantity), reading.price, Decimal(amount))


def _product(first: Decimal, second: Decimal, amount: Decimal) -> bool:
    near = _CENT if amount != amount.to_integral() or second != second.to_integral() else _HALF
    return abs(first * second - amount) <= near


def _row(words: str, reading: _Reading) -> _Row:
    name = words.strip(_ORNAMENT)
    lead = _LEAD.match(name)
    rest = name[lead.end() :].strip(_ORNAMENT) if lead else name
    if lead is None or not any(map(str.isalpha, rest)):
        lead, rest = None, name
    count = (lead["count"] or lead["glued"]) if lead else None
    quantity = reading.quantity
    behind = _COUNT_BEHIND.search(rest) if count is None and quantity is None else None
    if behind is not None and reading.amount is not None:
        rest, quantity = rest[: behind.start()], behind[1]
    return _Row(
        name=" ".join(rest.split()),
        lead=count,
        counts=lead is not None and bool(lead["times"] or lead["glued"]),
        is_index=lead is not None and count is None,
        quantity=quantity,
        price=reading.price,
        amount=reading.amount,
    )


def _settled(rows: Sequence[_Row], columns: str, printed: Set[Decimal]) -> list[_Row]:
    """Find out what an only column of prices holds: what the printed sums agree with."""
    single = [row for row in rows if row.amount is None and row.price is not None]
    if not single:
        return list(rows)
    whole = [row if row.amount is not None else _multiplied(row) for row in rows]
    if sum(Decimal(row.amount or 0) for row in whole) in printed:
        return whole
    if columns != "qp":
        return list(rows)
    return [
        row if row.amount is not None or row.price is None else replace(row, amount=str(row.price))
        for row in rows
    ]


def _multiplied(row: _Row) -> _Row:
    if row.price is None or row.quantity is None:
        return row
    exact = Decimal(row.quantity) * row.price
    return replace(row, amount=str(exact.quantize(row.price)))


def _without_indexes(rows: Sequence[_Row]) -> list[_Row]:
    """Tell the places 1, 2, 3 of a list from quantities."""
    leads = [row.lead for row in rows if row.lead is not None]
    if any(row.counts for row in rows):
        return list(rows)
    counted = [row for row in rows if row.lead is not None and row.quantity is not None]
    numbered = len(leads) >= 3 and leads == [str(place) for place in range(1, len(leads) + 1)]
    if not (numbered or (counted and len(counted) == len(leads))):
        return list(rows)
    return [replace(row, is_index=True) for row in rows]
