"""Takes responses and receipts in: merges revisions, grades, and says what cases must look at."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from grading.grader import grade
from grading.verdict import Context
from hq_server.accounts.scope import Scope
from hq_server.errors import NotFoundError
from hq_server.feedback import repository
from hq_server.feedback.repository import Known, Row
from hq_server.ingest.arrival import Arrival, optional, printable
from protocols.messages import Reason, ReceiptLinked, ReceiptSeen, Response

CHANNEL = "kiosk"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackFacts:
    """What decides whether feedback becomes a case, and which."""

    id: str
    store: str
    rev: int
    rating: int | None
    grade: str
    intent: str
    department: str
    has_note: bool
    contact_requested: bool
    code: str | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """What came of some arrivals."""

    facts: dict[str, FeedbackFacts]
    refused: list[tuple[Arrival, str]]


def absorb(connection: sa.Connection, arrivals: Sequence[Arrival]) -> Absorbed:
    """Keep responses and receipts; any order of arrival ends in the same rows."""
    by_id: dict[str, list[Arrival]] = defaultdict(list)
    seen: list[Row] = []
    links: list[Row] = []
    for arrival in arrivals:
        match arrival.event:
            case Response() as response:
                by_id[response.response].append(arrival)
            case ReceiptSeen() as receipt:
                seen.append(_receipt_row(arrival, receipt))
            case ReceiptLinked() as link:
                links.append(_link_row(arrival, link))
    repository.keep_receipts(connection, seen)
    repository.keep_links(connection, links)
    return _absorb_responses(connection, by_id)


def facts(connection: sa.Connection, ids: Iterable[str]) -> dict[str, FeedbackFacts]:
    """Return what is known of responses that came earlier."""
    rows = repository.facts(connection, list(ids))
    return {str(row["id"]): _facts(dict(row)) for row in rows}


def _absorb_responses(connection: sa.Connection, by_id: Mapping[str, list[Arrival]]) -> Absorbed:
    here = repository.known(connection, list(by_id)) if by_id else {}
    rows: list[Row] = []
    earlier: list[Row] = []
    changed: list[str] = []
    refused: list[tuple[Arrival, str]] = []
    for id_, revisions in by_id.items():
        known = here.get(id_)
        store = known.store if known else revisions[0].origin.store
        foreign = [each for each in revisions if each.origin.store != store]
        refused.extend((each, "this response belongs to another store") for each in foreign)
        own = [each for each in revisions if each.origin.store == store]
        if own:
            row = _merged(known, own, rows, earlier)
            changed.extend([] if row else [id_])
    repository.keep(connection, rows)
    repository.happened_earlier(connection, earlier)
    found = {str(row["id"]): _facts(row) for row in rows}
    moved = {str(row["response_id"]) for row in earlier}
    found.update(facts(connection, moved & set(changed)))
    return Absorbed(facts=found, refused=refused)


def _merged(
    known: Known | None, revisions: Sequence[Arrival], rows: list[Row], earlier: list[Row]
) -> bool:
    """Add what these revisions change to `rows` or `earlier`; True when a whole row is written."""
    first_at = min(each.occurred_at for each in revisions)
    newest = max(revisions, key=_rev)
    if known is None:
        received_at = min(each.origin.received_at for each in revisions)
        rows.append(_row(newest, first_at, received_at))
        return True
    if _rev(newest) > known.rev:
        rows.append(_row(newest, min(first_at, known.occurred_at), known.received_at))
        return True
    if first_at < known.occurred_at:
        response = newest.event
        assert isinstance(response, Response)  # noqa: S101 - absorb() sorted them by kind
        earlier.append({"response_id": response.response, "earlier": first_at})
    return False


def _rev(arrival: Arrival) -> int:
    return arrival.event.rev if isinstance(arrival.event, Response) else 0


def _row(arrival: Arrival, occurred_at: datetime, received_at: datetime) -> Row:
    response = arrival.event
    assert isinstance(response, Response)  # noqa: S101 - absorb() sorted them by kind
    verdict = _grade(response)
    return {
        "id": response.response,
        "store_id": arrival.origin.store,
        "gateway_id": arrival.origin.gateway,
        "device": arrival.stream.device,
        "touchpoint": response.touchpoint,
        "channel": CHANNEL,
        "rev": response.rev,
        "outcome": str(response.outcome),
        "final": response.final,
        "survey": response.survey,
        "survey_version": response.survey_version,
        "question": response.question,
        "rating": response.rating,
        "reasons": [
            {"id": reason.id, "topic": reason.topic, "urgent": reason.urgent}
            for reason in response.reasons
        ],
        "note": optional(response.note),
        "contact_sealed": optional(response.contact_sealed),
        "contact_consent": response.contact_consent,
        "code": optional(response.code),
        "language": printable(response.language),
        "occurred_at": occurred_at,
        "received_at": received_at,
        "clock_quality": arrival.clock_quality,
        "grade": verdict["grade"],
        "grading": verdict,
        "lexicon_version": str(verdict["lexicon_version"])[:64],
        "raw": arrival.raw,
    }


def _grade(response: Response) -> dict[str, Any]:
    wants_contact = response.contact_sealed is not None and response.contact_consent
    context = (response.rating, response.reasons, response.language, wants_contact)
    if response.note is None:
        return _grade_tap(*context)
    return _graded(response.note, *context)


# Most taps have no words: there are only so many kinds of them.
@functools.lru_cache(maxsize=4096)
def _grade_tap(
    rating: int | None, reasons: tuple[Reason, ...], language: str, wants_contact: bool
) -> dict[str, Any]:
    return _graded(None, rating, reasons, language, wants_contact)


def _graded(
    note: str | None,
    rating: int | None,
    reasons: tuple[Reason, ...],
    language: str,
    wants_contact: bool,
) -> dict[str, Any]:
    context = Context(
        rating=rating, reasons=reasons, language=language, contact_requested=wants_contact
    )
    verdict: dict[str, Any] = msgspec.to_builtins(grade(note, context))
    return verdict


def _facts(row: Mapping[str, Any]) -> FeedbackFacts:
    verdict = row["grading"]
    return FeedbackFacts(
        id=row["id"],
        store=row["store_id"],
        rev=row["rev"],
        rating=row["rating"],
        grade=row["grade"],
        intent=verdict["intent"],
        department=verdict["department"],
        has_note=bool(row["note"]),
        contact_requested=row["contact_sealed"] is not None and row["contact_consent"],
        code=row["code"],
        occurred_at=row["occurred_at"],
    )


def _receipt_row(arrival: Arrival, receipt: ReceiptSeen) -> Row:
    return {
        "id": receipt.receipt,
        "store_id": arrival.origin.store,
        "gateway_id": arrival.origin.gateway,
        "till": receipt.till,
        "number": printable(receipt.number),
        "total": optional(receipt.total),
        "currency": optional(receipt.currency),
        "printed_at": optional(receipt.printed_at),
        "items": receipt.items,
        "damaged": receipt.damaged,
        "occurred_at": arrival.occurred_at,
        "received_at": arrival.origin.received_at,
    }


def _link_row(arrival: Arrival, link: ReceiptLinked) -> Row:
    return {
        "response_id": link.response,
        "store_id": arrival.origin.store,
        "receipt_id": link.receipt,
        "number": printable(link.number),
        "till": link.till,
        "offset_ms": link.offset_ms,
    }


# --- reading ------------------------------------------------------------------------------------


def one(connection: sa.Connection, scope: Scope, response_id: str) -> sa.RowMapping:
    """Return one response with its receipt; NotFoundError outside the scope."""
    row = repository.one(connection, scope, response_id)
    if row is None:
        raise NotFoundError("feedback", response_id)
    return row


def sealed_contact(connection: sa.Connection, scope: Scope, response_id: str) -> str | None:
    """Return the sealed contact of a response whose shopper agreed to be called."""
    return repository.sealed_contact(connection, scope, response_id)


def listed(
    connection: sa.Connection,
    scope: Scope,
    *,
    since: datetime | None = None,
    before: datetime | None = None,
    limit: int = 100,
) -> list[sa.RowMapping]:
    """Return feedback, the latest arrival first."""
    return repository.listed(connection, scope, since=since, before=before, limit=limit)


def ledger(connection: sa.Connection) -> Iterator[dict[str, object]]:
    """Yield one line per response, for checks against what was given."""
    for row in repository.ledger(connection):
        yield {
            "id": row["id"],
            "rev": row["rev"],
            "store": row["store_id"],
            "outcome": row["outcome"],
            "rating": row["rating"],
            "code": row["code"],
            "grade": row["grade"],
            "case": row["case_id"],
            "case_code": row["case_code"],
            "receipt": row["receipt_number"],
            "occurred_at": row["occurred_at"].isoformat(),
            "received_at": row["received_at"].isoformat(),
        }
