"""Which receipt a rating belongs to, and the events that say so: by time, typed or scanned.

A receipt is a sale once, however often it is printed. What the shopper showed of it is worth
more than the time.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from edge_gateway.correlation import (
    REMEMBER_MS,
    Correlation,
    GivenRating,
    SeenReceipt,
    Unlinked,
    Verdict,
)
from edge_gateway.mint import Mint, Own, own
from edge_gateway.sales import LONGEST_CODE, Sale, Sales
from edge_gateway.today import Today
from protocols.errors import MessageError
from protocols.messages import Clock, Lane, ReceiptSaid, Response
from protocols.readers.events import JobKind, Printed
from protocols.till_events import (
    MAX_SOLD_GOODS,
    LinkedBy,
    ReceiptLinked,
    ReceiptSeen,
    ReceiptUnlinked,
    SoldGoods,
    WhyUnlinked,
)
from protocols.wire import encode_event

# A scanned receipt is of whoever rates next, there and then.
SHOWN_FOR_MS = 60_000
_MOST_REMEMBERED = 20_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A receipt that is a sale of its own, and the events it gave rise to."""

    sale: Sale
    own: Own


class Belonging:
    """Receipts and ratings of one store."""

    def __init__(self, mint: Mint, today: Today, sales: Sales, now: Clock) -> None:
        self._mint = mint
        self._today = today
        self._sales = sales
        self._correlation = Correlation()
        self._prints: set[str] = set()
        """Touchpoints where a till prints."""
        self._shown: dict[str, tuple[Sale, int]] = {}
        """By touchpoint: the receipt that was scanned there last, and when."""
        self._found: OrderedDict[str, str] = OrderedDict()
        """By response: the receipt that it found."""
        self._said: OrderedDict[str, ReceiptSaid] = OrderedDict()
        """By response: what was shown of the receipt, once it is decided."""
        self.jobs: Counter[JobKind] = Counter()
        self.repeats = self.damaged = 0
        self.linked: Counter[LinkedBy] = Counter()
        self.unlinked: Counter[WhyUnlinked] = Counter()
        for sale in sales.since(now.wall_ms - REMEMBER_MS):
            at_ms = min(now.mono_ms, now.mono_ms - (now.wall_ms - sale.seen_ms))
            self._correlation.printed_before(sale.touchpoint, _receipt(sale, at_ms))
            self._prints.add(sale.touchpoint)

    def prints_at(self, touchpoints: set[str]) -> None:
        """Take where tills print: there every rating has a receipt, or a reason for none."""
        self._prints |= touchpoints

    def printed(self, till: str, touchpoint: str, paper: Printed, now: Clock) -> Sold | None:
        """Take a print job; None when it is no sale of its own."""
        self.jobs[paper.kind] += 1
        if paper.kind is not JobKind.RECEIPT or not paper.number:
            return None
        self.damaged += paper.damaged or paper.partial
        seen = self._seen(till, touchpoint, paper, now)
        sale = Sale(
            receipt=seen.receipt,
            till=till,
            touchpoint=touchpoint,
            number=seen.number,
            printed_at=seen.printed_at,
            total=seen.total,
            whole=not (paper.damaged or paper.partial),
            seen_ms=now.wall_ms,
        )
        if self._sales.repeats(sale) is not None:
            self.repeats += 1
            return None
        self._sales.add(sale, (code.text for code in paper.codes))
        self._today.printed()
        self._prints.add(touchpoint)
        verdicts = self._correlation.printed(touchpoint, _receipt(sale, now.mono_ms))
        return Sold(sale=sale, own=own(Lane.BULK, seen) + self._told(touchpoint, verdicts, now))

    def scanned(self, touchpoint: str, code: str, now: Clock) -> None:
        """Take a receipt that was held under a touchpoint's scanner: the next rating is its."""
        if len(code) <= LONGEST_CODE:
            found = self._sales.find(ReceiptSaid(text=code, scanned=True), touchpoint)
            if isinstance(found, Sale):
                self._shown[touchpoint] = found, now.mono_ms

    def sale_began(self, touchpoint: str, now: Clock) -> None:
        """Take that a sale is under way at a till."""
        self._correlation.sale_began(touchpoint, now.mono_ms)

    def knows(self, response: str) -> bool:
        """Whether a response has given its answer already: what follows are revisions."""
        return self._correlation.knows(response)

    def rated(self, response: Response, happened_ms: int | None, now: Clock) -> Own:
        """Return what is certain now of a response's receipt; `happened_ms` None: who knows."""
        if response.receipt_said is not None:
            return self._by_what_was_said(response, response.receipt_said, happened_ms, now)
        touchpoint = response.touchpoint
        answered = response.rating is not None or response.nps is not None
        if not answered or touchpoint is None or self._correlation.knows(response.response):
            return ()
        shown = self._taken(touchpoint, happened_ms)
        if shown is not None:
            return self._link_to(shown, LinkedBy.SCANNED, response, happened_ms, now)
        if happened_ms is None:
            self._correlation.settle(response.response, now.mono_ms, None)
            why = Unlinked(response=response.response, why=WhyUnlinked.TIME_UNKNOWN)
            return self._told(touchpoint, [why], now)
        rating = GivenRating(response=response.response, at_ms=happened_ms)
        return self._told(touchpoint, self._correlation.rated(touchpoint, rating), now)

    def tick(self, now: Clock) -> Own:
        """Return the ratings whose receipt never came; drop what is too old."""
        self._sales.forget_before(now.wall_ms)
        over: Own = ()
        for touchpoint, verdict in self._correlation.forget_before(now.mono_ms):
            over += self._told(touchpoint, [verdict], now)
        return over

    def _by_what_was_said(
        self, response: Response, said: ReceiptSaid, happened_ms: int | None, now: Clock
    ) -> Own:
        if self._said.get(response.response) == said:  # another revision says it again
            return ()
        _remember(self._said, response.response, said)
        by_time = self._found.get(response.response)
        found = self._sales.find(said, response.touchpoint, by_time=by_time)
        if isinstance(found, Sale):
            by = LinkedBy.SCANNED if said.scanned else LinkedBy.TYPED
            return self._link_to(found, by, response, happened_ms, now)
        self._correlation.settle(response.response, now.mono_ms, None)
        verdict = Unlinked(response=response.response, why=found)
        return self._unlinked(response.touchpoint, verdict, now)

    def _taken(self, touchpoint: str, happened_ms: int | None) -> Sale | None:
        shown = self._shown.get(touchpoint)
        if shown is None or happened_ms is None or happened_ms < shown[1]:
            return None
        del self._shown[touchpoint]
        return shown[0] if happened_ms - shown[1] <= SHOWN_FOR_MS else None

    def _link_to(
        self, sale: Sale, by: LinkedBy, response: Response, happened_ms: int | None, now: Clock
    ) -> Own:
        ago_ms = 0 if happened_ms is None else now.mono_ms - happened_ms
        self._correlation.settle(response.response, now.mono_ms - ago_ms, sale.receipt)
        return self._linked(
            ReceiptLinked(
                **self._mint.head(now, response.touchpoint),
                response=response.response,
                receipt=sale.receipt,
                number=sale.number,
                till=sale.till,
                offset_ms=now.wall_ms - ago_ms - sale.seen_ms,
                by=by,
            )
        )

    def _told(self, touchpoint: str, verdicts: list[Verdict], now: Clock) -> Own:
        told: Own = ()
        for verdict in verdicts:
            if isinstance(verdict, Unlinked):
                if touchpoint in self._prints:  # elsewhere nobody expects a receipt
                    told += self._unlinked(touchpoint, verdict, now)
                continue
            receipt = verdict.receipt
            told += self._linked(
                ReceiptLinked(
                    **self._mint.head(now, touchpoint),
                    response=verdict.response,
                    receipt=receipt.receipt,
                    number=receipt.number,
                    till=receipt.till,
                    offset_ms=verdict.offset_ms,
                )
            )
        return told

    def _unlinked(self, touchpoint: str | None, verdict: Unlinked, now: Clock) -> Own:
        self.unlinked[verdict.why] += 1
        head = self._mint.head(now, touchpoint)
        event = ReceiptUnlinked(**head, response=verdict.response, why=verdict.why)
        return own(Lane.BULK, event)

    def _linked(self, event: ReceiptLinked) -> Own:
        self.linked[event.by] += 1
        _remember(self._found, event.response, event.receipt)
        self._today.linked(event.response, event.number)
        return own(Lane.BULK, event)

    def _seen(self, till: str, touchpoint: str, paper: Printed, now: Clock) -> ReceiptSeen:
        """Return the event of a receipt, cut to what an event may hold."""
        seen = ReceiptSeen(
            **self._mint.head(now, touchpoint),
            receipt=self._mint.new_id(),
            till=till,
            number=(paper.number or "")[:200],
            total=_cut(paper.total, 32),
            currency=_cut(paper.currency, 8),
            printed_at=_cut(paper.printed_at, 200),
            items=None if paper.items is None else max(0, paper.items),
            damaged=paper.damaged or paper.partial,
            cashier=_cut(paper.cashier, 64),
            table=_cut(paper.table, 32),
            discount=_cut(paper.discount, 32),
            payment=_cut(paper.payment, 32),
            goods=_goods(paper),
        )
        while seen.goods and not _fits(seen):  # the rest of the basket is left out
            fewer = seen.goods[: len(seen.goods) * 3 // 4]
            seen = msgspec.structs.replace(seen, goods=fewer)
        return seen


def _receipt(sale: Sale, at_ms: int) -> SeenReceipt:
    return SeenReceipt(receipt=sale.receipt, number=sale.number, till=sale.till, at_ms=at_ms)


def _fits(seen: ReceiptSeen) -> bool:
    try:
        encode_event(seen)
    except MessageError:
        return False
    return True


def _goods(paper: Printed) -> tuple[SoldGoods, ...]:
    return tuple(
        SoldGoods(name=one.name[:80], quantity=_cut(one.quantity, 16), amount=_cut(one.amount, 32))
        for one in paper.goods[:MAX_SOLD_GOODS]
    )


def _cut(text: str | None, longest: int) -> str | None:
    return None if text is None else text[:longest]


def _remember(remembered: OrderedDict[str, _T], key: str, value: _T) -> None:
    remembered[key] = value
    if len(remembered) > _MOST_REMEMBERED:
        remembered.popitem(last=False)
