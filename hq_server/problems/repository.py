"""Votes about problems, and which problems are hidden, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hq_server import bulk
from hq_server.database import Insert, insert
from hq_server.shopper.tables import problem_hidden, problem_votes

Row = dict[str, Any]


def keep_votes(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write votes that are not here yet."""
    bulk.write(connection, problem_votes, rows, _first_stands)


def _first_stands(statement: Insert) -> Insert:
    return statement.on_conflict_do_nothing()


def votes(connection: sa.Connection, store: str, since: datetime) -> list[sa.RowMapping]:
    """Return the votes of a store since then."""
    columns = (problem_votes.c.problem, problem_votes.c.vote, problem_votes.c.occurred_at)
    wanted = sa.select(*columns).where(
        problem_votes.c.store_id == store, problem_votes.c.occurred_at >= since
    )
    return list(connection.execute(wanted).mappings())


def hidden(connection: sa.Connection, store: str) -> frozenset[str]:
    """Return the problems of a store that staff keep from its kiosks."""
    wanted = sa.select(problem_hidden.c.problem).where(problem_hidden.c.store_id == store)
    return frozenset(connection.execute(wanted).scalars())


def hide(connection: sa.Connection, store: str, problem: str, by: str, now: datetime) -> None:
    """Keep a problem from the kiosks of a store."""
    row = {"problem": problem, "store_id": store, "hidden_by": by, "hidden_at": now}
    connection.execute(insert(connection, problem_hidden).on_conflict_do_nothing(), row)


def show(connection: sa.Connection, store: str, problem: str) -> None:
    """Let the kiosks of a store show a problem again."""
    connection.execute(
        sa.delete(problem_hidden).where(
            problem_hidden.c.store_id == store, problem_hidden.c.problem == problem
        )
    )
