"""People correct what grading said; the words stay, and so does every correction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from grading.redaction import redact
from hq_server.accounts.roles import Right
from hq_server.accounts.scope import Scope
from hq_server.accounts.service import SignedIn
from hq_server.cases.correcting import Corrected, follow_correction
from hq_server.cases.following import Ground
from hq_server.corrections import label, quality, repository
from hq_server.corrections.label import Label
from hq_server.corrections.quality import Quality, Version
from hq_server.corrections.repository import Row
from hq_server.database import Database
from hq_server.errors import ChangedError, InputError
from hq_server.feedback import service as feedback
from hq_server.ingest.arrival import printable
from hq_server.sla.policy import Policy

MAX_WHY = 300
# Of the latest texts, the page counts so many: what it costs has an end.
TEXTS_COUNTED = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The form of a correction, as it was filled in."""

    id: str
    """UUID of the form: sent twice, it is kept once."""
    number: int
    """How many corrections there were when the form was shown."""
    text_hash: str
    """Of the words that it was shown with."""
    label: Label
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What grading and people said of one response."""

    said: Label
    stands: Label
    history: Sequence[Row]
    """All corrections, the latest first."""
    stale: bool
    """The words changed since the latest correction, which speaks of others."""
    text_hash: str
    over: Mapping[str, Any]
    """The whole verdict, with what people say laid over it."""

    @property
    def in_force(self) -> Row | None:
        """The correction that counts; None when there is none, or it speaks of other words."""
        return self.history[0] if self.history and not self.stale else None

    @property
    def number(self) -> int:
        """How many corrections there are."""
        return len(self.history)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """What people may say of gradings, and what is learnt from it."""

    database: Database
    policy: Policy
    zone: ZoneInfo
    now: Callable[[], datetime]

    def judged(self, who: SignedIn, said: Mapping[str, Any] | RowMapping) -> Judged | None:
        """Return what was said of a response; None when nothing was graded."""
        if not said["grading"]:
            return None
        with self.database.reading() as connection:
            history = repository.of_response(connection, who.scope, said["id"])
        return _judged(dict(said), history)

    def correct(self, who: SignedIn, response_id: str, given: Given) -> None:
        """Put a correction in force, with what follows for the case: all of it, or nothing.

        ForbiddenError when the role may not correct, or may not lower a grade; ChangedError when
        somebody else corrected first or the words changed; InputError names a wrong field.
        """
        who.demand(Right.ACT)
        wanted, why = given.label.checked(), _checked_why(given.why)
        if not _is_uuid(given.id):
            raise InputError("id", "load the page again")
        with self.database.writing() as connection:
            # Locked as ingest locks it: first the response, then its case.
            said = dict(feedback.held(connection, who.scope, response_id))
            if not said["grading"]:
                raise InputError("grade", "this feedback was not graded")
            history = repository.of_response(connection, who.scope, response_id)
            if any(row["id"] == given.id for row in history):
                return
            judged = _judged(said, history)
            if (judged.number, judged.text_hash) != (given.number, given.text_hash):
                raise ChangedError(said["code"] or response_id, given.number, judged.number)
            if label.is_milder(judged.stands.grade, wanted.grade):
                who.demand(Right.LOWER)
            at = self.now()
            row = _row(said, judged, wanted) | {
                "id": given.id, "why": why, "author": who.name, "at": at,
            }  # fmt: skip
            if not repository.put_in_force(connection, row):
                raise InputError("id", "load the page again")
            ground = Ground(policy=self.policy, zone=self.zone, now=at)
            follow_correction(connection, _corrected(said, judged, wanted, row), ground)

    def quality(self, who: SignedIn, days: int, version: Version | None) -> Quality:
        """Return how often gradings of the last days were corrected."""
        since = self.now() - timedelta(days=days)
        of = (who.scope, since, TEXTS_COUNTED)
        with self.database.reading() as connection:
            counted = quality.counted(repository.gradings(connection, *of))
            corrected = repository.corrected(connection, *of)
        return quality.worked_out(counted, corrected, version)


def labelled(
    connection: Connection, scope: Scope, since: datetime | None
) -> Iterator[dict[str, Any] | None]:
    """Yield each corrected text as a line for training; None for one whose words changed since.

    The fields are those that `grading.training` and `storeloop-hq evaluate` read, and who said it,
    when and why.
    """
    for row in repository.labelled(connection, scope, since):
        yield _line(row) if row["text_hash"] == label.text_hash(row["note"]) else None


def _line(row: Row) -> dict[str, Any]:
    stands = label.over(row["grading"], row)
    return {
        "id": row["response_id"],
        # Kiosks mask before they send; an older one may have known fewer kinds of numbers.
        "text": redact(row["note"]),
        "lang": stands.get("language") or row["language"][:2],
        **{name: stands[name] for name in label.FIELDS},
        "aspects": {each["topic"]: each["polarity"] for each in stands["aspects"]},
        "rating": row["rating"],
        "corrected": [name for name in label.FIELDS if row[name] is not None],
        "by": row["author"],
        "why": row["why"],
        "at": row["at"].isoformat(),
        "lexicon_version": stands.get("lexicon_version", ""),
        "policy_version": stands.get("policy_version", ""),
    }


def _judged(said: Mapping[str, Any], history: Sequence[Row]) -> Judged:
    words = label.text_hash(said["note"])
    stale = bool(history) and history[0]["text_hash"] != words
    in_force = history[0] if history and not stale else None
    return Judged(
        said=label.of(said["grading"]),
        stands=label.corrected(said["grading"], in_force),
        history=history,
        stale=stale,
        text_hash=words,
        over=label.over(said["grading"], in_force),
    )


def _row(said: Mapping[str, Any], judged: Judged, wanted: Label) -> Row:
    """Return the columns that hold only what differs from the verdict."""
    changed = label.differences(judged.said, wanted)
    topics = changed.get("topics")
    return {
        **dict.fromkeys(label.FIELDS),
        **changed,
        "topics": list(topics) if topics else None,
        "store_id": said["store_id"],
        "response_id": said["id"],
        "number": judged.number + 1,
        "grading": said["grading"],
        "text_hash": judged.text_hash,
    }


def _corrected(
    said: Mapping[str, Any], judged: Judged, wanted: Label, row: Mapping[str, Any]
) -> Corrected:
    before = judged.stands
    changes = label.differences(before, wanted)
    facts = replace(
        feedback.facts_of(said),
        grade=wanted.grade,
        department=wanted.department,
        intent=wanted.intent,
    )
    return Corrected(
        id=row["id"],
        author=row["author"],
        why=row["why"],
        changes={name: (getattr(before, name), value) for name, value in changes.items()},
        facts=facts,
    )


def _checked_why(said: str) -> str:
    why = printable(said).strip()
    if not why:
        raise InputError("why", "say why")
    if len(why) > MAX_WHY:
        raise InputError("why", f"at most {MAX_WHY} characters are allowed")
    return redact(why)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
