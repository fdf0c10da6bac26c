"""What the gateway itself finds out from the responses that pass: alarms, doubts, links, counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from edge_gateway.alarms import Alarms, Finding, StandingAlarm
from edge_gateway.belonging import Belonging
from edge_gateway.cases import RelayedCode
from edge_gateway.correlation import ClockMap
from edge_gateway.mint import Mint, Own, own
from edge_gateway.misuse import AfterSale
from edge_gateway.today import Today
from protocols import case_code
from protocols.errors import MessageError
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
from protocols.wire import decode_event


@dataclass(slots=True)
class Found:
    """What a batch gave; it is kept in the batch's own transaction."""

    own: Own = ()
    alarms: tuple[StandingAlarm, ...] = ()
    codes: tuple[RelayedCode, ...] = ()
    rated: bool = False
    answers: dict[str, int] = field(default_factory=dict)
    """Where somebody rated, and when last by the gateway's monotonic clock."""


class Findings:
    """Looks at each event once, as it arrives."""

    def __init__(
        self, mint: Mint, alarms: Alarms, today: Today, clocks: ClockMap, belonging: Belonging
    ) -> None:
        self._mint = mint
        self._alarms = alarms
        self._today = today
        self._clocks = clocks
        self._belonging = belonging
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
                happened_ms = self._clocks.happened_ms(device, event.at, now)
                self._of_response(event, happened_ms, now, found)
        return found

    def of_own(self, response: Response, now: Clock) -> Found:
        """Return what a response means that this gateway made just now."""
        found = Found()
        self._of_response(response, now.mono_ms, now, found)
        return found

    def sold(self, touchpoint: str, now: Clock) -> None:
        """Take that a sale has just ended there."""
        self._after_sale.printed(touchpoint, now.mono_ms)

    def of_acknowledgement(self, alarm: StandingAlarm, now: Clock) -> Own:
        """Return the event that somebody took charge."""
        event = AlarmAcknowledged(
            **self._mint.head(now, alarm.touchpoint),
            alarm=alarm.alarm,
            response=alarm.response,
            by=alarm.acknowledged_by or "",
        )
        return own(Lane.URGENT, event)

    def of_replay(self, stream: Stream, first: int, last: int, now: Clock) -> Own:
        """Return the event that a part this gateway had lost is here again."""
        event = Replayed(**self._mint.head(now), stream=stream, first=first, last=last)
        return own(Lane.URGENT, event)

    def _of_response(
        self, response: Response, happened_ms: int | None, now: Clock, found: Found
    ) -> None:
        """Look at one response; `happened_ms` None: nobody can tell when it was given."""
        ago_ms = 0 if happened_ms is None else now.mono_ms - happened_ms
        self._today.rated(response, now.wall_ms - ago_ms)
        if response.code is not None:
            found.codes += _code(response, response.code, now.wall_ms - ago_ms)
        found.rated = found.rated or response.rating is not None
        is_new = not self._belonging.knows(response.response)
        found.own += self._belonging.rated(response, happened_ms, now)
        # A rating of an unknown time fits no receipt: a backlog would take that of right now.
        if response.touchpoint is not None and happened_ms is not None:
            found.own += self._after_a_sale(response, response.touchpoint, happened_ms, now)
            if is_new and self._belonging.knows(response.response):
                before_ms = found.answers.get(response.touchpoint, happened_ms)
                found.answers[response.touchpoint] = max(before_ms, happened_ms)
        finding = self._alarms.consider(response, now)
        if finding is not None:
            found.alarms += (finding.alarm,)
            self._today.alarmed(response.response, finding.alarm.topics)
            found.own += self._raised(finding, now)

    def _after_a_sale(
        self, response: Response, touchpoint: str, happened_ms: int, now: Clock
    ) -> Own:
        """Return the doubt about a rating that comes too soon after each sale."""
        score = response.nps if response.rating is None else response.rating
        if score is None:
            return ()
        if not self._after_sale.rated(touchpoint, response.response, score, happened_ms):
            return ()
        self.marked += 1
        self._today.doubted(response)
        marked = ResponseMarked(
            **self._mint.head(now, touchpoint),
            response=response.response,
            mark=Mark(misuse=Misuse.AFTER_SALE, weight=0.0),
        )
        return own(Lane.BULK, marked)

    def _raised(self, finding: Finding, now: Clock) -> Own:
        if not finding.new:
            return ()
        alarm = finding.alarm
        event = AlarmRaised(
            **self._mint.head(now, alarm.touchpoint),
            alarm=alarm.alarm,
            response=alarm.response,
            evidence=alarm.evidence,
        )
        return own(Lane.URGENT, event)


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
