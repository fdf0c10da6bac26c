"""Corrections in the database, and what gradings they are seen against."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.corrections.tables import corrections
from hq_server.database import insert
from hq_server.tables import cases, feedback

Row = dict[str, Any]


def of_response(connection: sa.Connection, scope: Scope, response_id: str) -> list[Row]:
    """Return the corrections of a response, the latest first; the one in force is the first."""
    wanted = (
        sa.select(corrections)
        .where(corrections.c.response_id == response_id, scope.of(corrections.c.store_id))
        .order_by(corrections.c.number.desc())
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]


def put_in_force(connection: sa.Connection, row: Row) -> bool:
    """Write a correction in the place of the one before; False when its id is taken."""
    connection.execute(
        sa.update(corrections)
        .where(corrections.c.response_id == row["response_id"], corrections.c.in_force)
        .values(in_force=False)
    )
    statement = insert(connection, corrections).on_conflict_do_nothing(index_elements=["id"])
    written = connection.execute(statement.returning(corrections.c.id), row | {"in_force": True})
    return written.scalar_one_or_none() is not None


# --- for training -------------------------------------------------------------------------------

_JOINED = corrections.join(feedback, feedback.c.id == corrections.c.response_id)


def labelled(connection: sa.Connection, scope: Scope, since: datetime | None) -> Iterator[Row]:
    """Yield the corrections in force of feedback that has words, the first ones first."""
    wanted = (
        sa.select(
            corrections,
            feedback.c.note,
            feedback.c.rating,
            feedback.c.language,
        )
        .select_from(_JOINED)
        .where(corrections.c.in_force, scope.of(corrections.c.store_id))
        .where(feedback.c.note.is_not(None))
        .order_by(corrections.c.at, corrections.c.id)
    )
    if since is not None:
        wanted = wanted.where(corrections.c.at >= since)
    found = connection.execute(wanted, execution_options={"yield_per": 500})
    for row in found.mappings():
        yield dict(row)


# --- how good gradings are ----------------------------------------------------------------------


def _latest(since: datetime, most: int, *columns: sa.Column[Any]) -> sa.Subquery:
    """Return the latest texts of the chain, by their arrival: at most so many."""
    return (
        sa.select(*columns)
        .where(feedback.c.note.is_not(None), feedback.c.received_at >= since)
        .order_by(feedback.c.received_at.desc())
        .limit(most)
        .subquery("latest")
    )


def gradings(connection: sa.Connection, scope: Scope, since: datetime, most: int) -> Iterator[str]:
    """Yield the verdicts on the latest texts, as JSON."""
    latest = _latest(since, most, feedback.c.store_id, feedback.c.grading)
    # As text: who counts reads four fields of it, in less time than all of it takes.
    wanted = sa.select(sa.cast(latest.c.grading, sa.Text)).where(scope.of(latest.c.store_id))
    found = connection.execute(wanted, execution_options={"yield_per": 5000})
    return (grading for grading in found.scalars() if grading)


def corrected(connection: sa.Connection, scope: Scope, since: datetime, most: int) -> list[Row]:
    """Return the corrections in force of the latest texts, the latest correction first."""
    latest = _latest(since, most, feedback.c.id)
    wanted = (
        sa.select(
            corrections,
            feedback.c.note,
            feedback.c.grading.label("grading_now"),
            feedback.c.occurred_at,
            feedback.c.language,
            cases.c.id.label("case_id"),
        )
        .select_from(
            latest.join(corrections, corrections.c.response_id == latest.c.id)
            .join(feedback, feedback.c.id == latest.c.id)
            .outerjoin(cases, cases.c.response_id == latest.c.id)
        )
        .where(corrections.c.in_force, scope.of(corrections.c.store_id))
        .order_by(corrections.c.at.desc(), corrections.c.id)
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]
