"""A print job's lines become one event: what it is, its fields, its text without anybody's data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from protocols.readers.events import Code, Goods, Identify, JobKind, Printed
from protocols.readers.labels.meaning import Meaning
from protocols.readers.masking import Mask
from protocols.readers.receipt import identifiers
from protocols.readers.receipt.goods import goods
from protocols.readers.receipt.kind import Findings, kind_of
from protocols.readers.receipt.line import Line
from protocols.readers.receipt.moment import printed_moment
from protocols.readers.receipt.money import (
    Sum,
    currency,
    discount,
    slip_amount,
    sums,
    total,
)
from protocols.readers.receipt.page import Page, read_page
from protocols.readers.receipt.payment import payment

_COUNT = re.compile(r"[^\d\-]{0,8}(\d{1,4})(?:\.0{1,3})?(?![\d.,:/])")
_COUNTED = re.compile(
    r"(?:共|总计|合计|총|計|计)\s?:?\s?(\d{1,4})\s?(?:件|项|項|種|种|点|點|个|個|份|품목|건|개)"
    r"|(?<![\d.,])(\d{1,3}) (?:artikel|items?|posten|positionen|artikel gesamt)(?![a-z])"
)
_PAYS = (Meaning.PAID, Meaning.TENDERED)
_SELL_NOTHING = frozenset({JobKind.PAYMENT, JobKind.DAY_END})
_FIRST_PIECES = re.compile(
    r"(?<![\d.,])(\d{1,4})\s?(?:件|点|點|개|項|项)(?!\w)|^\s{0,40}(\d{1,3})\s{2,40}[¥₩\\]?[\d,.]{3,}"
)


def read_job(  # every field of a job that only the tokenizer knows
    lines: Sequence[str],
    *,
    codes: tuple[Code, ...],
    damaged: bool,
    partial: bool,
    currency: str | None,
    identify: Identify,
) -> Printed:
    """Return what a job says; one that says nothing is of kind OTHER.

    `lines` are the paper's, two blanks for a column; `currency` is the till's, used where none is
    printed; the cashier's number goes through `identify` and is kept nowhere.
    """
    page = read_page(lines)
    mask = Mask(page.lines)
    found = sums(page)
    amount = total(found)
    sold = _goods(page, mask, refund=amount is not None and amount.startswith("-"))
    number = mask.field(identifiers.number(page))
    printed_at = printed_moment(page, month_first=_month_first(page, currency))
    kind = kind_of(
        page,
        Findings(
            number=number,
            total=amount,
            goods=sold,
            dated=printed_at is not None,
            paid=_is_paid(page, found),
            lost=damaged or partial,
        ),
    )
    job = Printed(
        kind=kind,
        codes=tuple(Code(symbology=one.symbology, text=mask.text(one.text)) for one in codes),
        lines=mask.lines,
        damaged=damaged,
        partial=partial,
    )
    if kind is JobKind.OTHER and amount is None:
        return job  # what looks like a field in a test print or a coupon is none
    sells = kind not in _SELL_NOTHING
    job = _priced(job, page, found, currency)
    return replace(
        _placed(job, page, mask, identify),
        number=number,
        printed_at=printed_at,
        goods=sold if sells else (),
        items=_items(page, sold) if sells else None,
    )


def _is_paid(page: Page, found: Sequence[Sum]) -> bool:
    return payment(page, found) is not None or any(one.meaning in _PAYS for one in found)


def _priced(job: Printed, page: Page, found: Sequence[Sum], set_currency: str | None) -> Printed:
    """Return a job with what was paid, and how."""
    paid = _total(job.kind, found, page)
    return replace(
        job,
        total=paid,
        discount=discount(found),
        currency=_currency(page, told=bool(found or paid)) or set_currency,
        payment=payment(page, found) or ("card" if job.kind is JobKind.PAYMENT else None),
    )


def _placed(job: Printed, page: Page, mask: Mask, identify: Identify) -> Printed:
    """Return a job with where it was printed, and by whom."""
    staff = identifiers.cashier(page)
    return replace(
        job,
        till=mask.field(identifiers.till(page)),
        cashier=None if staff is None else identify(staff),
        table=mask.field(identifiers.table(page)),
    )


def _total(kind: JobKind, found: Sequence[Sum], page: Page) -> str | None:
    if kind is JobKind.KITCHEN:
        # It counts dishes.
        return None
    amount = total(found)
    return slip_amount(page) if kind is JobKind.PAYMENT and amount is None else amount


def names_sale(lines: Sequence[str]) -> bool:
    """Return whether lines hold all that a sale needs: its number and its total."""
    page = read_page(lines)
    return identifiers.number(page) is not None and total(sums(page)) is not None


def _currency(page: Page, *, told: bool) -> str | None:
    """Return the currency of a job that tells an amount."""
    return currency(page) if told else None


def _month_first(page: Page, set_currency: str | None) -> bool:
    """Americans write the month first; a pound, a euro or VAT tells that they are none."""
    if page.language != "en":
        return False
    if (currency(page) or set_currency) in {"GBP", "EUR", "CHF", "AUD", "NZD"}:
        return False
    return not any(re.search(r"\bvat\b", line.text) for line in page.lines)


def _goods(page: Page, mask: Mask, *, refund: bool) -> tuple[Goods, ...]:
    """Return the goods, none of them made of an address, with nobody's name in theirs."""
    lines = tuple(line for at, line in enumerate(page.lines) if at not in mask.private)
    return tuple(
        replace(one, name=mask.text(one.name))
        for one in goods(replace(page, lines=lines), refund=refund)
    )


def _items(page: Page, sold: Sequence[Goods]) -> int | None:
    """Return the pieces as printed, else the lines of goods."""
    for count in (_labelled_count, _counted, _count_in_sum):
        found = next(filter(None, map(count, page.lines)), None)
        if found is not None:
            return int(found)
    return len(sold) or None


def _labelled_count(line: Line) -> str | None:
    counts = (_COUNT.match(line.text, one.end) for one in line.leading if one.means(Meaning.ITEMS))
    return next((match[1] for match in counts if match), None)


def _counted(line: Line) -> str | None:
    match = _COUNTED.search(line.text)
    return (match[1] or match[2]) if match else None


def _count_in_sum(line: Line) -> str | None:
    first = line.first()
    if first is None or not first.means(Meaning.SUM):
        return None
    match = _FIRST_PIECES.search(line.text[first.end :])
    return match[1] or match[2] if match else None
