"""What a person says a grading should have been, laid over what grading said. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grading.topics import TOPICS, Department
from grading.verdict import Grade, Intent, Polarity
from hq_server.errors import InputError

FIELDS = ("grade", "department", "topics", "sentiment", "intent")
MOST_TOPICS = 5
_GRAVITY = "BAS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A whole verdict, as far as people correct it."""

    grade: str
    department: str
    topics: tuple[str, ...]
    """Gravest first; never empty."""
    sentiment: int
    """1 angry or harmed, 3 neutral, 5 delighted."""
    intent: str

    def checked(self) -> Label:
        """Return this label; InputError names the field that no verdict could have."""
        if self.grade not in list(Grade):
            raise InputError("grade", "S, A or B")
        if self.department not in list(Department):
            raise InputError("department", "one of " + ", ".join(Department))
        if not 1 <= len(self.topics) <= MOST_TOPICS or len(set(self.topics)) < len(self.topics):
            raise InputError("topics", f"1 to {MOST_TOPICS} different topics")
        if unknown := [id_ for id_ in self.topics if id_ not in TOPICS]:
            raise InputError("topics", f"no topic {unknown[0][:64]!r}")
        if not 1 <= self.sentiment <= 5:
            raise InputError("sentiment", "1 to 5")
        if self.intent not in list(Intent):
            raise InputError("intent", "one of " + ", ".join(Intent))
        return self


def of(grading: Mapping[str, Any]) -> Label:
    """Return what grading said."""
    return Label(
        grade=grading["grade"],
        department=grading["department"],
        topics=tuple(grading["topics"]),
        sentiment=grading["sentiment"],
        intent=grading["intent"],
    )


def corrected(grading: Mapping[str, Any], correction: Mapping[str, Any] | None) -> Label:
    """Return what stands: what a correction says, and of what it leaves open the verdict."""
    said = of(grading)
    if correction is None:
        return said
    return Label(**{name: _or(correction[name], getattr(said, name)) for name in FIELDS})


def _or(value: Any, otherwise: Any) -> Any:
    if value is None:
        return otherwise
    return tuple(value) if isinstance(value, list) else value


def differences(before: Label, after: Label) -> dict[str, Any]:
    """Return the fields in which `after` is another label, with what they say there.

    Topics in another order are the same topics, unless another one comes first: that one is what
    the feedback is about.
    """
    found = {name: getattr(after, name) for name in FIELDS}
    found = {name: value for name, value in found.items() if value != getattr(before, name)}
    if (set(before.topics), before.topics[:1]) == (set(after.topics), after.topics[:1]):
        found.pop("topics", None)
    return found


def is_milder(before: str, after: str) -> bool:
    """Return whether a grade is less urgent than another."""
    return _GRAVITY.index(after) < _GRAVITY.index(before)


def over(grading: Mapping[str, Any], correction: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a verdict with a correction laid over it: its aspects follow topics and intent."""
    stands = corrected(grading, correction)
    if stands == of(grading):
        return dict(grading)
    known = {each["topic"]: each["polarity"] for each in grading.get("aspects", ())}
    same_mind = stands.intent == grading["intent"]
    feeling = _feeling(stands)
    aspects = [
        {"topic": id_, "polarity": str(known[id_] if same_mind and id_ in known else feeling)}
        for id_ in stands.topics
    ]
    changed = {name: getattr(stands, name) for name in FIELDS}
    return {**grading, **changed, "topics": list(stands.topics), "aspects": aspects}


def changed_by(correction: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return by field what grading said and what a correction says instead."""
    said = of(correction["grading"])
    return {
        name: (getattr(said, name), _or(correction[name], None))
        for name in FIELDS
        if correction[name] is not None
    }


def in_list(row: Mapping[Any, Any]) -> dict[str, Any] | None:
    """Return the correction that a list joined to a row as `corrected_…`; None when there is none.

    Nor is there one when the words changed since: it speaks of others.
    """
    if row["corrected_text"] is None or row["corrected_text"] != text_hash(row["note"]):
        return None
    return {name: row.get(f"corrected_{name}") for name in FIELDS}


def _feeling(label: Label) -> Polarity:
    """Return how a topic is spoken of, when only the whole is known."""
    if label.grade != Grade.B or label.intent == Intent.COMPLAINT:
        return Polarity.NEGATIVE
    return Polarity.POSITIVE if label.intent == Intent.PRAISE else Polarity.NEUTRAL


def text_hash(note: str | None) -> str:
    """Return what tells whether the words are still those that somebody judged."""
    return hashlib.sha256((note or "").encode()).hexdigest()
