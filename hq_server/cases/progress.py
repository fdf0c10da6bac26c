"""How what a shopper said stands, as whoever holds its case code may see it: never any words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from hq_server.accounts.scope import EVERYTHING
from hq_server.cases import repository
from hq_server.cases.case import Status, Step

RECEIVED = "received"
CONFIRMED, DENIED = "confirmed", "denied"
"""A shopper says that what was proposed has mended it, or has not."""
# Staff who took charge of an alarm in the store have answered, before anybody at HQ did.
_SHOWN_AS: Mapping[str, str] = {"alarm_acknowledged": str(Step.ACKNOWLEDGE)} | {
    str(step): str(step) for step in Step
}
_MOST_NODES = 64
_ASKED_AFTER = frozenset({Status.PROPOSED, Status.RESOLVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A step that the shopper may see."""

    step: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What became of some feedback."""

    code: str
    store: str
    touchpoint: str | None
    channel: str
    nodes: tuple[Node, ...]
    """In order of time; the first is RECEIVED."""
    case_id: str | None = None
    version: int = 0
    status: Status | None = None
    grade: str = "B"
    promised_at: datetime | None = None
    """By when an answer is promised; None without a case."""
    responded_at: datetime | None = None
    solve_by: datetime | None = None
    solved_at: datetime | None = None
    asks: bool = False
    """Whether the shopper is asked if it is mended."""


def find(connection: Connection, code: str) -> Progress | None:
    """Return how the feedback with this code stands; None when the chain has none."""
    row = repository.by_code(connection, code)
    if row is None:
        return None
    timeline: list[RowMapping] = []
    if row["case_id"] is not None:
        timeline = repository.timeline_of(connection, EVERYTHING, row["case_id"])
    return progress(code, dict(row), [dict(entry) for entry in reversed(timeline)])


def progress(code: str, row: Mapping[str, Any], timeline: Iterable[Mapping[str, Any]]) -> Progress:
    """Return what a shopper may know of a row of feedback with its case and timeline."""
    entries = sorted(timeline, key=lambda entry: entry["at"])
    nodes = _nodes(row["occurred_at"], entries)
    common = {
        "code": code,
        "store": row["store_id"],
        "touchpoint": row["touchpoint"],
        "channel": row["channel"],
        "nodes": nodes,
    }
    if row["case_id"] is None:
        return Progress(**common)
    status = Status(row["status"])
    answered = [node.at for node in nodes if node.step != RECEIVED]
    return Progress(
        **common,
        case_id=row["case_id"],
        version=row["version"],
        status=status,
        grade=row["grade"],
        promised_at=row["promised_at"] or row["respond_by"],
        responded_at=min(answered, default=row["responded_at"]),
        solve_by=row["solve_by"],
        solved_at=row["solved_at"],
        asks=status in _ASKED_AFTER and not _has_answered(entries),
    )


def _nodes(occurred_at: datetime, entries: Iterable[Mapping[str, Any]]) -> tuple[Node, ...]:
    nodes = [Node(step=RECEIVED, at=occurred_at)]
    for entry in entries:
        step = _SHOWN_AS.get(entry["kind"])
        # Two contacts in a row are news; that it was acknowledged twice is none.
        repeated = step == nodes[-1].step and step == Step.ACKNOWLEDGE
        if step is not None and not repeated:
            nodes.append(Node(step=step, at=max(entry["at"], occurred_at)))
    return tuple(nodes[:_MOST_NODES])


def _has_answered(entries: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether the shopper has answered since staff last did something about it."""
    answered = False
    for entry in entries:
        if entry["kind"] in (CONFIRMED, DENIED):
            answered = True
        elif entry["kind"] in (Step.PROPOSE, Step.RESOLVE):
            answered = False
    return answered
