from __future__ import annotations

from datetime import UTC, datetime

from simulator.printing.sale import Item, Sale, plain


def test_a_sale_adds_up() -> None:
    sale = Sale(
        number="1",
        at=datetime(2026, 11, 21, tzinfo=UTC),
        items=(Item(name="a", quantity=2, price=200), Item(name="b", quantity=1, price=350)),
        discount=50,
    )
    assert (sale.sum, sale.paid, sale.pieces) == (750, 700, 3)


def test_amounts_as_the_reader_tells_them() -> None:
    assert plain(700, 2) == "7.00"
    assert plain(-5, 2) == "-0.05"
    assert plain(1500, 0) == "1500"
