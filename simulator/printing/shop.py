"""A shop of one country: its words, its shelf, and how it writes numbers and dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from simulator.printing.sale import Item, Sale

Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What is the same on every paper of a shop."""

    language: str
    encoding: str
    currency: str
    names: tuple[str, ...]
    words: Words
    """For each thing that a receipt says, the ways in which tills of this country say it."""
    shelf: tuple[tuple[str, int], ...]
    payments: Mapping[str, tuple[str, ...]]
    """The reader's word for a way to pay, and how it is printed."""
    dates: tuple[str, ...]
    cents: int = 2
    """Digits of the smallest coin: 2, or 0 where there is none."""
    comma: bool = False
    marks: tuple[str, ...] = ("",)
    """What stands before the total: "¥", "EUR "."""
    after: str = ""
    """What stands behind amounts: "원"."""
    people: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    """What stands below the shop's name."""
    foot: tuple[str, ...] = ()
    """What the law wants: tax numbers, the signature of a German till."""

    def money(self, amount: int) -> str:
        """Return an amount as this country writes it."""
        sign = "-" if amount < 0 else ""
        whole, coins = divmod(abs(amount), 10**self.cents)
        grouped = f"{whole:,}"
        if not self.cents:
            return f"{sign}{grouped}"
        if self.comma:
            return f"{sign}{grouped.replace(',', '.')},{coins:02d}"
        return f"{sign}{grouped}.{coins:02d}"


def random_sale(random: Random, shop: Shop, *, number: str, at: datetime, till: str = "03") -> Sale:
    """Return a sale of one to six goods."""
    goods = random.sample(shop.shelf, random.randint(1, min(6, len(shop.shelf))))
    items = tuple(
        Item(name=name, quantity=random.choice((1, 1, 1, 2, 3)), price=price)
        for name, price in goods
    )
    cheapest = min(price for _, price in shop.shelf)
    discount = random.choice((0, 0, 0, cheapest // 4, cheapest // 2))
    return Sale(
        number=number,
        at=at,
        items=items,
        discount=discount,
        payment=random.choice(sorted(shop.payments)),
        till=till,
        cashier=f"{random.randint(1, 9999):04d}",
        table=random.choice((None, None, str(random.randint(1, 60)))),
    )
