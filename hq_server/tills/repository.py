"""Receipts, their links and on-site instructions in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from hq_server import bulk
from hq_server.accounts.scope import Scope
from hq_server.database import Insert
from hq_server.tills.tables import instructions, receipt_links, receipts

Row = dict[str, Any]


def keep_receipts(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write receipts that are not here yet."""
    bulk.write(connection, receipts, rows, _first_stands)


def keep_links(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write which receipt a rating belongs to, or why none: the best way stands, then the last."""
    bulk.write(connection, receipt_links, rows, _best_stands)


def keep_instructions(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write instructions; what a row leaves open stays as it was."""
    bulk.write(connection, instructions, rows, _filled_in)


def _first_stands(statement: Insert) -> Insert:
    return statement.on_conflict_do_nothing()


def _best_stands(statement: Insert) -> Insert:
    keys = receipt_links.primary_key.columns.keys()
    new = {name: statement.excluded[name] for name in receipt_links.c.keys() if name not in keys}  # noqa: SIM118
    as_good = statement.excluded["rank"] >= receipt_links.c.rank
    return statement.on_conflict_do_update(index_elements=keys, set_=new, where=as_good)


def _filled_in(statement: Insert) -> Insert:
    keys = instructions.primary_key.columns.keys()
    new = {
        column.name: sa.func.coalesce(column, statement.excluded[column.name])
        for column in instructions.columns
        if column.name not in keys
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=new)


def latest_instructions(connection: sa.Connection, scope: Scope, limit: int) -> list[sa.RowMapping]:
    """Return instructions, the latest given first."""
    wanted = (
        sa.select(instructions)
        .where(scope.of(instructions.c.store_id), instructions.c.given_at.is_not(None))
        .order_by(instructions.c.given_at.desc(), instructions.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(wanted).mappings())
