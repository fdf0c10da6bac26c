"""The figures of the tills for the operator, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from edge_gateway.till_floor import TillFloor
from protocols.readers.events import JobKind
from protocols.till_events import LinkedBy, WhyUnlinked

_Kind = TypeVar("_Kind", JobKind, LinkedBy, WhyUnlinked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure, or one for each value of a label."""

    name: str
    text: str
    values: Mapping[str, float]
    """By the label's value; "" without a label."""
    label: str | None = None
    grows: bool = True
    """It counts; else it goes up and down."""


def figures(floor: TillFloor) -> Iterator[Figure]:
    """Yield every figure as it is now."""
    yield from _labelled(floor)
    belonging, counts = floor.belonging, floor.counts
    for name, text, number in (
        ("damaged_receipts", "Receipts that were not whole", belonging.damaged),
        ("repeated_receipts", "Receipts that were printed again", belonging.repeats),
        ("questions", "Questions that sales opened", counts["questions"]),
        ("ignored_questions", "Of those that a device asked", counts["ignored"]),
        ("bounced_keys", "Presses too soon after another", counts["bounces"]),
        ("cards", "Cards that were held to a reader", counts["cards"]),
        ("instructions", "Given by rules of the store", floor.instructions.given),
    ):
        yield Figure(name=name, text=text, values={"": number})
    yield from _waits(floor)


def _labelled(floor: TillFloor) -> Iterator[Figure]:
    belonging = floor.belonging
    for name, text, label, found in (
        ("print_jobs", "Print jobs of tills", "kind", _all(JobKind, belonging.jobs)),
        ("linked_ratings", "Ratings with a receipt", "by", _all(LinkedBy, belonging.linked)),
        (
            "unlinked_ratings",
            "Ratings that stay without one",
            "why",
            _all(WhyUnlinked, belonging.unlinked),
        ),
    ):
        yield Figure(name=name, text=text, label=label, values=found)


def _waits(floor: TillFloor) -> Iterator[Figure]:
    for name, text, of in (
        ("waiting_people", "Who waits at a till, estimated", "waiting"),
        ("wait_seconds", "How long who joins now waits, estimated", "wait_s"),
        ("arrivals_per_hour", "Who came within the last quarter", "arrivals"),
        ("busy_share", "Of the last quarter, 0 to 1", "busy"),
        ("items_per_minute", "While serving", "pace"),
    ):
        measured = {place: getattr(one, of) for place, one in floor.measures.items()}
        known = {place: value for place, value in measured.items() if value is not None}
        yield Figure(name=name, text=text, label="touchpoint", values=known, grows=False)


def _all(kinds: Iterable[_Kind], counts: Mapping[_Kind, int]) -> dict[str, float]:
    """Return a figure for each kind, also for those not met yet."""
    return {str(kind): counts.get(kind, 0) for kind in kinds}
