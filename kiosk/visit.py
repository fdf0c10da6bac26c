"""One visit to the kiosk as it stands after a step, and the Response event that it becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from protocols.messages import (
    Clock,
    Lane,
    Outcome,
    Reason,
    Response,
)
from protocols.survey import ReasonChoice, Survey

# What begins with a 1 is a mobile number in China, and must be whole; everything else may be a
# landline with its area code, or a number from abroad (E.164 allows 15 digits).
_MOBILE_CN = re.compile(r"1[3-9]\d{9}")
_OTHER = re.compile(r"0\d{8,12}|[2-9]\d{6,14}")
MAX_PHONE_DIGITS = 15


@dataclass(frozen=True, slots=True)
class VisitKey:
    """The two names of a visit: the response id, and the code that the shopper sees."""

    response: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Everything a shopper has said so far; each revision is whole."""

    key: VisitKey
    language: str
    outcome: Outcome
    rating: int | None = None
    rev: int = 1
    reasons: tuple[ReasonChoice, ...] = ()
    note: str | None = None
    """Personal data already masked."""
    contact_sealed: str | None = None
    urgent: bool = False
    """A note, a contact request or an urgent reason was part of it once."""
    final: bool = False

    @property
    def lane(self) -> Lane:
        """Return which queue this revision goes by (D1)."""
        return Lane.URGENT if self.urgent else Lane.BULK


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where and when a revision was made, as the runner knows it."""

    event: str
    store: str
    touchpoint: str
    at: Clock


def to_response(visit: Visit, survey: Survey, origin: Origin) -> Response:
    """Return the event that carries this revision of a visit."""
    return Response(
        id=origin.event,
        store=origin.store,
        at=origin.at,
        touchpoint=origin.touchpoint,
        response=visit.key.response,
        rev=visit.rev,
        outcome=visit.outcome,
        survey=survey.survey,
        survey_version=survey.version,
        language=visit.language,
        question=survey.question,
        rating=visit.rating,
        reasons=tuple(Reason(id=r.id, topic=r.topic, urgent=r.urgent) for r in visit.reasons),
        note=visit.note,
        contact_sealed=visit.contact_sealed,
        contact_consent=visit.contact_sealed is not None,
        code=visit.key.code,
        final=visit.final,
    )


def plausible_phone(digits: str) -> bool:
    """Return whether these digits can be somebody's telephone number."""
    if len(set(digits)) < 3:
        return False
    return bool(_MOBILE_CN.fullmatch(digits) or _OTHER.fullmatch(digits))


def grouped_phone(digits: str) -> str:
    """Return the digits as people read them: 138 0013 8000."""
    if digits.startswith("1"):
        parts = [digits[:3], digits[3:7], digits[7:]]
    else:
        parts = [digits[at : at + 4] for at in range(0, len(digits), 4)]
    return " ".join(filter(None, parts))
