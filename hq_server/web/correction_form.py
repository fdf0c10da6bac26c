"""What the form of a correction is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grading.topics import TOPICS, Department
from grading.verdict import Grade, Intent
from hq_server.accounts.roles import Right
from hq_server.accounts.service import SignedIn
from hq_server.corrections import label
from hq_server.corrections.service import MAX_WHY, Judged
from hq_server.database import new_id


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
    departments: tuple[str, ...] = tuple(map(str, Department))
    intents: tuple[str, ...] = tuple(map(str, Intent))
    topics: tuple[str, ...] = tuple(TOPICS)
    most_topics: int = label.MOST_TOPICS
    most_why: int = MAX_WHY

    @classmethod
    def to(cls, who: SignedIn, judged: Judged | None) -> Shown | None:
        """Return what somebody is shown; None when nothing was graded."""
        if judged is None:
            return None
        lowers = who.may(Right.LOWER)
        return cls(
            judged=judged,
            id=new_id(),
            may=who.may(Right.ACT),
            grades=tuple(
                (str(grade), lowers or not label.is_milder(judged.stands.grade, grade))
                for grade in Grade
            ),
            history=tuple((row, label.changed_by(row)) for row in judged.history),
        )
