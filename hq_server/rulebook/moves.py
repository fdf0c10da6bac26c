"""How a verdict changes from one rulebook to another. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from grading.verdict import Grade


class Move(IntEnum):
    """What becomes of a text, the gravest first: lists are sorted by it."""

    LEAVES_S = 0
    BECOMES_S = 1
    REGRADED = 2
    """A becomes B, or B becomes A."""
    OTHERWISE = 3
    """The grade stays; who gets it, what it is about or how it is felt changes."""


_COMPARED = ("topics", "department", "intent", "sentiment", "unsure", "needs_reading", "priority")
# Of a verdict, what is shown of it later.
_SHOWN = ("grade", "confidence", "certainty", "evidence", *_COMPARED)


def move(before: Mapping[str, Any], after: Mapping[str, Any]) -> Move | None:
    """Return how one verdict differs from another; None when nobody would see a difference."""
    if before["grade"] != after["grade"]:
        if before["grade"] == Grade.S:
            return Move.LEAVES_S
        return Move.BECOMES_S if after["grade"] == Grade.S else Move.REGRADED
    return Move.OTHERWISE if any(before[name] != after[name] for name in _COMPARED) else None


def shown(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of a verdict for people to compare."""
    return {name: verdict[name] for name in _SHOWN}
