"""The rulebook's draft, revisions, publications and replays in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.database import RacedError, insert
from hq_server.rulebook.tables import (
    changed,
    drafts,
    publications,
    replays,
    revisions,
    versions,
)
from hq_server.tables import feedback, gateways

Row = Mapping[str, object]
_DRAFT = "draft"
_OF_TEXTS = (
    feedback.c.id,
    feedback.c.store_id,
    feedback.c.touchpoint,
    feedback.c.note,
    feedback.c.rating,
    feedback.c.reasons,
    feedback.c.language,
    feedback.c.contact_consent,
    feedback.c.contact_sealed.is_not(None).label("has_contact"),
)

# --- the draft ------------------------------------------------------------------------------------


def draft(connection: sa.Connection, *, lock: bool = False) -> sa.RowMapping | None:
    """Return the draft; locked, nobody else changes it until the transaction ends."""
    wanted = sa.select(drafts).where(drafts.c.id == _DRAFT)
    found = connection.execute(wanted.with_for_update() if lock else wanted)
    return found.mappings().one_or_none()


def begin_draft(connection: sa.Connection, row: Row) -> bool:
    """Write the first draft; False when somebody else began one first."""
    statement = insert(connection, drafts).on_conflict_do_nothing(index_elements=["id"])
    written = connection.execute(statement.returning(drafts.c.id), {"id": _DRAFT, **row})
    return written.scalar_one_or_none() is not None


def keep_draft(connection: sa.Connection, row: Row) -> None:
    """Write the draft that was locked before."""
    connection.execute(sa.update(drafts).where(drafts.c.id == _DRAFT).values(**row))


def drop_draft(connection: sa.Connection) -> None:
    """Delete the draft."""
    connection.execute(sa.delete(drafts).where(drafts.c.id == _DRAFT))


# --- revisions, and which is in force -------------------------------------------------------------


def in_force(connection: sa.Connection) -> tuple[int, str] | None:
    """Return the revision in force with its text; None when none was ever published."""
    wanted = (
        sa.select(publications.c.revision, revisions.c.toml)
        .select_from(
            publications.outerjoin(revisions, revisions.c.number == publications.c.revision)
        )
        .order_by(publications.c.number.desc())
        .limit(1)
    )
    row = connection.execute(wanted).one_or_none()
    return None if row is None else (row.revision, row.toml or "")


def history(connection: sa.Connection, limit: int) -> list[sa.RowMapping]:
    """Return what was put in force, the latest first."""
    wanted = sa.select(publications).order_by(publications.c.number.desc()).limit(limit)
    return list(connection.execute(wanted).mappings())


def revision(connection: sa.Connection, number: int) -> sa.RowMapping | None:
    """Return one revision."""
    wanted = sa.select(revisions).where(revisions.c.number == number)
    return connection.execute(wanted).mappings().one_or_none()


def all_revisions(connection: sa.Connection, limit: int) -> list[sa.RowMapping]:
    """Return revisions, the latest first."""
    wanted = sa.select(revisions).order_by(revisions.c.number.desc()).limit(limit)
    return list(connection.execute(wanted).mappings())


def highest(connection: sa.Connection) -> tuple[int, int]:
    """Return the highest numbers of a revision and of a publication; 0 before the first."""
    found = (
        connection.execute(sa.select(sa.func.max(column))).scalar_one() or 0
        for column in (revisions.c.number, publications.c.number)
    )
    return next(found), next(found)


def hold(connection: sa.Connection) -> None:
    """Let nobody else put anything in force until the transaction ends; to look is free."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer
        connection.execute(sa.text(f"LOCK TABLE {publications.name} IN EXCLUSIVE MODE"))


def add_revision(connection: sa.Connection, row: Row) -> None:
    """Write a revision; RacedError when another process took its number first."""
    _add_numbered(connection, revisions, row)


def publish(connection: sa.Connection, row: Row) -> None:
    """Put a revision in force; RacedError when another process did something first."""
    _add_numbered(connection, publications, row)


def _add_numbered(connection: sa.Connection, table: sa.Table, row: Row) -> None:
    statement = insert(connection, table).on_conflict_do_nothing(index_elements=["number"])
    written = connection.execute(statement.returning(table.c.id), row)
    if written.scalar_one_or_none() is None:
        raise RacedError


