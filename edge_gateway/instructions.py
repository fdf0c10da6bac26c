"""What the store is told to do now: by HQ, and by rules of its own (R035)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from edge_gateway import events as ev
from edge_gateway.events import Command
from edge_gateway.mint import Mint, own
from edge_gateway.wait_radar.radar import Measures
from edge_gateway.wait_radar.rules import Ended, Given, Rule, Watch
from protocols.messages import Clock, Instruction, Lane
from protocols.till_events import InstructionAcknowledged, InstructionEnded, InstructionGiven

logger = logging.getLogger(__name__)

MOST_FROM_HQ = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingInstruction:
    """An instruction of the store's own that is not over."""

    instruction: str
    rule: Rule
    touchpoint: str
    value: float
    given_ms: int
    """Wall clock of the gateway."""
    by: str | None = None
    """Who is on it."""

    def message(self, *, ended: bool = False) -> Instruction:
        """Return what kiosks are told."""
        return Instruction(
            instruction=self.instruction,
            text=dict(self.rule.text),
            touchpoint=self.touchpoint,
            ended=ended,
        )


class Instructions:
    """All that stand."""

    def __init__(self, mint: Mint, table: tuple[Rule, ...], left_open: Iterable[str] = ()) -> None:
        """`left_open`: given by an earlier run, which never said that they ended."""
        self._mint = mint
        self._watch = Watch(table)
        self._left_open = tuple(left_open)
        self._standing: dict[str, StandingInstruction] = {}
        """By rule."""
        self._from_hq: list[Instruction] = []
        self.given = 0

    def standing(self) -> list[StandingInstruction]:
        """Return the store's own, the latest first."""
        return sorted(self._standing.values(), key=lambda one: -one.given_ms)

    def from_hq(self, now: Clock) -> list[Instruction]:
        """Return HQ's, the latest first."""
        return [one for one in self._from_hq if one.until_ms is None or one.until_ms > now.wall_ms]

    def messages(self, now: Clock) -> list[Instruction]:
        """Return what a kiosk that connects is told: what nobody is on yet."""
        return [one.message() for one in self.standing() if one.by is None] + self.from_hq(now)

    def arrived(self, new: Instruction) -> list[Command]:
        """Take an instruction of HQ, or its end."""
        kept = [one for one in self._from_hq if one.instruction != new.instruction]
        self._from_hq = [*([] if new.ended else [new]), *kept][:MOST_FROM_HQ]
        return [ev.Broadcast(new), ev.ShowBoard()]

    def look(self, measures: Mapping[str, Measures], now: Clock) -> list[Command]:
        """Give and end instructions as the measures and the rules say."""
        commands: list[Command] = []
        if self._left_open:
            ended = [
                InstructionEnded(**self._mint.head(now), instruction=one) for one in self._left_open
            ]
            events = tuple(one for event in ended for one in own(Lane.URGENT, event))
            commands.append(ev.Write(own=events, ended=self._left_open))
            self._left_open = ()
        for change in self._watch.look(measures, now.mono_ms / 1000):
            commands += (
                self._give(change, now) if isinstance(change, Given) else self._end(change, now)
            )
        return commands

    def acknowledge(self, instruction: str, by: str, now: Clock) -> list[Command]:
        """Take who is on an instruction, once; kiosks need not call for anybody any more."""
        known = next((one for one in self.standing() if one.instruction == instruction), None)
        if known is None or known.by is not None:
            return []
        self._standing[known.rule.rule] = replace(known, by=by)
        self._watch.acknowledged(known.rule.rule, now.mono_ms / 1000)
        event = InstructionAcknowledged(
            **self._mint.head(now, known.touchpoint), instruction=instruction, by=by
        )
        told = ev.Broadcast(known.message(ended=True))
        return [ev.Write(own=own(Lane.URGENT, event)), told, ev.ShowBoard()]

    def _give(self, change: Given, now: Clock) -> list[Command]:
        rule = change.rule
        new = StandingInstruction(
            instruction=self._mint.new_id(),
            rule=rule,
            touchpoint=change.touchpoint,
            value=change.value,
            given_ms=now.wall_ms,
        )
        self._standing[rule.rule] = new
        self.given += 1
        logger.info(
            "instruction rule=%s given: %s %.1f at %s",
            rule.rule, rule.measure, new.value, new.touchpoint,
        )  # fmt: skip
        event = InstructionGiven(
            **self._mint.head(now, new.touchpoint),
            instruction=new.instruction,
            rule=rule.rule,
            measure=rule.measure,
            value=round(new.value, 2),
            limit=rule.limit,
            text=dict(rule.text),
        )
        kept = ev.Write(own=own(Lane.URGENT, event), opened=(new.instruction,))
        return [kept, ev.Broadcast(new.message()), ev.ShowBoard(sound=True)]

    def _end(self, change: Ended, now: Clock) -> list[Command]:
        known = self._standing.pop(change.rule.rule)
        logger.info("instruction rule=%s is over", change.rule.rule)
        event = InstructionEnded(
            **self._mint.head(now, known.touchpoint),
            instruction=known.instruction,
            value=None if change.value is None else round(change.value, 2),
        )
        kept = ev.Write(own=own(Lane.URGENT, event), ended=(known.instruction,))
        return [kept, ev.Broadcast(known.message(ended=True)), ev.ShowBoard()]
