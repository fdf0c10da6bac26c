"""How a till lays its receipts out; each choice is one that tills make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from simulator.printing.shop import Shop


class GoodsStyle(StrEnum):
    """Where the numbers of a piece of goods stand."""

    SHORT = "short"
    """Name, quantity, amount."""
    FULL = "full"
    """Name, price, quantity, amount."""
    BELOW = "below"
    """The name, and below it price, quantity, amount."""
    TIMES = "times"
    """The name, and below it "2 x 1.99" and the amount."""
    LEADING = "leading"
    """ "2 x Name", amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One till's way to print."""

    columns: int = 32
    absolute: bool = False
    goods: GoodsStyle = GoodsStyle.SHORT
    colon: str = ": "
    head_numbers: bool = True
    """Number, time, till and cashier stand above the goods, as in China, or below them."""
    paired: bool = True
    """Till and cashier share a line."""
    heading: bool = True
    always_paid: bool = True
    """What is paid is printed even where there is no discount."""
    count: bool = True
    words: Mapping[str, str] = field(default_factory=dict)
    """The word chosen for each thing; else the shop's first."""
    date: str | None = None
    mark: str | None = None
    bar_code: bool = False

    def word(self, shop: Shop, thing: str) -> str:
        """Return this till's word for a thing."""
        return self.words.get(thing, shop.words[thing][0])


def random_layout(random: Random, shop: Shop) -> Layout:
    """Return one of a country's many layouts."""
    latin = shop.language in {"en", "de"}
    return Layout(
        columns=random.choice((32, 42, 48)),
        absolute=random.random() < 0.25,
        goods=random.choice(list(GoodsStyle)),
        colon=random.choice((": ", ":", " ") if latin else ("：", ":", ": ", " ")),
        head_numbers=random.random() < (0.5 if shop.language == "de" else 0.8),
        paired=random.random() < 0.6,
        heading=random.random() < 0.6,
        always_paid=random.random() < 0.6,
        count=random.random() < 0.7,
        words={thing: random.choice(words) for thing, words in shop.words.items()},
        date=random.choice(shop.dates),
        mark=random.choice(shop.marks),
        bar_code=random.random() < 0.3,
    )
