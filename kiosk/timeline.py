"""The steps of a case as a shopper is told them: what was done, where it is, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from protocols.messages import CaseNode

MOST_LINES = 8
# A shopper is told these; a step of a newer HQ is passed over.
_TOLD = frozenset(
    ("received", "acknowledge", "assign", "contact", "propose", "resolve", "verify", "close")
) | {"reopen"}
_TAKEN_ON = {"acknowledge", "assign", "contact", "propose", "resolve", "verify"}


class When(StrEnum):
    """Where a step stands."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the timeline; `text` is the key of its words."""

    text: str
    when: When
    at_ms: int | None = None


def timeline(nodes: Sequence[CaseNode], most: int = MOST_LINES) -> list[Line]:
    """Return the latest steps and what is still to come, in at most so many lines, 2 or more."""
    told = [node for node in nodes if node.step in _TOLD]
    steps = [node.step for node in told]
    ahead = [Line(text=f"next_{step}", when=When.NEXT) for step in _ahead(steps)]
    done = [Line(text=f"step_{node.step}", when=When.DONE, at_ms=node.at_ms) for node in told]
    if done and ahead:
        latest = done[-1]
        done[-1] = Line(text=latest.text, when=When.NOW, at_ms=latest.at_ms)
    ahead = ahead[: most - 1]
    return [*done[len(ahead) - most :], *ahead]


def _ahead(steps: Sequence[str]) -> list[str]:
    since = list(steps)
    while "reopen" in since:
        since = since[since.index("reopen") + 1 :]
    if "close" in since:
        return []
    reached = {"acknowledge"} if _TAKEN_ON & set(since) or "reopen" in steps else set()
    if {"resolve", "verify"} & set(since):
        reached.add("resolve")
    return [step for step in ("acknowledge", "resolve", "close") if step not in reached]
