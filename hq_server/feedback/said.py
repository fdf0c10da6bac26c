"""What a response says, with what others added to it: columns of the table feedback. Pure.

Others are the gateway, which doubts a response (R011), and the shopper's own phone, on which more
words are written. Whichever comes first, the row is the same.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from grading.grader import grade
from grading.rulebook import Rulebook
from grading.verdict import Context
from hq_server.ingest.arrival import instant, optional, printable
from hq_server.insights.scores import WHOLE
from protocols.messages import Mark, Reason, Response, ResponseMarked

Row = dict[str, Any]
MARK, WORDS = "mark:", "words:"
# A promise further from the visit than this is a broken clock's.
PROMISED_WITHIN = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a shopper wrote on a phone of his own; personal data already masked."""

    id: str
    """UUIDv7 of the form: sent twice, it is kept once."""
    store: str
    touchpoint: str | None
    response: str | None
    """The visit that it belongs to, when a kiosk's screen named one."""
    note: str
    language: str
    contact_sealed: str | None
    code: str
    """The case code that the phone is given."""
    at: datetime


def addition_of_mark(marked: ResponseMarked, store: str, at: datetime) -> Row:
    """Return the row of a gateway's doubt."""
    return {
        "response_id": marked.response,
        "store_id": store,
        "source": f"{MARK}{marked.id}",
        "detail": _mark(marked.mark),
        "code": None,
        "at": at,
    }


def addition_of_words(words: Words, response: str) -> Row:
    """Return the row of words that belong to `response`."""
    return {
        "response_id": response,
        "store_id": words.store,
        "source": f"{WORDS}{words.id}",
        "detail": {"note": words.note, "contact_sealed": words.contact_sealed},
        "code": words.code,
        "at": words.at,
    }


def columns(
    response: Response,
    added: Sequence[Mapping[str, Any]],
    occurred_at: datetime,
    rulebook: Rulebook,
) -> Row:
    """Return all columns that follow from what was said, and from what others added."""
    note, sealed, code = optional(response.note), optional(response.contact_sealed), response.code
    consent = response.contact_consent
    promised_ms = response.promised_ms
    marks = [_mark(mark) for mark in response.marks] if response.marks else []
    for each in sorted(added, key=lambda row: (row["at"], row["source"])) if added else ():
        detail = each["detail"]
        if each["source"].startswith(MARK):
            marks.append(detail)
            continue
        note = f"{note}\n{detail['note']}" if note else detail["note"]
        code = code or each["code"]
        if detail["contact_sealed"] is not None:
            sealed, consent = detail["contact_sealed"], True
    context = _context(response, wants_contact=sealed is not None and consent)
    verdict = _graded(note, context, rulebook)
    return {
        "store_id": response.store,
        "touchpoint": response.touchpoint,
        "outcome": response.outcome.value,
        "final": response.final,
        "survey": response.survey,
        "survey_version": response.survey_version,
        "question": response.question,
        "rating": response.rating,
        "nps": response.nps,
        "reasons": [
            {"id": r.id, "topic": r.topic, "urgent": r.urgent} for r in response.reasons
        ],
        "note": note,
        "contact_sealed": sealed,
        "contact_consent": consent,
        "code": optional(code),
        "language": printable(response.language),
        "promised_at": _promised(promised_ms, occurred_at) if promised_ms else None,
        "marks": _gravest(marks) if marks else marks,
        "weight": min(mark["weight"] for mark in marks) if marks else WHOLE,
        "grade": verdict["grade"],
        "grading": verdict,
        "lexicon_version": verdict["lexicon_version"][:64],
    }  # fmt: skip


def _mark(mark: Mark) -> Row:
    return {"misuse": str(mark.misuse), "weight": round(mark.weight * WHOLE)}


def _gravest(marks: Sequence[Row]) -> list[Row]:
    """Return each doubt once, with the least weight that was given to it."""
    weights: dict[str, int] = {}
    for mark in marks:
        name = mark["misuse"]
        weights[name] = min(mark["weight"], weights.get(name, WHOLE))
    return [{"misuse": name, "weight": weights[name]} for name in sorted(weights)]


def _promised(promised_ms: int, occurred_at: datetime) -> datetime | None:
    distance_ms = abs(promised_ms - occurred_at.timestamp() * 1000)
    return instant(promised_ms) if distance_ms <= PROMISED_WITHIN.total_seconds() * 1000 else None


def _context(response: Response, *, wants_contact: bool) -> Context:
    return Context(
        rating=response.rating,
        reasons=response.reasons,
        language=response.language,
        contact_requested=wants_contact,
        touchpoint=response.touchpoint,
        store=response.store,
    )


def regraded(row: Mapping[str, Any], rulebook: Rulebook, *, evidence: bool = True) -> Row:
    """Return the verdict on stored feedback by a rulebook; nothing is changed by it.

    `row`: what of the table feedback a verdict depends on, and whether it `has_contact`.
    Without evidence it takes a third less.
    """
    context = Context(
        rating=row["rating"],
        reasons=tuple(
            Reason(id=each["id"], topic=each["topic"], urgent=each["urgent"])
            for each in row["reasons"]
        ),
        language=row["language"],
        contact_requested=row["has_contact"] and row["contact_consent"],
        touchpoint=row["touchpoint"],
        store=row["store_id"],
    )
    return _graded(row["note"], context, rulebook, evidence=evidence)


def _graded(
    note: str | None, context: Context, rulebook: Rulebook, *, evidence: bool = True
) -> Row:
    if note is not None:
        graded = grade(note, context, rulebook, evidence=evidence)
        verdict: Row = msgspec.to_builtins(graded)
        return verdict
    # Only words are read differently from place to place.
    said = (context.rating, context.reasons, context.language, context.contact_requested)
    return _grade_tap(*said, rulebook)


# Most taps have no words: there are only so many kinds of them.
@functools.lru_cache(maxsize=4096)
def _grade_tap(
    rating: int | None,
    reasons: tuple[Reason, ...],
    language: str | None,
    wants_contact: bool,
    rulebook: Rulebook,
) -> Row:
    context = Context(
        rating=rating, reasons=reasons, language=language, contact_requested=wants_contact
    )
    verdict: Row = msgspec.to_builtins(grade(None, context, rulebook))
    return verdict
