"""How a sale was paid: cash, card, wechat, alipay, unionpay, voucher, member, other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from protocols.readers.labels.meaning import TENDERS, Meaning
from protocols.readers.receipt.money import Sum
from protocols.readers.receipt.page import Page

_TOTALS = (Meaning.PAID, Meaning.DUE, Meaning.SUM)


def payment(page: Page, sums: Sequence[Sum]) -> str | None:
    """Return the way to pay that the receipt names; of several, the one with the largest part."""
    named = _after_label(page)
    if named is not None:
        return named.value
    start = min((one.line for one in sums if one.meaning in _TOTALS), default=-1)
    parts = [
        (abs(one.value), -one.line, one.meaning)
        for one in sums
        if one.meaning in TENDERS and one.line >= start and one.value
    ]
    if parts:
        return max(parts)[2].value
    if start >= 0:
        for line in page.lines[start:]:
            found = line.first()
            if found and found.meanings[0] in TENDERS and not line.text[found.end :].strip(" :*-"):
                return found.meanings[0].value
    if any(line.has(Meaning.PAN) for line in page.lines):
        return Meaning.CARD.value
    # Only cash gives change.
    return "cash" if any(one.meaning is Meaning.CHANGE for one in sums) else None


def _after_label(page: Page) -> Meaning | None:
    for line in page.lines:
        labels = line.labels
        for label, following in pairwise(labels):
            between = line.text[label.end : following.start]
            if label.means(Meaning.METHOD, Meaning.TENDERED) and len(between.strip()) < 8:
                for meaning in following.meanings:
                    if meaning in TENDERS:
                        return meaning
    return None
