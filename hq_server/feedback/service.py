"""Takes responses and receipts in: merges revisions, grades, and says what cases must look at."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from grading.grader import grade
from grading.verdict import Context
from hq_server.accounts.scope import Scope
from hq_server.cases.opening import UNHAPPY_AT_MOST
from hq_server.errors import NotFoundError
from hq_server.feedback import repository
from hq_server.feedback.repository import Row
from hq_server.ingest.arrival import Arrival, instant, milliseconds, optional, printable
from hq_server.insights.scores import Tally
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
    is_new: bool
    """It came in this transaction, and cannot have a case yet."""


@dataclass(slots=True, kw_only=True)
class Absorbed:
    """What came of some arrivals."""

    tally: Tally
    """What they change in the scores."""
    added: dict[str, Row] = field(default_factory=dict)
    revised: dict[str, Row] = field(default_factory=dict)
    earlier: dict[str, datetime] = field(default_factory=dict)
    """Visits that began earlier than was known; nothing else of them changed."""
    refused: list[tuple[Arrival, str]] = field(default_factory=list)

    @property
    def changed(self) -> set[str]:
        """The responses of which anything changed."""
        return {*self.added, *self.revised, *self.earlier}


def absorb(connection: sa.Connection, arrivals: Sequence[Arrival], zone: ZoneInfo) -> Absorbed:
    """Keep responses and receipts; any order of arrival ends in the same rows."""
    by_id: dict[str, list[Arrival]] = defaultdict(list)
    seen: dict[str, Row] = {}
    links: dict[tuple[str, str], Row] = {}
    for arrival in arrivals:
        match arrival.event:
            case Response() as response:
                by_id[response.response].append(arrival)
            case ReceiptSeen() as receipt:
                seen.setdefault(receipt.receipt, _receipt_row(arrival, receipt))
            case ReceiptLinked() as link:
                key = (link.response, arrival.origin.store)
                links.setdefault(key, _link_row(arrival, link))
    repository.keep_receipts(connection, list(seen.values()))
    repository.keep_links(connection, list(links.values()))
    absorbed = Absorbed(tally=Tally(zone))
    if by_id:
        _absorb_responses(connection, by_id, absorbed)
    return absorbed


def facts(
    connection: sa.Connection, absorbed: Absorbed, others: Iterable[str]
) -> dict[str, FeedbackFacts]:
    """Return what decides about cases: of responses that may have or open one, and of `others`."""
    found = {id_: _facts(row, is_new=False) for id_, row in absorbed.revised.items()}
    also = set(others)
    for id_, row in absorbed.added.items():
        if id_ in also or not _content(row):
            found[id_] = _facts(row, is_new=True)
    wanted = also.union(absorbed.earlier).difference(found)
    for here in repository.facts(connection, wanted) if wanted else ():
        found[here["id"]] = _facts(dict(here), is_new=False)
    return found


def _absorb_responses(
    connection: sa.Connection, by_id: Mapping[str, list[Arrival]], absorbed: Absorbed
) -> None:
    here = repository.known(connection, by_id)
    for id_, revisions in by_id.items():
        known = here.get(id_)
        store = known.store_id if known else revisions[0].origin.store
        own = [each for each in revisions if each.origin.store == store]
        if len(own) < len(revisions):
            foreign = [each for each in revisions if each.origin.store != store]
            why = "this response belongs to another store"
            absorbed.refused.extend((each, why) for each in foreign)
        if own:
            _merge(id_, known, own, absorbed)
    repository.add(connection, list(absorbed.added.values()))
    repository.keep(connection, list(absorbed.revised.values()))
    repository.happened_earlier(connection, absorbed.earlier)


def _merge(
    id_: str, known: sa.Row[Any] | None, revisions: Sequence[Arrival], absorbed: Absorbed
) -> None:
    """Add to `absorbed` what these revisions of one response change."""
    newest = max(revisions, key=_rev)
    first_ms = min(map(_occurred_ms, revisions))
    if known is None:
        received_at = min(each.origin.received_at for each in revisions)
        row = absorbed.added[id_] = _row(newest, instant(first_ms), received_at)
        absorbed.tally.count(1, first_ms, row)
        return
    known_ms = milliseconds(known.occurred_at)
    is_newer, is_earlier = _rev(newest) > known.rev, first_ms < known_ms
    if not is_newer and not is_earlier:
        return
    occurred_at = instant(first_ms) if is_earlier else known.occurred_at
    before = dict(known._mapping)
    absorbed.tally.count(-1, known_ms, before)
    if is_newer:
        row = absorbed.revised[id_] = _row(newest, occurred_at, known.received_at)
        absorbed.tally.count(1, min(first_ms, known_ms), row)
    else:
        absorbed.earlier[id_] = occurred_at
        absorbed.tally.count(1, first_ms, before)


_rev = attrgetter("event.rev")
_occurred_ms = attrgetter("occurred_ms")


def _row(arrival: Arrival, occurred_at: datetime, received_at: datetime) -> Row:
    response = arrival.event
    assert isinstance(response, Response)  # noqa: S101 - absorb() sorted them by kind
    verdict = _grade(response)
    reasons = response.reasons
    return {
        "id": response.response,
        "store_id": response.store,
        "gateway_id": arrival.origin.gateway,
        "device": arrival.stream.device,
        "touchpoint": response.touchpoint,
        "channel": CHANNEL,
        "rev": response.rev,
        "outcome": response.outcome.value,
        "final": response.final,
        "survey": response.survey,
        "survey_version": response.survey_version,
        "question": response.question,
        "rating": response.rating,
        "reasons": [{"id": r.id, "topic": r.topic, "urgent": r.urgent} for r in reasons],
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
        "lexicon_version": verdict["lexicon_version"][:64],
        "raw": arrival.raw,
    }


def _grade(response: Response) -> dict[str, Any]:
    wants_contact = response.contact_sealed is not None and response.contact_consent
    if response.note is None:
        return _grade_tap(response.rating, response.reasons, response.language, wants_contact)
    return _graded(
        response.note, response.rating, response.reasons, response.language, wants_contact
    )


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


def _content(row: Row) -> bool:
    """Return whether nothing in a response asks for a case; most of them ask for none."""
    rating = row["rating"]
    return (
        row["grade"] == "B"
        and row["note"] is None
        and row["contact_sealed"] is None
        and (rating is None or rating > UNHAPPY_AT_MOST)
    )


def _facts(row: Mapping[str, Any], *, is_new: bool) -> FeedbackFacts:
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
        is_new=is_new,
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
