"""The rules of the chain: one draft that people work on, revisions, and which is in force.

A revision never changes. What was published is taken back by putting an older one in force again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from hq_server.accounts.scope import EVERYTHING
from hq_server.briefs import holding
from hq_server.database import new_id
from hq_server.devices import service as devices
from hq_server.errors import (
    DraftChangedError,
    InputError,
    LeavesSError,
    NotFoundError,
    NotReplayedError,
)
from hq_server.rulebook import replaying, repository
from hq_server.rulebook.grading_by import BUILT_IN, in_force, rulebook_of
from protocols import wire
from protocols.briefs import RulebookChanges

SHOWN = 100
LONGEST_NOTE = 500
MOST_BYTES = 128 * 1024
"""Of a text of changes: it travels to every store."""
_HIGHEST = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who did it, why and when: what the history shows."""

    author: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What people work on; always rules that grading can use."""

    toml: str
    edits: int
    """How often it was kept; 0 before the first time."""
    made_from: int
    author: str = ""
    saved_at: datetime | None = None

    @property
    def seen(self) -> str:
        """What a form shown with this draft brings back: whether it is still the same text.

        No count of edits would do: the next draft begins anew.
        """
        return hashlib.sha256(self.toml.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Changes that were published at some time."""

    number: int
    toml: str
    made_from: int
    author: str
    note: str
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """That somebody put a revision in force."""

    revision: int
    author: str
    note: str
    at: datetime


# --- the draft ------------------------------------------------------------------------------------


def draft(connection: Connection) -> Draft:
    """Return the draft; before the first edit it is what is in force."""
    row = repository.draft(connection)
    if row is None:
        now = in_force(connection)
        return Draft(toml=now.toml, edits=0, made_from=now.revision)
    return _draft(row)


def _draft(row: RowMapping) -> Draft:
    names = ("toml", "edits", "made_from", "author", "saved_at")
    return Draft(**{name: row[name] for name in names})


def save(connection: Connection, toml: str, seen: str, author: str, now: datetime) -> Draft:
    """Keep a draft in place of the one that was `seen`, and return it.

    FaultyRulesError names all that is wrong; DraftChangedError tells who was faster.
    """
    demand_fit(toml)
    row = repository.draft(connection, lock=True)
    current = in_force(connection).revision
    before = draft(connection)
    if seen != before.seen:
        raise _changed(row)
    values: Mapping[str, object] = {
        "toml": toml,
        "edits": before.edits + 1,
        "author": author,
        "saved_at": now,
    }
    if row is not None:
        repository.keep_draft(connection, values)
    elif not repository.begin_draft(connection, {**values, "made_from": current}):
        raise _changed(repository.draft(connection))
    return draft(connection)


def _changed(row: RowMapping | None) -> DraftChangedError:
    return DraftChangedError(row["author"] if row else "", row["saved_at"] if row else None)


def discard(connection: Connection, seen: str) -> None:
    """Forget the draft that was `seen`."""
    _demand_same(connection, seen)
    repository.drop_draft(connection)


def _demand_same(connection: Connection, seen: str) -> Draft:
    row = repository.draft(connection, lock=True)
    if row is None or _draft(row).seen != seen:
        raise _changed(row)
    return _draft(row)


def demand_fit(toml: str) -> None:
    """Raise FaultyRulesError when grading cannot use these changes."""
    size = len(toml.encode())
    if size > MOST_BYTES:
        raise InputError("toml", f"{size} bytes; at most {MOST_BYTES} are allowed")
    rulebook_of(toml)


# --- putting in force -----------------------------------------------------------------------------


def publish(connection: Connection, seen: str, leaving: int, signed: Signed) -> int:
    """Put the draft that was `seen` in force as the next revision, and return its number.

    It must have been replayed just so; `leaving` is how many texts that leave S were agreed to.
    """
    found = _demand_same(connection, seen)
    number = publish_changes(connection, found.toml, found.made_from, leaving, signed)
    repository.drop_draft(connection)
    return number


