"""Prints receipts with personal data planted in them, reads them back, and counts what leaked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from protocols.readers.escpos import EscposReader
from protocols.readers.events import Printed
from simulator.printing.jobs import receipt
from simulator.printing.layout import Layout, random_layout
from simulator.printing.planting import Planted, plant
from simulator.printing.sale import Sale, plain
from simulator.printing.shop import Shop, random_sale
from simulator.printing.shops import SHOPS

_FIRST_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - a till prints its wall clock
_YEAR_SECONDS = 364 * 86_400
_SILENCE = 60.0


@dataclass(slots=True, kw_only=True)
class Figures:
    """What came of a corpus."""

    receipts: int = 0
    layouts: int = 0
    secrets: int = 0
    leaks: list[str] = field(default_factory=list)
    survivors: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Receipts with a wrong total, time or piece of goods."""

    def lines(self) -> list[str]:
        """Return the figures as lines to print."""
        return [
            f"{self.receipts} receipts in {self.layouts} layouts and six languages",
            f"{self.secrets} names, numbers and addresses planted, {len(self.leaks)} leaked",
            f"{self.survivors} numbers, codes, dates, totals and goods, {len(self.lost)} lost",
            f"{len(self.wrong)} receipts with a wrong total, time or piece of goods",
            *(f"leaked: {one}" for one in self.leaks),
            *(f"lost: {one}" for one in self.lost),
            *(f"wrong: {one}" for one in self.wrong),
        ]


def receipt_figures(receipts: int, *, seed: int = 1) -> Figures:
    """Return the figures of so many receipts, the languages in turn."""
    figures = Figures()
    layouts: set[str] = set()
    for number, (sale, shop, layout, planted) in enumerate(_corpus(receipts, seed)):
        printed = _read(sale, shop, layout, planted)
        layouts.add(f"{shop.language} {layout!r}")
        figures.receipts += 1
        said = repr(printed)
        if [_facts(one) for one in printed] != [_truth(sale, shop)]:
            figures.wrong.append(f"{shop.language} {number}")
        for one in planted:
            _count(figures, one, said, f"{shop.language} {number}")
        _count(figures, Planted(lines=(), survivors=_survivors(sale, shop)), said, f"{number}")
    figures.layouts = len(layouts)
    return figures


def _corpus(receipts: int, seed: int) -> Iterator[tuple[Sale, Shop, Layout, list[Planted]]]:
    random = Random(seed)
    shops = list(SHOPS.values())
    for number in range(receipts):
        shop = shops[number % len(shops)]
        at = _FIRST_DAY + timedelta(seconds=random.randrange(_YEAR_SECONDS))
        layout = random_layout(random, shop)
        sale = random_sale(random, shop, number=f"{at:%Y%m%d}{number:06d}", at=at)
        yield sale, shop, layout, plant(random, shop, layout)


def _read(sale: Sale, shop: Shop, layout: Layout, planted: list[Planted]) -> list[Printed]:
    extra = [line for one in planted for line in one.lines]
    reader = EscposReader(encoding=shop.encoding, identify=lambda _: "hmac")
    events = reader.feed(receipt(sale, shop, layout, extra=extra), 0.0) + reader.idle(_SILENCE)
    return [event for event in events if isinstance(event, Printed)]


_Facts = tuple[str | None, str | None, list[tuple[str, str | None]]]


def _facts(printed: Printed) -> _Facts:
    goods = [(one.name, one.amount) for one in printed.goods]
    return printed.total, printed.printed_at, goods


def _truth(sale: Sale, shop: Shop) -> _Facts:
    goods: list[tuple[str, str | None]] = [
        (item.name, plain(item.amount, shop.cents)) for item in sale.items
    ]
    return plain(sale.paid, shop.cents), f"{sale.at:%Y-%m-%dT%H:%M:%S}", goods


def _survivors(sale: Sale, shop: Shop) -> tuple[str, ...]:
    return (sale.number, f"{sale.at:%Y-%m-%d}", plain(sale.paid, shop.cents), sale.items[0].name)


def _count(figures: Figures, planted: Planted, said: str, where: str) -> None:
    figures.secrets += len(planted.secrets)
    figures.leaks += [f"{where}: {one}" for one in planted.secrets if one in said]
    figures.survivors += len(planted.survivors)
    figures.lost += [f"{where}: {one}" for one in planted.survivors if one not in said]
