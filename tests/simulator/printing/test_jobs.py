from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.escpos import EscposReader
from protocols.readers.events import Goods, JobKind, Printed
from simulator.printing import jobs
from simulator.printing.layout import Layout, random_layout
from simulator.printing.sale import Sale, plain
from simulator.printing.shop import Shop, random_sale
from simulator.printing.shops import SHOPS

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def read(data: bytes, shop: Shop) -> Printed:
    reader = EscposReader(
        encoding=shop.encoding, currency=shop.currency, identify=lambda number: f"#{number}"
    )
    events = reader.feed(data, 0.0) + reader.idle(60.0)
    (printed,) = (event for event in events if isinstance(event, Printed))
    return printed


def a_sale(seed: int, shop: Shop) -> tuple[Sale, Layout]:
    random = Random(seed)
    at = FIRST + timedelta(seconds=random.randrange(364 * 86_400))
    number = random.choice(("0387", f"{at:%Y%m%d}{seed % 10_000:04d}", "A-4711"))
    return random_sale(random, shop, number=number, at=at), random_layout(random, shop)


def expected(sale: Sale, shop: Shop, layout: Layout) -> dict[str, object]:
    cents = shop.cents
    goods = tuple(
        Goods(name=item.name, quantity=str(item.quantity), amount=plain(item.amount, cents))
        for item in sale.items
    )
    return {
        "kind": JobKind.RECEIPT,
        "number": sale.number,
        "till": sale.till,
        "cashier": f"#{sale.cashier}",
        "table": sale.table,
        "printed_at": f"{sale.at:%Y-%m-%dT%H:%M:%S}",
        "goods": goods,
        "items": sale.pieces if layout.count else len(goods),
        "total": plain(sale.paid, cents),
        "discount": plain(-sale.discount, cents) if sale.discount else None,
        "payment": sale.payment,
        "currency": shop.currency,
    }


def fields(printed: Printed, wanted: dict[str, object]) -> dict[str, object]:
    return {field: getattr(printed, field) for field in wanted}


@pytest.mark.parametrize("shop", SHOPS.values(), ids=lambda shop: shop.language)
@given(st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_the_reader_reads_back_what_any_till_of_a_country_prints(shop: Shop, seed: int) -> None:
    sale, layout = a_sale(seed, shop)
    wanted = expected(sale, shop, layout)
    assert fields(read(jobs.receipt(sale, shop, layout), shop), wanted) == wanted


@pytest.mark.parametrize("shop", SHOPS.values(), ids=lambda shop: shop.language)
@given(st.integers(0, 2**32))
@settings(max_examples=8, deadline=None)
def test_the_other_papers_are_no_sales(shop: Shop, seed: int) -> None:
    sale, layout = a_sale(seed, shop)
    copy = {**expected(sale, shop, layout), "kind": JobKind.REPRINT}
    assert fields(read(jobs.reprint(sale, shop, layout), shop), copy) == copy
    back = read(jobs.refund(sale, shop, layout), shop)
    assert (back.kind, back.total) == (JobKind.REFUND, plain(-sale.sum, shop.cents))
    kitchen = read(jobs.kitchen_slip(sale, shop, layout), shop)
    assert (kitchen.kind, kitchen.total) == (JobKind.KITCHEN, None)
    assert [one.quantity for one in kitchen.goods] == [str(item.quantity) for item in sale.items]
    assert read(jobs.day_end(shop, layout, at=sale.at, taken=99), shop).kind is JobKind.DAY_END
    assert read(jobs.card_slip(sale, shop, layout), shop).kind is JobKind.PAYMENT
