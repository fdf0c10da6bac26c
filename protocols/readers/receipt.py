"""From the lines of a print job to the few fields that leave the till: never names, never cards.

The total is found by its label and by nothing else: cash handed over is larger, and so may be a
bar code. What is paid (实付) wins over what it cost before discounts (合计).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from protocols.readers import labels
from protocols.readers.moment import printed_moment

_AMOUNT = re.compile(
    r"(?<![\w.,:/])[-−]?(?:[¥$€£₩]|rmb|nt\$|hk\$|us\$|eur|cny)?\s?"
    r"([-−]?\d{1,3}(?:[,.']\d{3}){1,4}(?:[.,]\d{1,2})?|[-−]?\d{1,10}(?:[.,]\d{1,2})?)(?![\d%])"
)
_NUMBER_VALUE = re.compile(r"[\s:#.=]{0,4}([a-z0-9][a-z0-9/_\-]{0,39})")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_BETWEEN_HANZI = re.compile(
    r"(?<=[\u4e00-\u9fff\uac00-\ud7a3])\s{1,8}(?=[\u4e00-\u9fff\uac00-\ud7a3])"
)
_COUNT = re.compile(r"\D{0,6}(\d{1,4})(?![\d.,])")
_COUNTED = re.compile(r"共\s?(\d{1,4})\s?(?:件|项|種|种)")
_TRAILING_AMOUNT = re.compile(
    r"(?:\s|[¥$€£₩x*])[-−]?\d{1,7}[.,]\d{2}(?:\s?[a-z*]{1,2})?$|\s\d{1,4}\s+[¥$₩]?\d{1,7}$"
)
_LONGEST_LINE = 300
_HEAD_LINES = 12


class ReceiptKind(StrEnum):
    """What a print job is; only RECEIPT is a sale of its own."""

    RECEIPT = "receipt"
    REPRINT = "reprint"
    REFUND = "refund"
    KITCHEN = "kitchen"
    DAY_END = "day_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRead:
    """What was read of one print job."""

    number: str | None
    total: str | None
    """Decimal text with a full stop: "14.97"."""
    currency: str | None
    printed_at: str | None
    """The till's own time, ISO 8601 without zone: "2026-11-21T18:42:07"."""
    items: int | None
    kind: ReceiptKind
    damaged: bool
    """Bytes were lost or unreadable: a field may be missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    text: str
    """Lower case, half width, hanzi and hangul closed up."""
    printed: str
    """The same with the case as printed; offsets agree."""


def read_receipt(
    lines: Sequence[str], *, damaged: bool, currency: str | None = None
) -> ReceiptRead | None:
    """Return what a job's lines say; None when they name neither a number nor a total."""
    read = [_line(line) for line in lines]
    texts = [line.text for line in read]
    number, total = _number(read), _total(texts)
    kind = _kind(texts, total)
    if number is None and total is None and kind in {ReceiptKind.RECEIPT, ReceiptKind.REPRINT}:
        return None
    return ReceiptRead(
        number=number,
        total=total,
        currency=_currency(texts) or currency,
        printed_at=printed_moment(texts),
        items=_items(texts),
        kind=kind,
        damaged=damaged,
    )


def _line(line: str) -> _Line:
    plain = unicodedata.normalize("NFKC", line[:_LONGEST_LINE])
    printed = _BETWEEN_HANZI.sub("", plain).strip()
    # Lower case may be longer than upper case (İ); then the offsets would not agree.
    lower = "".join(one.lower() if len(one.lower()) == 1 else one for one in printed)
    return _Line(text=lower, printed=printed)


def _find(text: str, label: str) -> int:
    """Return the end of a label in a line, or -1; Latin labels must be whole words."""
    at = text.find(label)
    while at >= 0:
        end = at + len(label)
        if not (_joined(text, at) or _joined(text, end)):
            return end
        at = text.find(label, at + 1)
    return -1


