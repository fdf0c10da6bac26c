"""What the gateway itself finds out from the events that pass: alarms, receipts, links, counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edge_gateway.alarms import Alarms, Finding, StandingAlarm
from edge_gateway.cases import RelayedCode
from edge_gateway.correlation import ClockMap, Correlation, GivenRating, Link, SeenReceipt
from edge_gateway.events import ReceiptRead
from edge_gateway.misuse import AfterSale
from edge_gateway.today import Today
from protocols import case_code
from protocols.errors import MessageError
from protocols.events import Event
from protocols.messages import (
    AlarmAcknowledged,
    AlarmRaised,
    Clock,
    Lane,
    Mark,
    Misuse,
    Replayed,
    Response,
    ResponseMarked,
    Stream,
)
from protocols.till_events import ReceiptLinked, ReceiptSeen
from protocols.wire import decode_event, encode_event

Own = tuple[tuple[Lane, bytes], ...]


@dataclass(slots=True)
class Found:
    """What a batch gave; it is kept in the batch's own transaction."""

    own: Own = ()
    alarms: tuple[StandingAlarm, ...] = ()
    codes: tuple[RelayedCode, ...] = ()
    rated: bool = False


class Findings:
    """Looks at each event once, as it arrives."""

    def __init__(
        self,
        store: str,
        alarms: Alarms,
        today: Today,
        clocks: ClockMap,
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._alarms = alarms
        self._today = today
        self._clocks = clocks
        self._new_id = new_id
        self._correlation = Correlation()
        self._after_sale = AfterSale()
        self.marked = 0
        """Responses that were doubted here since the start."""
        self.undecodable = 0
        """Events passed on unread: HQ files them as dead letters (D7)."""

    def of_events(self, device: str, payloads: Sequence[bytes], now: Clock) -> Found:
        """Return what a device's new events mean."""
        found = Found()
        for payload in payloads:
            try:
                event = decode_event(payload)
            except MessageError:
                self.undecodable += 1
                continue
            if isinstance(event, Response):
                self._of_response(device, event, now, found)
        return found

    def of_receipt(self, read: ReceiptRead, now: Clock) -> Own:
        """Return the events that a printed receipt gives."""
        seen = ReceiptSeen(
            id=self._new_id(),
            store=self._store,
            at=now,
            touchpoint=read.touchpoint,
            receipt=self._new_id(),
            till=read.till,
            number=read.number,
            total=read.total,
            currency=read.currency,
            printed_at=read.printed_at,
            items=read.items,
            damaged=read.damaged,
        )
        self._today.printed()
        candidate = SeenReceipt(
            receipt=seen.receipt, number=read.number, till=read.till, at_ms=now.mono_ms
        )
        self._after_sale.printed(read.touchpoint, now.mono_ms)
        link = self._correlation.printed(read.touchpoint, candidate)
        return _own(Lane.BULK, seen) + self._linked(link, read.touchpoint, now)

    def of_acknowledgement(self, alarm: StandingAlarm, now: Clock) -> Own:
        """Return the event that somebody took charge."""
        return _own(
            Lane.URGENT,
            AlarmAcknowledged(
                id=self._new_id(),
                store=self._store,
                at=now,
                touchpoint=alarm.touchpoint,
                alarm=alarm.alarm,
                response=alarm.response,
                by=alarm.acknowledged_by or "",
            ),
        )

    def of_replay(self, stream: Stream, first: int, last: int, now: Clock) -> Own:
        """Return the event that a part this gateway had lost is here again."""
        replayed = Replayed(
            id=self._new_id(), store=self._store, at=now, stream=stream, first=first, last=last
        )
        return _own(Lane.URGENT, replayed)

    def forget_before(self, now_ms: int) -> None:
        """Drop what is too old to be linked."""
        self._correlation.forget_before(now_ms)

    def _of_response(self, device: str, response: Response, now: Clock, found: Found) -> None:
        happened_ms = self._clocks.happened_ms(device, response.at, now)
        ago_ms = 0 if happened_ms is None else now.mono_ms - happened_ms
        self._today.rated(response, now.wall_ms - ago_ms)
        if response.code is not None:
            found.codes += _code(response, response.code, now.wall_ms - ago_ms)
        found.rated = found.rated or response.rating is not None
        # A rating of an unknown time fits no receipt: a backlog would take that of right now.
        if response.touchpoint is not None and happened_ms is not None:
            found.own += self._beside_receipts(response, response.touchpoint, happened_ms, now)
        finding = self._alarms.consider(response, now)
        if finding is not None:
            found.alarms += (finding.alarm,)
            self._today.alarmed(response.response, finding.alarm.topics)
            found.own += self._raised(finding, now)

    def _beside_receipts(
        self, response: Response, touchpoint: str, happened_ms: int, now: Clock
    ) -> Own:
        """Return which receipt a rating belongs to, and whether it comes too soon after each."""
        score = response.nps if response.rating is None else response.rating
        if score is None:
            return ()
        own: Own = ()
        if response.rating is not None:
            rating = GivenRating(response=response.response, at_ms=happened_ms)
            own += self._linked(self._correlation.rated(touchpoint, rating), touchpoint, now)
        if self._after_sale.rated(touchpoint, response.response, score, happened_ms):
            own += self._doubted(response, now)
        return own

    def _doubted(self, response: Response, now: Clock) -> Own:
        self.marked += 1
        self._today.doubted(response)
        marked = ResponseMarked(
            id=self._new_id(),
            store=self._store,
            at=now,
            touchpoint=response.touchpoint,
            response=response.response,
            mark=Mark(misuse=Misuse.AFTER_SALE, weight=0.0),
        )
        return _own(Lane.BULK, marked)

    def _raised(self, finding: Finding, now: Clock) -> Own:
        if not finding.new:
            return ()
        alarm = finding.alarm
        return _own(
            Lane.URGENT,
            AlarmRaised(
                id=self._new_id(),
                store=self._store,
                at=now,
                touchpoint=alarm.touchpoint,
                alarm=alarm.alarm,
                response=alarm.response,
                evidence=alarm.evidence,
            ),
        )

    def _linked(self, link: Link | None, touchpoint: str, now: Clock) -> Own:
        if link is None:
            return ()
        self._today.linked(link.response, link.receipt.number)
        return _own(
            Lane.BULK,
            ReceiptLinked(
                id=self._new_id(),
                store=self._store,
                at=now,
                touchpoint=touchpoint,
                response=link.response,
                receipt=link.receipt.receipt,
                number=link.receipt.number,
                till=link.receipt.till,
                offset_ms=link.offset_ms,
            ),
        )


def _code(response: Response, code: str, received_ms: int) -> tuple[RelayedCode, ...]:
    try:
        parsed = case_code.parse(code)
    except case_code.CaseCodeError:  # no code of ours; HQ has the response as it is
        return ()
    relayed = RelayedCode(
        code=parsed,
        response=response.response,
        received_ms=received_ms,
        promised_ms=response.promised_ms,
    )
    return (relayed,)


def _own(lane: Lane, event: Event) -> Own:
    return ((lane, encode_event(event)),)
