"""Takes responses in: merges revisions, grades, and says what cases must look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from grading.rulebook import Rulebook
from hq_server.accounts.scope import Scope
from hq_server.cases.opening import DETRACTOR_AT_MOST, UNHAPPY_AT_MOST
from hq_server.errors import InputError, NotFoundError
from hq_server.feedback import repository, said
from hq_server.feedback.repository import Row
from hq_server.feedback.said import Words
from hq_server.ingest.arrival import Arrival, instant, milliseconds
from hq_server.insights.scores import Tally
from hq_server.rulebook.grading_by import in_force
from protocols import wire
from protocols.messages import Clock, Outcome, Response, ResponseMarked

PHONE = "phone"
# Of one visit; who has more to say gives feedback of its own.
MOST_WORDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackFacts:
    """What decides whether feedback becomes a case, and which."""

    id: str
    store: str
    rev: int
    rating: int | None
    nps: int | None
    grade: str
    intent: str
    department: str
    has_note: bool
    contact_requested: bool
    promised: bool
    code: str | None
    occurred_at: datetime
    is_new: bool
    """It came in this transaction, and cannot have a case yet."""


@dataclass(slots=True, kw_only=True)
class Absorbed:
    """What came of some arrivals."""

    tally: Tally
    """What they change in the scores."""
    rulebook: Rulebook
    """What they are graded by."""
    added: dict[str, Row] = field(default_factory=dict)
    revised: dict[str, Row] = field(default_factory=dict)
    amended: dict[str, Row] = field(default_factory=dict)
    """Of which others said more; the device said nothing new."""
    earlier: dict[str, datetime] = field(default_factory=dict)
    """Visits that began earlier than was known; nothing else of them changed."""
    refused: list[tuple[Arrival, str]] = field(default_factory=list)

    @property
    def changed(self) -> set[str]:
        """The responses of which anything changed."""
        return {*self.added, *self.revised, *self.amended, *self.earlier}


def absorb(connection: sa.Connection, arrivals: Sequence[Arrival], zone: ZoneInfo) -> Absorbed:
    """Keep responses and doubts; any order of arrival ends in the same rows."""
    by_id: dict[str, list[Arrival]] = defaultdict(list)
    doubts: list[Row] = []
    for arrival in arrivals:
        match arrival.event:
            case Response() as response:
                by_id[response.response].append(arrival)
            case ResponseMarked() as marked:
                store, at = arrival.origin.store, arrival.occurred_at
                doubts.append(said.addition_of_mark(marked, store, at))
    repository.keep_additions(connection, doubts)
    absorbed = Absorbed(tally=Tally(zone), rulebook=in_force(connection).rulebook)
    if by_id:
        _absorb_responses(connection, by_id, absorbed)
    _amend(connection, {row["response_id"] for row in doubts}, absorbed)
    return absorbed


def add_words(connection: sa.Connection, words: Words, zone: ZoneInfo) -> Absorbed | None:
    """Keep what a shopper wrote on a phone, with its visit when that is here; None for a repeat.

    InputError when the visit has had MOST_WORDS already.
    """
    response = words.response or words.id
    here = repository.known(connection, [response]).get(response)
    if here is not None and here.store_id != words.store:
        response, here = words.id, None
    row = said.addition_of_words(words, response)
    before = repository.additions(connection, [response]).get((response, words.store), [])
    if any(each["source"] == row["source"] for each in before):
        return None
    if sum(each["source"].startswith(said.WORDS) for each in before) >= MOST_WORDS:
        raise InputError("note", f"at most {MOST_WORDS} for one visit")
    repository.keep_additions(connection, [row])
    absorbed = Absorbed(tally=Tally(zone), rulebook=in_force(connection).rulebook)
    if here is not None:
        _amend(connection, {response}, absorbed)
        return absorbed
    alone = absorbed.added[response] = _alone(response, words, [*before, row], absorbed.rulebook)
    absorbed.tally.count(1, milliseconds(words.at), alone)
    repository.add(connection, [alone])
    return absorbed


def response_of_words(connection: sa.Connection, words: Words) -> sa.RowMapping:
    """Return the response that words from a phone were added to; NotFoundError when none."""
    source = f"{said.WORDS}{words.id}"
    ids = [id_ for id_ in (words.response, words.id) if id_ is not None]
    for (id_, store), rows in repository.additions(connection, ids).items():
        if store == words.store and any(row["source"] == source for row in rows):
            return one(connection, Scope(frozenset({store})), id_)
    raise NotFoundError("words", words.id)


def _alone(response: str, words: Words, added: Sequence[Row], rulebook: Rulebook) -> Row:
    """Return the row of words whose visit is not here; any revision of that takes its place."""
    row: Row = {
        "id": response, "store_id": words.store, "touchpoint": words.touchpoint,
        "gateway_id": "", "device": PHONE, "channel": PHONE, "rev": 0, "language": words.language,
        "occurred_at": words.at, "received_at": words.at, "clock_quality": "synced", "raw": b"",
    }  # fmt: skip
    return row | said.columns(_response_of(row), added, words.at, rulebook)


def _response_of(row: Mapping[str, Any]) -> Response:
    """Return what the device itself said of a visit; a phone alone said nothing but words."""
    if row["raw"]:
        event = wire.decode_event(row["raw"])
        assert isinstance(event, Response)  # noqa: S101 - it was one when it was kept
        return event
    return Response(
        id=row["id"], store=row["store_id"], at=Clock(boot=PHONE, mono_ms=0, wall_ms=0),
        touchpoint=row["touchpoint"], response=row["id"], rev=row["rev"], outcome=Outcome.RATED,
        survey=PHONE, survey_version=1, question="words", language=row["language"], final=True,
    )  # fmt: skip


def _amend(connection: sa.Connection, ids: set[str], absorbed: Absorbed) -> None:
    """Make rows anew that others said more of; those of this round have it already."""
    wanted = ids.difference(absorbed.added, absorbed.revised)
    if not wanted:
        return
    # Locked before it is read what was added: ingest and a phone may amend the same at once.
    here = repository.locked(connection, wanted)
    added = repository.additions(connection, wanted)
    for found in here:
        row = dict(found)
        more = added.get((row["id"], row["store_id"]), [])
        at = row["occurred_at"]
        new = row | said.columns(_response_of(row), more, at, absorbed.rulebook)
        if more and new != row:
            occurred_ms = milliseconds(row["occurred_at"])
            absorbed.tally.count(-1, occurred_ms, row)
            absorbed.tally.count(1, occurred_ms, new)
            absorbed.amended[row["id"]] = new
    repository.amend(connection, list(absorbed.amended.values()))


def facts(
    connection: sa.Connection, absorbed: Absorbed, others: Iterable[str]
) -> dict[str, FeedbackFacts]:
    """Return what decides about cases: of responses that may have or open one, and of `others`."""
    old = {**absorbed.revised, **absorbed.amended}
    found = {id_: _facts(row, is_new=False) for id_, row in old.items()}
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
    added = repository.additions(connection, by_id)
    for id_, revisions in by_id.items():
        known = here.get(id_)
        store = known.store_id if known else revisions[0].origin.store
        own = [each for each in revisions if each.origin.store == store]
        if len(own) < len(revisions):
            foreign = [each for each in revisions if each.origin.store != store]
            why = "this response belongs to another store"
            absorbed.refused.extend((each, why) for each in foreign)
        if own:
            _merge(id_, known, own, added.get((id_, store), ()), absorbed)
    repository.add(connection, list(absorbed.added.values()))
    repository.keep(connection, list(absorbed.revised.values()))
    repository.happened_earlier(connection, absorbed.earlier)


def _merge(
    id_: str,
    known: sa.Row[Any] | None,
    revisions: Sequence[Arrival],
    added: Sequence[Row],
    absorbed: Absorbed,
) -> None:
    """Add to `absorbed` what these revisions of one response change."""
    newest = max(revisions, key=_rev)
    first_ms = min(map(_occurred_ms, revisions))
    if known is None:
        received_at = min(each.origin.received_at for each in revisions)
        occurred_at = instant(first_ms)
        row = _row(newest, occurred_at, received_at, added, absorbed.rulebook)
        absorbed.added[id_] = row
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
        row = _row(newest, occurred_at, known.received_at, added, absorbed.rulebook)
        absorbed.revised[id_] = row
        absorbed.tally.count(1, min(first_ms, known_ms), row)
    else:
        absorbed.earlier[id_] = occurred_at
        absorbed.tally.count(1, first_ms, before)


_rev = attrgetter("event.rev")
_occurred_ms = attrgetter("occurred_ms")


def _row(
    arrival: Arrival,
    occurred_at: datetime,
    received_at: datetime,
    added: Sequence[Row],
    rulebook: Rulebook,
) -> Row:
    response = arrival.event
    assert isinstance(response, Response)  # noqa: S101 - absorb() sorted them by kind
    row = said.columns(response, added, occurred_at, rulebook)
    row |= {
        "id": response.response,
        "gateway_id": arrival.origin.gateway,
        "device": arrival.stream.device,
        "channel": response.source.value,
        "rev": response.rev,
        "occurred_at": occurred_at,
        "received_at": received_at,
        "clock_quality": arrival.clock_quality,
        "raw": arrival.raw,
    }
    return row


def _content(row: Row) -> bool:
    """Return whether nothing in a response asks for a case; most of them ask for none."""
    rating = row["rating"]
    return (
        row["grade"] == "B"
        and row["note"] is None
        and row["contact_sealed"] is None
        and row["promised_at"] is None
        and (rating is None or rating > UNHAPPY_AT_MOST)
        and (row["nps"] is None or row["nps"] > DETRACTOR_AT_MOST)
    )


def _facts(row: Mapping[str, Any], *, is_new: bool) -> FeedbackFacts:
    verdict = row["grading"]
    return FeedbackFacts(
        id=row["id"],
        store=row["store_id"],
        rev=row["rev"],
        rating=row["rating"],
        nps=row["nps"],
        grade=row["grade"],
        intent=verdict["intent"],
        department=verdict["department"],
        has_note=bool(row["note"]),
        contact_requested=row["contact_sealed"] is not None and row["contact_consent"],
        promised=row["promised_at"] is not None,
        code=row["code"],
        occurred_at=row["occurred_at"],
        is_new=is_new,
    )


# --- reading ------------------------------------------------------------------------------------


def one(connection: sa.Connection, scope: Scope, response_id: str) -> sa.RowMapping:
    """Return one response with its receipt; NotFoundError outside the scope."""
    row = repository.one(connection, scope, response_id)
    if row is None:
        raise NotFoundError("feedback", response_id)
    return row


def held(connection: sa.Connection, scope: Scope, response_id: str) -> sa.RowMapping:
    """Return one response that nobody else changes until the transaction ends.

    NotFoundError outside the scope.
    """
    for row in repository.locked(connection, [response_id]):
        if scope.allows(row["store_id"]):
            return row
    raise NotFoundError("feedback", response_id)


def facts_of(row: Mapping[str, Any]) -> FeedbackFacts:
    """Return what decides about the case of a response that is here."""
    return _facts(row, is_new=False)


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
            "channel": row["channel"],
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
