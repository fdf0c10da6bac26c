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


def _latest(since: datetime, most: int) -> sa.Subquery:
    """Return the latest texts of the chain, by their arrival: at most so many."""
    return (
        sa.select(feedback.c.id, feedback.c.store_id, feedback.c.grading)
        .where(feedback.c.note.is_not(None), feedback.c.received_at >= since)
        .order_by(feedback.c.received_at.desc())
        .limit(most)
        .subquery("latest")
    )


Version = tuple[str, str]
"""Of the lexicon, and of the policy with the weights."""


_VERSIONS = ("lexicon_version", "policy_version")


def _versions(latest: sa.Subquery) -> list[sa.Label[str]]:
    return [latest.c.grading[name].as_string().label(name) for name in _VERSIONS]


def _version(row: sa.Row[Any]) -> Version:
    return row.lexicon_version or "", row.policy_version or ""


def by_version(
    connection: sa.Connection, scope: Scope, since: datetime, most: int
) -> dict[Version, int]:
    """Return how many of the latest texts were graded by each version."""
    latest = _latest(since, most)
    versions = _versions(latest)
    counted = sa.select(*versions).add_columns(sa.func.count().label("gradings"))
    found = connection.execute(counted.where(scope.of(latest.c.store_id)).group_by(*versions))
    return {_version(row): row.gradings for row in found}


def by_rule(
    connection: sa.Connection, scope: Scope, since: datetime, most: int
) -> dict[tuple[str, Version], int]:
    """Return in how many of the latest gradings each rule took part, by version."""
    latest = _latest(since, most)
    if connection.dialect.name == "sqlite":
        elements = sa.func.json_each(latest.c.grading, "$.evidence")
    else:
        elements = sa.func.json_array_elements(latest.c.grading["evidence"])
    each = elements.table_valued(sa.column("value", sa.JSON), name="each")
    return _counted(connection, scope, latest, each, each.c.value["rule"].as_string())


def by_topic(
    connection: sa.Connection, scope: Scope, since: datetime, most: int
) -> dict[tuple[str, Version], int]:
    """Return how many of the latest gradings named each topic, by version."""
    latest = _latest(since, most)
    if connection.dialect.name == "sqlite":
        elements = sa.func.json_each(latest.c.grading, "$.topics")
    else:
        elements = sa.func.json_array_elements_text(latest.c.grading["topics"])
    each = elements.table_valued(sa.column("value", sa.String), name="each")
    return _counted(connection, scope, latest, each, each.c.value)


def _counted(
    connection: sa.Connection,
    scope: Scope,
    latest: sa.Subquery,
    each: sa.TableValuedAlias,
    named: sa.ColumnElement[str],
) -> dict[tuple[str, Version], int]:
    keys = [named.label("name"), *_versions(latest)]
    counted = (
        sa.select(*keys)
        .add_columns(sa.func.count(latest.c.id.distinct()).label("gradings"))
        .select_from(latest.join(each, sa.true()))
        .where(scope.of(latest.c.store_id))
        .group_by(*keys)
    )
    return {(row.name, _version(row)): row.gradings for row in connection.execute(counted)}


def corrected(connection: sa.Connection, scope: Scope, since: datetime, most: int) -> list[Row]:
    """Return the corrections in force of the latest texts, the latest correction first."""
    latest = _latest(since, most)
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
