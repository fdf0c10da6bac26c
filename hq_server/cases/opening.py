"""Which feedback becomes a case: pure, so that the rule can be read and tested at one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

UNHAPPY_AT_MOST = 2
DETRACTOR_AT_MOST = 6
"""Of 0 to 10: who answers so recommends the chain to nobody."""
# Intents that want an answer (a suggestion is owed a reply within a day); praise is read.
ASKING = frozenset({"complaint", "enquiry", "suggestion"})


class Because(StrEnum):
    """Why a case was opened."""

    ALARM = "alarm"
    GRADE = "grade"
    RATING = "rating"
    CONTACT = "contact"
    WORDS = "words"
    PROMISE = "promise"
    """The screen promised an answer, whatever was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rule looks at."""

    rating: int | None
    grade: str
    intent: str
    has_note: bool
    contact_requested: bool
    alarmed: bool
    nps: int | None = None
    promised: bool = False


def opens_case(facts: Facts) -> Because | None:
    """Return why this feedback opens a case; None when it does not."""
    wanted = {
        Because.ALARM: facts.alarmed,
        Because.GRADE: facts.grade in ("S", "A"),
        Because.RATING: _unhappy(facts),
        Because.CONTACT: facts.contact_requested,
        Because.WORDS: facts.has_note and facts.intent in ASKING,
        Because.PROMISE: facts.promised,
    }
    return next((because for because, holds in wanted.items() if holds), None)


def _unhappy(facts: Facts) -> bool:
    if facts.nps is not None:
        return facts.nps <= DETRACTOR_AT_MOST
    return facts.rating is not None and facts.rating <= UNHAPPY_AT_MOST
