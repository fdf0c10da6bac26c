"""The sales of the last 24 hours: each counts once, and is found by what a shopper shows of it.

Pure; `till_rows.py` keeps them beside the outbox, so that a restart counts nothing twice. The
codes on the paper are kept in memory only.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from protocols.messages import ReceiptSaid
from protocols.till_events import WhyUnlinked

DAY_MS = 24 * 3600 * 1000
# Thirty busy tills print as many on a day; beyond it the oldest can no longer be typed in.
MOST_SALES = 20_000
MOST_CODES_PER_SALE, LONGEST_CODE = 4, 200
# Less of a number fits half of the day's receipts.
FEWEST_SIGNS = 4
_NO_SIGN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A printed receipt, as it is remembered."""

    receipt: str
    till: str
    touchpoint: str
    number: str
    printed_at: str | None
    total: str | None
    whole: bool
    """False: it was damaged or partial, and a field may be missing."""
    seen_ms: int
    """The gateway's wall clock."""


class Sales:
    """What tills sold within a day."""

    def __init__(self, kept: Iterable[Sale] = ()) -> None:
        """Take what an earlier run left, oldest first."""
        self._sales: OrderedDict[str, Sale] = OrderedDict()
        self._by_number: dict[tuple[str, str], list[str]] = {}
        self._signs: dict[str, str] = {}
        """By receipt: its number as it is typed."""
        self._codes: dict[str, tuple[str, ...]] = {}
        """By receipt."""
        for sale in kept:
            self.add(sale)

    def __len__(self) -> int:
        return len(self._sales)

    def repeats(self, new: Sale) -> Sale | None:
        """Return the sale that a receipt prints again; None when it is a sale of its own."""
        for receipt in self._by_number.get((new.till, new.number), ()):
            known = self._sales[receipt]
            if abs(new.seen_ms - known.seen_ms) <= DAY_MS and _same(known, new):
                return known
        return None

    def add(self, sale: Sale, codes: Iterable[str] = ()) -> None:
        """Remember a sale and the codes on its paper."""
        self._sales[sale.receipt] = sale
        self._by_number.setdefault((sale.till, sale.number), []).append(sale.receipt)
        self._signs[sale.receipt] = _signs(sale.number)
        short = tuple(code for code in codes if code and len(code) <= LONGEST_CODE)
        if short:
            self._codes[sale.receipt] = short[:MOST_CODES_PER_SALE]
        if len(self._sales) > MOST_SALES:
            self._drop_oldest()

    def since(self, wall_ms: int) -> list[Sale]:
        """Return what was sold since then, oldest first."""
        return [one for one in self._sales.values() if one.seen_ms >= wall_ms]

    def forget_before(self, wall_ms: int) -> None:
        """Drop what is older than a day."""
        while self._sales and next(iter(self._sales.values())).seen_ms < wall_ms - DAY_MS:
            self._drop_oldest()

    def find(
        self, said: ReceiptSaid, touchpoint: str | None, *, by_time: str | None = None
    ) -> Sale | WhyUnlinked:
        """Return the one sale that fits what was shown, or why there is none.

        Sales of the shopper's own touchpoint go before others; among several the one that the
        rating found by its time (`by_time`, a receipt) is no guess.
        """
        fitting = self._scanned(said.text) if said.scanned else self._typed(said.text)
        fitting = [one for one in fitting if one.touchpoint == touchpoint] or fitting
        agreed = [one for one in fitting if one.receipt == by_time]
        fitting = agreed or fitting
        if len(fitting) == 1:
            return fitting[0]
        return WhyUnlinked.AMBIGUOUS if fitting else WhyUnlinked.NOT_FOUND

    def _scanned(self, text: str) -> list[Sale]:
        same = [self._sales[one] for one, codes in self._codes.items() if text in codes]
        return same or [one for one in self._sales.values() if _holds(text, one.number)]

    def _typed(self, text: str) -> list[Sale]:
        digits = _signs(text)
        if len(digits) < FEWEST_SIGNS:
            return []
        return [self._sales[one] for one, signs in self._signs.items() if signs.endswith(digits)]

    def _drop_oldest(self) -> None:
        receipt, sale = self._sales.popitem(last=False)
        self._codes.pop(receipt, None)
        del self._signs[receipt]
        numbered = self._by_number[(sale.till, sale.number)]
        numbered.remove(receipt)
        if not numbered:
            del self._by_number[(sale.till, sale.number)]


def _same(known: Sale, new: Sale) -> bool:
    """Whether time and total say the same; what damage took away must not speak against it."""
    pairs = ((known.printed_at, new.printed_at), (known.total, new.total))
    if all(a == b for a, b in pairs):
        return any(a is not None for a, _ in pairs) or (known.whole and new.whole)
    torn = not (known.whole and new.whole)
    agree = [a == b for a, b in pairs if a is not None and b is not None]
    return torn and bool(agree) and all(agree)


def _holds(text: str, number: str) -> bool:
    """Whether a code holds the number as a whole, not as a piece of a longer one."""
    if len(number) < FEWEST_SIGNS or number not in text:
        return False
    return re.search(rf"(?<![^\W_]){re.escape(number)}(?![^\W_])", text) is not None


def _signs(text: str) -> str:
    return _NO_SIGN.sub("", text).casefold()