def _joined(text: str, at: int) -> bool:
    """Whether Latin letters stand on both sides of a place."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    return before.isalpha() and after.isalpha() and before < "\u0250" and after < "\u0250"


def _has(text: str, names: Iterable[str]) -> bool:
    return any(_find(text, name) >= 0 for name in names)


def _total(texts: Sequence[str]) -> str | None:
    paid = _labelled_amount(texts, labels.PAID)
    cost = _labelled_amount(texts, labels.DUE) or _labelled_amount(texts, labels.SUM)
    change = _labelled_amount(texts, labels.CHANGE)
    tendered = _labelled_amount(texts, labels.TENDERED)
    # German tills print the change with a minus.
    given_back = change is not None and Decimal(change) != 0
    if paid is None:
        return cost or (None if given_back else tendered)
    if given_back and _is_banknote(paid, cost, tendered):
        return str(Decimal(paid) - abs(Decimal(change or 0)))
    return paid


def _is_banknote(paid: str, cost: str | None, tendered: str | None) -> bool:
    """Some tills print what the shopper hands over as "paid", and then the change."""
    if cost is not None:
        return Decimal(paid) > Decimal(cost)
    return tendered is None


def _labelled_amount(texts: Sequence[str], names: Sequence[str]) -> str | None:
    for name in names:
        for index, text in enumerate(texts):
            if name in text and not _has(text, labels.NOT_TOTAL):
                found = _amount_after(texts, index, _find(text, name))
                if found is not None:
                    return found
    return None


def _amount_after(texts: Sequence[str], index: int, end: int) -> str | None:
    if end < 0:
        return None
    amounts = _amounts(texts[index][end:])
    if not amounts and index + 1 < len(texts) and _stands_alone(texts[index], end):
        # A total in double size may have a line of its own.
        following = texts[index + 1]
        amounts = _amounts(following) if not re.search(r"[^\W\d]{2}", following) else []
    if not amounts:
        return None
    exact = [amount for amount in amounts if "." in amount]
    return (exact or amounts)[-1]


def _stands_alone(text: str, end: int) -> bool:
    """Whether a line holds its label and nothing else: a table's heading does not."""
    return not text[end:].strip(" :$¥€") and " " not in text[:end].strip("*#-= ")


def _amounts(text: str) -> list[str]:
    return [_decimal(match.group(1), match.group(0)) for match in _AMOUNT.finditer(text)]


def _decimal(digits: str, around: str) -> str:
    """Return "1.234,50" and "1,234.50" as "1234.50"."""
    sign = "-" if around.lstrip().startswith(("-", "−")) or digits[0] in "-−" else ""
    body = digits.lstrip("-−").replace("'", "")
    cents = re.search(r"[.,](\d{1,2})$", body)
    whole = body[: cents.start()] if cents else body
    whole = whole.replace(",", "").replace(".", "")
    return f"{sign}{whole}.{cents.group(1)}" if cents else f"{sign}{whole}"


def _number(lines: Sequence[_Line]) -> str | None:
    for name in labels.NUMBER:
        for line in lines:
            if name in line.text:
                found = _number_after(line, name)
                if found is not None:
                    return found
    return None


def _number_after(line: _Line, name: str) -> str | None:
    end = _find(line.text, name)
    if end < 0 or (name in labels.NUMBER_AT_START and not _starts_column(line.text, end, name)):
        return None
    match = _NUMBER_VALUE.match(line.text, end)
    if match is None or not any(character.isdigit() for character in match.group(1)):
        return None
    if _MOBILE.fullmatch(match.group(1)):
        return None
    return line.printed[match.start(1) : match.end(1)].rstrip("-_/")


def _starts_column(text: str, end: int, name: str) -> bool:
    before = text[: end - len(name)]
    # A Chinese label of one character stands in a row of such: "序 0387 機 03".
    return not before.strip("*#-= ") or before.endswith("  ") or name == "序"


def _kind(texts: Sequence[str], total: str | None) -> ReceiptKind:
    # "customer copy" and a returns policy at the foot make no copy and no refund.
    head = texts[:_HEAD_LINES]
    if any(_has(text, labels.DAY_END) for text in head):
        return ReceiptKind.DAY_END
    if any(_has(text, labels.KITCHEN) for text in head) and total is None:
        return ReceiptKind.KITCHEN
    if any(_has(text, labels.REPRINT) for text in texts):
        return ReceiptKind.REPRINT
    refunded = total is not None and total.startswith("-")
    if refunded or any(_has(text, labels.REFUND) for text in head):
        return ReceiptKind.REFUND
    return ReceiptKind.RECEIPT


def _currency(texts: Sequence[str]) -> str | None:
    for mark, code in labels.CURRENCIES.items():
        for text in texts:
            if mark in text and _beside_amount(text, mark):
                return code
    return None


def _beside_amount(text: str, mark: str) -> bool:
    quoted = re.escape(mark)
    return bool(re.search(rf"{quoted}\s{{0,3}}-?\d|\d\s{{0,2}}{quoted}(?![a-z])", text))


def _items(texts: Sequence[str]) -> int | None:
    for text in texts:
        counted = _COUNTED.search(text)
        if counted:
            return int(counted.group(1))
    for name in labels.ITEM_COUNT:
        for text in texts:
            end = _find(text, name)
            match = _COUNT.match(text, end) if end >= 0 else None
            if match:
                return int(match.group(1))
    return _item_lines(texts) or None


def _item_lines(texts: Sequence[str]) -> int:
    """Count the lines with an amount above the first sum."""
    sums = (*labels.PAID, *labels.DUE, *labels.SUM, *labels.NOT_TOTAL, *labels.CHANGE)
    count = 0
    for text in texts:
        if _has(text, sums) and _amounts(text):
            return count
        if _TRAILING_AMOUNT.search(text) and printed_moment([text]) is None:
            count += 1
    return 0
