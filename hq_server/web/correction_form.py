"""What the form of a correction is drawn from: what stands, or what was typed and refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grading.topics import TOPICS, Department
from grading.verdict import Grade, Intent
from hq_server.accounts.roles import Right
from hq_server.accounts.service import SignedIn
from hq_server.corrections import label
from hq_server.corrections.label import Label
from hq_server.corrections.service import MAX_WHY, Given, Judged
from hq_server.database import new_id
from hq_server.errors import ChangedError, InputError

_AT_FIELDS = (*label.FIELDS, "why")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A form as it was typed, and why it was not taken."""

    given: Given
    error: InputError | ChangedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """Why a form was not taken, as a text of the pages."""

    key: str
    at: str = ""
    """The field where it is said; "": on top of the form."""
    named: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A grading, what people said of it, and what somebody may say now."""

    judged: Judged
    id: str
    """Of the form: sent twice, it is kept once."""
    may: bool
    grades: tuple[tuple[str, bool], ...]
    """Each grade, and whether this role may choose it."""
    history: tuple[tuple[dict[str, Any], dict[str, Any]], ...]
    """Each correction with the fields that it changed of the verdict, the latest first."""
    filled: Label
    """What the form is filled in with."""
    why: str = ""
    wrong: Wrong | None = None
    departments: tuple[str, ...] = tuple(map(str, Department))
    intents: tuple[str, ...] = tuple(map(str, Intent))
    topics: tuple[str, ...] = tuple(TOPICS)
    most_topics: int = label.MOST_TOPICS
    most_why: int = MAX_WHY

    @classmethod
    def to(
        cls, who: SignedIn, judged: Judged | None, refused: Refused | None = None
    ) -> Shown | None:
        """Return what somebody is shown; None when nothing was graded."""
        if judged is None:
            return None
        lowers = who.may(Right.LOWER)
        grades = tuple(
            (str(grade), lowers or not label.is_milder(judged.stands.grade, grade))
            for grade in Grade
        )
        return cls(
            judged=judged,
            id=new_id(),
            may=who.may(Right.ACT),
            grades=grades,
            history=tuple((row, label.changed_by(row)) for row in judged.history),
            filled=_filled(judged.stands, refused.given.label, grades)
            if refused
            else judged.stands,
            why=refused.given.why if refused else "",
            wrong=_wrong(judged, refused) if refused else None,
        )


def _filled(stands: Label, typed: Label, grades: tuple[tuple[str, bool], ...]) -> Label:
    """Return what was typed, and what stands where the form has no such choice."""
    return Label(
        grade=typed.grade if (typed.grade, True) in grades else stands.grade,
        department=typed.department if typed.department in list(Department) else stands.department,
        topics=tuple(id_ for id_ in typed.topics if id_ in TOPICS) or stands.topics,
        sentiment=typed.sentiment if 1 <= typed.sentiment <= 5 else stands.sentiment,
        intent=typed.intent if typed.intent in list(Intent) else stands.intent,
    )


def _wrong(judged: Judged, refused: Refused) -> Wrong:
    given, error = refused.given, refused.error
    if isinstance(error, ChangedError):
        if judged.number == given.number or not judged.history:
            return Wrong(key="correct.other_words")
        return Wrong(key="correct.other_person", named={"author": judged.history[0]["author"]})
    if error.field not in _AT_FIELDS:
        return Wrong(key="correct.too_old")
    if error.field == "why" and len(given.why.strip()) > MAX_WHY:
        named = {"most": MAX_WHY, "length": len(given.why.strip())}
        return Wrong(key="correct.wrong_long", at="why", named=named)
    return Wrong(
        key=f"correct.wrong_{error.field}", at=error.field, named={"most": label.MOST_TOPICS}
    )
