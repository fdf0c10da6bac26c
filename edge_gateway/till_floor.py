"""What the gateway decides at its tills: sales, questions, keypads, waits; no I/O.

It only listens: whatever happens here, the till goes on as if nobody did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from edge_gateway import events as ev
from edge_gateway.belonging import Belonging
from edge_gateway.dwell import Asked, Dwell
from edge_gateway.events import Command
from edge_gateway.findings import Findings
from edge_gateway.instructions import Instructions
from edge_gateway.mint import Mint, own
from edge_gateway.wait_radar.radar import Measures, Radar
from protocols.messages import (
    Asking,
    Clock,
    DeviceState,
    Lane,
    Outcome,
    ReaderStanding,
    ReaderState,
    Response,
    Source,
)
from protocols.readers.events import (
    CardPresented,
    DrawerOpened,
    ItemShown,
    JobKind,
    KeyPressed,
    NoAnswer,
    Printed,
    ScanKind,
    Scanned,
)

PRINTING = {"escpos"}
PAD = "pad"
# A key that bounces, or a child who likes the sound.
LOCKOUT_MS = 1_500
LOOK_EVERY_MS = 5_000
_OUTCOMES: Mapping[NoAnswer, Outcome] = {
    NoAnswer.TIMED_OUT: Outcome.TIMED_OUT,
    NoAnswer.NOT_SHOWN: Outcome.NOT_ASKED,
    NoAnswer.OTHER_KEY: Outcome.SKIPPED,
}


class TillFloor:
    """The tills of one store."""

    def __init__(
        self,
        mint: Mint,
        findings: Findings,
        belonging: Belonging,
        instructions: Instructions,
        connected: Mapping[str, DeviceState | None],
    ) -> None:
        """`connected`: the devices that are linked, as the gateway knows them."""
        self._mint = mint
        self._findings = findings
        self.belonging = belonging
        self.instructions = instructions
        self._connected = connected
        self._dwell = Dwell()
        self._radar = Radar()
        self.readers: tuple[ReaderState, ...] = ()
        self._ask_s: Mapping[str, float] = {}
        self._asks: frozenset[str] = frozenset()
        self._asked: dict[str, tuple[ReaderState, ...]] = {}
        """By touchpoint: the keypads and pads whose question is open."""
        self._pressed_ms: dict[str, int] = {}
        """By reader: the last press."""
        self.measures: Mapping[str, Measures] = {}
        """By touchpoint, as of the last look."""
        self._looked_ms = 0
        self.counts: Counter[str] = Counter()
        """bounces, cards, drawers, questions, ignored."""

    # --- readers ---------------------------------------------------------------------------------

    def changed(self, event: ev.ReadersChanged) -> bool:
        """Take how readers stand; return whether HQ should hear of it at once."""
        before = {(one.name, one.standing, one.recording_until_ms) for one in self.readers}
        self.readers, self._ask_s = event.states, event.ask_s
        self._asks = event.asks
        self.belonging.prints_at(
            {one.touchpoint for one in event.states if one.touchpoint and one.driver in PRINTING}
        )
        return before != {(one.name, one.standing, one.recording_until_ms) for one in self.readers}

    def spoke(self, event: ev.ReaderSpoke, now: Clock) -> list[Command]:
        """Take what a reader told."""
        match event.said:
            case Printed() as paper:
                return self._printed(event, paper, now)
            case ItemShown():
                return self._item(event, now)
            case Scanned(code=code, kind=kind, repeated=repeated):
                if kind is ScanKind.RECEIPT:
                    self.belonging.scanned(event.touchpoint, code.text, now)
                is_item = kind is ScanKind.ARTICLE and not repeated
                return self._item(event, now) if is_item else []
            case KeyPressed() as pressed:
                return self._pressed(event, pressed, now)
            case CardPresented():
                self.counts["cards"] += 1
            case DrawerOpened():
                self.counts["drawers"] += 1
        return []

    def _printed(self, event: ev.ReaderSpoke, paper: Printed, now: Clock) -> list[Command]:
        sold = self.belonging.printed(event.till, event.touchpoint, paper, now)
        if paper.kind is not JobKind.RECEIPT or (sold is None and paper.number):
            return []
        place = event.touchpoint
        self._findings.sold(place, now)
        self._radar.sold(place, _pieces(paper), now.mono_ms / 1000)
        asked = self._asking(self._dwell.printed(place, now.mono_ms), now)
        return [*([ev.Write(own=sold.own, sales=(sold.sale,))] if sold else []), *asked]

    def _item(self, event: ev.ReaderSpoke, now: Clock) -> list[Command]:
        place = event.touchpoint
        self._radar.item(place, event.reader, now.mono_ms / 1000)
        asked = self._dwell.item(place, now.mono_ms)
        if any(one.open for one in asked):
            self.belonging.sale_began(place, now)
        return self._asking(asked, now)

    # --- keypads ---------------------------------------------------------------------------------

    def _pressed(self, event: ev.ReaderSpoke, pressed: KeyPressed, now: Clock) -> list[Command]:
        last_ms = self._pressed_ms.get(event.reader)
        if last_ms is not None and now.mono_ms - last_ms < LOCKOUT_MS:
            self.counts["bounces"] += 1
            return []
        place = event.touchpoint
        outcome = _outcome(pressed)
        if outcome is None or (outcome is Outcome.SKIPPED and not self._dwell.is_open(place)):
            return []
        self._pressed_ms[event.reader] = now.mono_ms
        given = self._given(place, Source.KEYPAD, outcome, pressed.score, now)
        return [given, *self.answered(place, now.mono_ms, now)]

    def _given(
        self, place: str, source: Source, outcome: Outcome, score: int | None, now: Clock
    ) -> Command:
        """Return the write of a visit that a keypad or an ignored question gave rise to."""
        response = Response(
            **self._mint.head(now, place),
            response=self._mint.new_id(),
            rev=1,
            outcome=outcome,
            survey=source.value,
            survey_version=1,
            language="",
            rating=score,
            final=True,
            source=source,
        )
        found = self._findings.of_own(response, now)
        return ev.Write(own=own(Lane.BULK, response) + found.own, alarms=found.alarms)

    # --- the question ----------------------------------------------------------------------------

    def answered(self, touchpoint: str, at_ms: int, now: Clock) -> list[Command]:
        """Take that somebody rated there: the question is answered, whoever asked it."""
        return self._asking(self._dwell.answered(touchpoint, at_ms), now)

    def asking_at(self, device: str, touchpoint: str | None) -> list[Command]:
        """Return what a kiosk is told that has just come."""
        if touchpoint is None or not self._dwell.is_open(touchpoint):
            return []
        return [ev.AnswerDevice(device, Asking(open=True))]

    def _asking(self, changes: list[Asked], now: Clock) -> list[Command]:
        commands: list[Command] = []
        for change in changes:
            commands += self._asking_of(change, now)
        return commands

    def _asking_of(self, change: Asked, now: Clock) -> list[Command]:
        place = change.touchpoint
        if change.open:
            self.counts["questions"] += 1
            asked = tuple(one for one in self.readers if self._can_ask(one, place))
            self._asked[place] = asked
        else:
            asked = self._asked.pop(place, ())
        commands: list[Command] = [
            ev.AnswerDevice(device, Asking(open=change.open))
            for device, state in self._connected.items()
            if state is not None and state.touchpoint == place and device not in self._asks
        ]
        for one in asked:
            is_pad = one.driver == PAD
            ask = ev.AskPad(one.name, change.open)
            commands.append(ask if is_pad else ev.PromptKeypad(one.name, change.open))
        if change.ignored and asked:  # one visit gives one response, however many asked
            self.counts["ignored"] += 1
            source = Source.PAD if asked[0].driver == PAD else Source.KEYPAD
            commands.append(self._given(place, source, Outcome.TIMED_OUT, None, now))
        return commands

    def _can_ask(self, reader: ReaderState, place: str) -> bool:
        there = reader.touchpoint == place and reader.standing is not ReaderStanding.GONE
        return there and reader.name in self._asks

    # --- time ------------------------------------------------------------------------------------

    def tick(self, now: Clock) -> list[Command]:
        """Close questions, judge ratings whose time is over, look at the waits."""
        closed = self._asking(self._dwell.tick(now.mono_ms, self._ask_by_place()), now)
        over = self.belonging.tick(now)
        commands = [*closed, *([ev.Write(own=over)] if over else [])]
        if now.mono_ms - self._looked_ms >= LOOK_EVERY_MS:
            self._looked_ms = now.mono_ms
            before, self.measures = self.measures, self._radar.measures(now.mono_ms / 1000)
            if _shown(before) != _shown(self.measures):
                commands.append(ev.ShowBoard())
            commands += self.instructions.look(self.measures, now)
        return commands

    def _ask_by_place(self) -> dict[str, float]:
        longest: dict[str, float] = {}
        for one in self.readers:
            if one.touchpoint is not None and one.name in self._ask_s:
                asks = self._ask_s[one.name]
                longest[one.touchpoint] = max(asks, longest.get(one.touchpoint, 0.0))
        return longest


def _shown(measures: Mapping[str, Measures]) -> dict[str, tuple[int, int]]:
    """Return what people can see change."""
    return {place: (round(one.waiting), round(one.wait_s / 60)) for place, one in measures.items()}


def _outcome(pressed: KeyPressed) -> Outcome | None:
    if pressed.score is not None:
        return Outcome.RATED
    return None if pressed.no_answer is None else _OUTCOMES[pressed.no_answer]


def _pieces(paper: Printed) -> int | None:
    return paper.items if paper.items is not None else len(paper.goods) or None
