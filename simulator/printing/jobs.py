"""The six papers of a till: receipt, reprint, refund, kitchen slip, end of day, card slip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from simulator.printing.layout import GoodsStyle, Layout
from simulator.printing.paper import Paper
from simulator.printing.sale import Item, Sale
from simulator.printing.shop import Shop

_NOTE = 100


def receipt(sale: Sale, shop: Shop, layout: Layout, *, extra: Sequence[str] = ()) -> bytes:
    """Return what the till prints for a sale; `extra` lines stand where tills name the customer."""
    return _receipt(sale, shop, layout, extra=extra)


def reprint(sale: Sale, shop: Shop, layout: Layout) -> bytes:
    """Return the same paper once more, and it says so."""
    return _receipt(sale, shop, layout, title=layout.word(shop, "reprint"))


def refund(sale: Sale, shop: Shop, layout: Layout) -> bytes:
    """Return the paper for goods that were brought back: negative amounts under a title."""
    items = tuple(replace(item, price=-item.price) for item in sale.items)
    back = replace(sale, items=items, discount=0, payment="card")
    return _receipt(back, shop, layout, title=layout.word(shop, "refund"))


def kitchen_slip(sale: Sale, shop: Shop, layout: Layout) -> bytes:
    """Return what the kitchen gets: a table, dishes and how many, no money."""
    paper = _paper(shop, layout)
    paper.line(layout.word(shop, "kitchen"), centre=True, double=True)
    _field(paper, shop, layout, "table", sale.table or "7")
    _field(paper, shop, layout, "number", sale.number)
    _time(paper, shop, layout, sale.at)
    paper.rule()
    for item in sale.items:
        paper.row((item.name, str(item.quantity)))
    return paper.cut()


def day_end(shop: Shop, layout: Layout, *, at: datetime, taken: int) -> bytes:
    """Return the till's report when it closes; `taken` is the day's money."""
    paper = _paper(shop, layout)
    paper.line(shop.names[0], centre=True)
    paper.line(layout.word(shop, "day_end"), centre=True, double=True)
    _time(paper, shop, layout, at)
    paper.rule()
    for words in shop.payments.values():
        paper.row((words[0], shop.money(taken // len(shop.payments))))
    paper.row((layout.word(shop, "sum"), shop.money(taken)))
    return paper.cut()


def card_slip(sale: Sale, shop: Shop, layout: Layout) -> bytes:
    """Return the slip of the card terminal beside the till: the sale has its own receipt."""
    paper = _paper(shop, layout)
    paper.line(layout.word(shop, "slip"), centre=True)
    for line in shop.words["slip_lines"]:
        paper.line(line)
    paper.line(f"{layout.word(shop, 'card')}{layout.colon}************1234")
    _time(paper, shop, layout, sale.at)
    paper.row((layout.word(shop, "sum"), shop.money(sale.paid)))
    return paper.cut()


def _paper(shop: Shop, layout: Layout) -> Paper:
    return Paper(shop.encoding, columns=layout.columns, absolute=layout.absolute)


def _receipt(
    sale: Sale, shop: Shop, layout: Layout, *, title: str = "", extra: Sequence[str] = ()
) -> bytes:
    paper = _paper(shop, layout)
    _head(paper, shop, title)
    if layout.head_numbers:
        _numbers(paper, sale, shop, layout)
    paper.rule()
    _goods(paper, sale, shop, layout)
    paper.rule()
    _sums(paper, sale, shop, layout)
    if not layout.head_numbers:
        _numbers(paper, sale, shop, layout)
    for line in (*extra, *shop.foot):
        paper.line(line)
    if layout.bar_code:
        paper.bar_code(f"{sale.at:%Y%m%d}{sale.number[-6:]}")
    paper.line(layout.word(shop, "thanks"), centre=True)
    if sale.payment == "cash":
        paper.drawer()
    return paper.cut()


def _head(paper: Paper, shop: Shop, title: str) -> None:
    paper.line(shop.names[0], centre=True, double=True)
    for line in (*shop.head, *((title,) if title else ())):
        paper.line(line, centre=True)


def _field(paper: Paper, shop: Shop, layout: Layout, thing: str, value: str) -> None:
    paper.line(f"{layout.word(shop, thing)}{layout.colon}{value}")


def _time(paper: Paper, shop: Shop, layout: Layout, at: datetime) -> None:
    word, when = layout.word(shop, "time"), at.strftime(layout.date or shop.dates[0])
    paper.line(f"{word}{layout.colon}{when}" if word else when)


def _numbers(paper: Paper, sale: Sale, shop: Shop, layout: Layout) -> None:
    _field(paper, shop, layout, "number", sale.number)
    _time(paper, shop, layout, sale.at)
    till = f"{layout.word(shop, 'till')}{layout.colon}{sale.till}"
    cashier = f"{layout.word(shop, 'cashier')}{layout.colon}{sale.cashier}"
    if layout.paired:
        paper.row((till, cashier))
    else:
        paper.line(till)
        paper.line(cashier)
    if sale.table is not None:
        _field(paper, shop, layout, "table", sale.table)


def _goods(paper: Paper, sale: Sale, shop: Shop, layout: Layout) -> None:
    columns = {
        GoodsStyle.SHORT: ("heading", "quantity", "amount"),
        GoodsStyle.FULL: ("heading", "price", "quantity", "amount"),
        GoodsStyle.BELOW: ("heading", "price", "quantity", "amount"),
    }.get(layout.goods)
    if layout.heading and columns:
        paper.row([layout.word(shop, column) for column in columns])
        paper.rule()
    for item in sale.items:
        _item(paper, item, shop, layout.goods)


def _item(paper: Paper, item: Item, shop: Shop, style: GoodsStyle) -> None:
    price, amount, quantity = shop.money(item.price), shop.money(item.amount), str(item.quantity)
    match style:
        case GoodsStyle.SHORT:
            paper.row((item.name, quantity, amount))
        case GoodsStyle.FULL:
            paper.row((item.name, price, quantity, amount))
        case GoodsStyle.BELOW:
            paper.line(item.name)
            paper.row(("  " + price, quantity, amount))
        case GoodsStyle.TIMES:
            paper.line(item.name)
            paper.row((f"  {quantity} x {price}", amount))
        case GoodsStyle.LEADING:
            paper.row((f"{quantity} x {item.name}", amount))


def _sums(paper: Paper, sale: Sale, shop: Shop, layout: Layout) -> None:
    mark = layout.mark or ""
    paper.row((layout.word(shop, "sum"), f"{mark}{shop.money(sale.sum)}{shop.after}"))
    if sale.discount:
        paper.row((layout.word(shop, "discount"), shop.money(-sale.discount)))
    if sale.discount or layout.always_paid:
        paid = f"{mark}{shop.money(sale.paid)}{shop.after}"
        paper.row((layout.word(shop, "paid"), paid), bold=True)
    words = shop.payments[sale.payment]
    if sale.payment == "cash":
        # The next note: a hundred more than enough at most.
        note = _NOTE * 10**shop.cents * (1 if shop.cents else 10)
        given = -(-sale.paid // note) * note
        paper.row((layout.word(shop, "given"), shop.money(given)))
        paper.row((layout.word(shop, "change"), shop.money(given - sale.paid)))
    elif layout.always_paid:
        paper.row((layout.word(shop, "method"), words[-1]))
    else:
        paper.row((words[0], shop.money(sale.paid)))
    if layout.count:
        paper.line(f"{layout.word(shop, 'count')}{layout.colon}{sale.pieces}")
