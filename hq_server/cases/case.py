"""What a case can do: one table of status and step, and the words of its timeline. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hq_server.errors import InputError, StepError


class Status(StrEnum):
    """Where a case stands."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    CONTACTED = "contacted"
    PROPOSED = "proposed"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    CLOSED = "closed"


class Step(StrEnum):
    """What a person does with a case."""

    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    CONTACT = "contact"
    PROPOSE = "propose"
    RESOLVE = "resolve"
    VERIFY = "verify"
    CLOSE = "close"
    REOPEN = "reopen"


NEXT: Mapping[tuple[Status, Step], Status] = {
    (Status.NEW, Step.ACKNOWLEDGE): Status.ACKNOWLEDGED,
    (Status.NEW, Step.ASSIGN): Status.NEW,
    (Status.ACKNOWLEDGED, Step.ASSIGN): Status.ACKNOWLEDGED,
    (Status.ACKNOWLEDGED, Step.CONTACT): Status.CONTACTED,
    (Status.ACKNOWLEDGED, Step.PROPOSE): Status.PROPOSED,
    (Status.ACKNOWLEDGED, Step.RESOLVE): Status.RESOLVED,
    (Status.CONTACTED, Step.ASSIGN): Status.CONTACTED,
    (Status.CONTACTED, Step.CONTACT): Status.CONTACTED,
    (Status.CONTACTED, Step.PROPOSE): Status.PROPOSED,
    (Status.CONTACTED, Step.RESOLVE): Status.RESOLVED,
    (Status.PROPOSED, Step.ASSIGN): Status.PROPOSED,
    (Status.PROPOSED, Step.CONTACT): Status.PROPOSED,
    (Status.PROPOSED, Step.PROPOSE): Status.PROPOSED,
    (Status.PROPOSED, Step.RESOLVE): Status.RESOLVED,
    (Status.RESOLVED, Step.VERIFY): Status.VERIFIED,
    (Status.RESOLVED, Step.CLOSE): Status.CLOSED,
    (Status.RESOLVED, Step.REOPEN): Status.ACKNOWLEDGED,
    (Status.VERIFIED, Step.CLOSE): Status.CLOSED,
    (Status.VERIFIED, Step.REOPEN): Status.ACKNOWLEDGED,
    (Status.CLOSED, Step.REOPEN): Status.ACKNOWLEDGED,
}

OPEN = frozenset({Status.NEW, Status.ACKNOWLEDGED, Status.CONTACTED, Status.PROPOSED})
# A step that tells others something needs the words for it.
NEEDS_NOTE = frozenset({Step.CONTACT, Step.PROPOSE, Step.RESOLVE, Step.VERIFY, Step.REOPEN})
MAX_NOTE = 2000

_GRADES = "BAS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which cases a list shows."""

    grade: str | None = None
    status: str | None = None
    """A status, "open" or "all"."""
    store: str | None = None
    code: str | None = None
    overdue_at: datetime | None = None
    limit: int = 100


def after(code: str, status: Status, step: Step) -> Status:
    """Return the status that `step` leads to, or raise StepError."""
    try:
        return NEXT[status, step]
    except KeyError as error:
        raise StepError(code, status, step) from error


def steps_from(status: Status) -> list[Step]:
    """Return the steps that `status` allows."""
    return [step for step in Step if (status, step) in NEXT]


def checked_note(step: Step, note: str | None) -> str | None:
    """Return the words of a step, cleaned; InputError when they are missing or too long."""
    text = (note or "").replace("\x00", "").strip()
    if len(text) > MAX_NOTE:
        raise InputError("note", f"at most {MAX_NOTE} characters are allowed")
    if not text and step in NEEDS_NOTE:
        raise InputError("note", "say what was done")
    return text or None


def more_urgent(first: str, second: str) -> str:
    """Return the more urgent of two grades."""
    return max(first, second, key=_GRADES.index)
