"""Which of a gateway's states is the latest: brokers keep old ones, and wills come late. Pure.

A gateway is at one broker at a time. A broker that it has left still holds a state that it retained
there, or says its last will some seconds after the gateway spoke at the next one.

A will is handed over when the connection is made, so its clock is always older than the states of
that connection: it counts when the last state came by the same broker. What it says of devices was
true when the connection was made, and is not kept.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum, auto

import msgspec

from protocols.messages import Clock, ClockQuality, GatewayState

BOOTS_REMEMBERED = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a message came."""

    broker: str
    """Its host:port; "" when that is not known."""
    retained: bool
    """The broker had kept it: it may be of any age."""


UNKNOWN_WAY = Way(broker="", retained=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """When a gateway said its last state, and at which broker."""

    boot: str
    mono_ms: int
    wall_ms: int
    synced: bool
    broker: str
    boots: tuple[str, ...] = ()
    """Those before this one, the latest last."""

    @staticmethod
    def read(written: dict[str, object]) -> Mark:
        """Return it as it was written."""
        return msgspec.convert(written, Mark)

    def written(self) -> dict[str, object]:
        """Return it as it is kept."""
        return asdict(self)


class Verdict(Enum):
    """What a state is worth."""

    LATEST = auto()
    GONE = auto()
    """A last will: its gateway is offline, the rest is as old as the connection."""
    OLD = auto()


def judge(last: Mark | None, state: GatewayState, way: Way) -> Verdict:
    """Return what a state is worth after the one that was said last."""
    if last is None or not _older(last, state.at, way):
        return Verdict.LATEST
    same_broker = way.broker == last.broker
    if not state.online:
        return Verdict.GONE if same_broker else Verdict.OLD
    # One broker passes on in order what is said: a clock that went back there did go back.
    in_order = same_broker and way.broker != "" and not way.retained
    return Verdict.LATEST if in_order else Verdict.OLD


def _older(last: Mark, at: Clock, way: Way) -> bool:
    if at.boot == last.boot:
        return at.mono_ms < last.mono_ms
    if at.boot in last.boots:
        return True  # no boot comes back
    if last.synced and at.quality is ClockQuality.SYNCED:
        return at.wall_ms < last.wall_ms
    # No clock tells. What a broker kept may be of any age; a gateway that is there speaks again.
    return way.retained


def after(last: Mark | None, state: GatewayState, way: Way) -> Mark:
    """Return the mark once a state was taken as the latest."""
    at = state.at
    boots: tuple[str, ...] = ()
    if last is not None:
        before = tuple(boot for boot in last.boots if boot != at.boot)
        boots = before if last.boot == at.boot else (*before, last.boot)[-BOOTS_REMEMBERED:]
    return Mark(
        boot=at.boot,
        mono_ms=at.mono_ms,
        wall_ms=at.wall_ms,
        synced=at.quality is ClockQuality.SYNCED,
        broker=way.broker,
        boots=boots,
    )