# --- what versions mean ---------------------------------------------------------------------------


def note_versions(connection: sa.Connection, row: Row) -> None:
    """Write which revision some versions mean; the first that had them stands."""
    connection.execute(insert(connection, versions).on_conflict_do_nothing(), row)


def revision_of(connection: sa.Connection, lexicon_version: str, policy_version: str) -> int | None:
    """Return the revision that graded by these versions, if it is known."""
    wanted = sa.select(versions.c.revision).where(
        versions.c.lexicon_version == lexicon_version, versions.c.policy_version == policy_version
    )
    return connection.execute(wanted).scalar_one_or_none()


def gateway_rules(connection: sa.Connection, scope: Scope) -> list[sa.RowMapping]:
    """Return what each gateway says that it grades by."""
    wanted = sa.select(
        gateways.c.id, gateways.c.store_id, gateways.c.rules, gateways.c.state_at,
        gateways.c.codes_left,
    )  # fmt: skip
    chosen = wanted.where(scope.of(gateways.c.store_id)).order_by(gateways.c.id)
    return list(connection.execute(chosen).mappings())


# --- replays --------------------------------------------------------------------------------------


def add_replay(connection: sa.Connection, row: Row) -> None:
    """Write a replay that begins."""
    connection.execute(sa.insert(replays), row)


def replay(connection: sa.Connection, id_: str) -> sa.RowMapping | None:
    """Return one replay."""
    wanted = sa.select(replays).where(replays.c.id == id_)
    return connection.execute(wanted).mappings().one_or_none()


def latest_replay(
    connection: sa.Connection, version: str, before_version: str
) -> sa.RowMapping | None:
    """Return the last replay of these rules against those."""
    wanted = (
        sa.select(replays)
        .where(replays.c.version == version, replays.c.before_version == before_version)
        .order_by(replays.c.id.desc())
        .limit(1)
    )
    return connection.execute(wanted).mappings().one_or_none()


def advance_replay(connection: sa.Connection, id_: str, row: Row) -> bool:
    """Write how far a replay is; False when it is gone."""
    done = connection.execute(sa.update(replays).where(replays.c.id == id_).values(**row))
    return done.rowcount == 1


def forget_replays(connection: sa.Connection, newest: str, keep: int) -> None:
    """Delete all but the newest and the last that ended; one that runs ends by it."""
    ended = sa.select(replays.c.id).where(replays.c.ended_at.is_not(None))
    found = connection.execute(ended.order_by(replays.c.id.desc()).limit(keep - 1)).scalars()
    last = [newest, *found]
    connection.execute(sa.delete(changed).where(changed.c.replay_id.not_in(last)))
    connection.execute(sa.delete(replays).where(replays.c.id.not_in(last)))


def keep_changed(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write texts that change."""
    if rows:
        connection.execute(sa.insert(changed), list(rows))


def changed_texts(
    connection: sa.Connection, scope: Scope, id_: str, rank: int | None, limit: int
) -> list[sa.RowMapping]:
    """Return texts that change with their words, the gravest change first; of one rank, or all."""
    wanted = (
        sa.select(
            changed, feedback.c.note, feedback.c.rating, feedback.c.reasons,
            feedback.c.touchpoint, feedback.c.occurred_at,
        )
        .select_from(changed.join(feedback, feedback.c.id == changed.c.response_id))
        .where(changed.c.replay_id == id_, scope.of(changed.c.store_id))
        .order_by(changed.c.rank, changed.c.response_id.desc())
        .limit(limit)
    )  # fmt: skip
    if rank is not None:
        wanted = wanted.where(changed.c.rank == rank)
    return list(connection.execute(wanted).mappings())


def count_texts(connection: sa.Connection) -> int:
    """Return how much feedback there is."""
    found: int = connection.execute(sa.select(sa.func.count()).select_from(feedback)).scalar_one()
    return found


def texts_after(connection: sa.Connection, after: str, limit: int) -> list[sa.RowMapping]:
    """Return feedback with what it is graded by, in order of its id."""
    wanted = sa.select(*_OF_TEXTS).where(feedback.c.id > after)
    return list(connection.execute(wanted.order_by(feedback.c.id).limit(limit)).mappings())
