"""A sale as the till knows it: what its receipt must say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of goods; prices are in the smallest coin."""

    name: str
    quantity: int
    price: int

    @property
    def amount(self) -> int:
        """What the line costs."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What was sold. `payment` is the reader's word for it: cash, card, wechat, …."""

    number: str
    at: datetime
    items: tuple[Item, ...]
    discount: int = 0
    payment: str = "card"
    till: str = "03"
    cashier: str = "1023"
    table: str | None = None

    @property
    def sum(self) -> int:
        """What the goods cost before the discount."""
        return sum(item.amount for item in self.items)

    @property
    def paid(self) -> int:
        """What the shopper pays."""
        return self.sum - self.discount

    @property
    def pieces(self) -> int:
        """How many pieces were sold."""
        return sum(item.quantity for item in self.items)


def plain(amount: int, cents: int) -> str:
    """Return an amount as decimal text, as the reader tells it; `cents`: digits of a coin."""
    return str(Decimal(amount).scaleb(-cents)) if cents else str(amount)
