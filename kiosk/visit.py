"""One visit to the kiosk as it stands after a step, and the Response event that it becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from protocols.messages import (
    Clock,
    Lane,
    Mark,
    Outcome,
    Reason,
    ReceiptSaid,
    Response,
)
from protocols.survey import ReasonChoice

# What begins with a 1 is a mobile number in China, and must be whole; everything else may be a
# landline with its area code, or a number from abroad (E.164 allows 15 digits).
_MOBILE_CN = re.compile(r"1[3-9]\d{9}")
_OTHER = re.compile(r"0\d{8,12}|[2-9]\d{6,14}")
MAX_PHONE_DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Everything a shopper has said so far; each revision is whole."""

    response: str
    """UUIDv7 of the visit."""
    survey: str
    survey_version: int
    question: str
    language: str
    outcome: Outcome
    rating: int | None = None
    nps: int | None = None
    rev: int = 1
    code: str | None = None
    """The case code; only who says something that is answered gets one."""
    reasons: tuple[ReasonChoice, ...] = ()
    note: str | None = None
    """Personal data already masked."""
    contact_sealed: str | None = None
    urgent: bool = False
    """A note, a contact request or an urgent reason was part of it once."""
    promised_ms: int | None = None
    """Unix milliseconds by which the thanks screen promises an answer."""
    marks: tuple[Mark, ...] = ()
    receipt: ReceiptSaid | None = None
    """What the shopper showed of the receipt."""
    final: bool = False

    @property
    def score(self) -> int | None:
        """Return what was touched, on whichever scale."""
        return self.rating if self.nps is None else self.nps

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


def to_response(visit: Visit, origin: Origin) -> Response:
    """Return the event that carries this revision of a visit."""
    return Response(
        id=origin.event,
        store=origin.store,
        at=origin.at,
        touchpoint=origin.touchpoint,
        response=visit.response,
        rev=visit.rev,
        outcome=visit.outcome,
        survey=visit.survey,
        survey_version=visit.survey_version,
        language=visit.language,
        question=visit.question,
        rating=visit.rating,
        reasons=tuple(Reason(id=r.id, topic=r.topic, urgent=r.urgent) for r in visit.reasons),
        note=visit.note,
        contact_sealed=visit.contact_sealed,
        contact_consent=visit.contact_sealed is not None,
        code=visit.code,
        final=visit.final,
        nps=visit.nps,
        promised_ms=visit.promised_ms,
        marks=visit.marks,
        receipt_said=visit.receipt,
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