def publish_changes(
    connection: Connection, toml: str, made_from: int, leaving: int, signed: Signed
) -> int:
    """Put changes in force as the next revision, and return its number; see `publish`."""
    demand_fit(toml)
    repository.hold(connection)
    now = in_force(connection)
    if toml == now.toml:
        raise InputError("draft", "these rules are in force already")
    signed = with_note(signed)
    replay = replaying.latest(connection, toml)
    if replay is None or not replay.finished:
        raise NotReplayedError
    if leaving != replay.leaves_s:
        raise LeavesSError(replay.leaves_s)
    number = repository.highest(connection)[0] + 1
    repository.add_revision(
        connection,
        {
            "id": new_id(),
            "number": number,
            "toml": toml,
            "made_from": made_from,
            "author": signed.author,
            "note": signed.note,
            "saved_at": signed.at,
        },
    )
    _put_in_force(connection, number, signed)
    return number


def roll_back(connection: Connection, number: int, signed: Signed) -> None:
    """Put an older revision in force again, or the built-in rules alone (0)."""
    if number != BUILT_IN:
        demand_fit(revision(connection, number).toml)
    repository.hold(connection)
    if number == in_force(connection).revision:
        raise InputError("revision", "these rules are in force already")
    _put_in_force(connection, number, with_note(signed))


def _put_in_force(connection: Connection, number: int, signed: Signed) -> None:
    repository.publish(
        connection,
        {
            "id": new_id(),
            "number": repository.highest(connection)[1] + 1,
            "revision": number,
            "author": signed.author,
            "note": signed.note,
            "published_at": signed.at,
        },
    )
    note_versions(connection, signed.at)
    holding.mark_stale(connection, devices.stores(connection, EVERYTHING))


def with_note(signed: Signed) -> Signed:
    """Return it with the note as it is kept; InputError when that says nothing or too much."""
    note = signed.note.replace("\x00", "").strip()
    if not note:
        raise InputError("note", "say why: it stands in the history")
    if len(note) > LONGEST_NOTE:
        raise InputError("note", f"at most {LONGEST_NOTE} characters are allowed")
    return Signed(author=signed.author, note=note, at=signed.at)


# --- looking --------------------------------------------------------------------------------------


def revision(connection: Connection, number: int) -> Revision:
    """Return a revision, or raise NotFoundError."""
    row = repository.revision(connection, number) if 0 < number <= _HIGHEST else None
    if row is None:
        raise NotFoundError("revision", str(number))
    names = ("number", "toml", "made_from", "author", "note", "saved_at")
    return Revision(**{name: row[name] for name in names})


def history(connection: Connection) -> list[Publication]:
    """Return what was put in force, the latest first."""
    return [
        Publication(
            revision=row["revision"], author=row["author"], note=row["note"], at=row["published_at"]
        )
        for row in repository.history(connection, SHOWN)
    ]


def note_versions(connection: Connection, now: datetime) -> None:
    """Remember which revision the versions of what is in force mean, for gradings of today."""
    current = in_force(connection)
    if not current.problems:
        row = {
            "lexicon_version": current.rulebook.lexicon_version,
            "policy_version": current.rulebook.policy_version,
            "revision": current.revision,
            "first_at": now,
        }
        repository.note_versions(connection, row)


def revision_of(connection: Connection, grading: Mapping[str, object] | None) -> int | None:
    """Return the revision that a stored grading was made by, if that is known; 0: built-in."""
    said = grading or {}
    versions = (str(said.get("lexicon_version", "")), str(said.get("policy_version", "")))
    found = repository.revision_of(connection, *versions)
    if found is None and versions == _versions(""):
        return BUILT_IN
    return found


def _versions(toml: str) -> tuple[str, str]:
    rulebook = rulebook_of(toml)
    return rulebook.lexicon_version, rulebook.policy_version


# --- what stores are told -------------------------------------------------------------------------


def document(connection: Connection) -> bytes | None:
    """Return what every store is told of the rules; None: nothing was ever published."""
    found = repository.in_force(connection)
    return None if found is None else brief_body(*found)


def brief_body(number: int, toml: str) -> bytes:
    """Return a revision as it is signed and sent."""
    return wire.encode_brief_body(RulebookChanges(revision=number, toml=toml))
