"""Scores in the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from hq_server import bulk
from hq_server.accounts.scope import Scope
from hq_server.database import Insert, insert
from hq_server.insights.scores import COUNTED, COUNTS, Key
from hq_server.tables import day_scores, feedback, rollups

_NAME = "scores"


def add(connection: sa.Connection, changes: Mapping[Key, Mapping[str, int]]) -> None:
    """Add to rows of scores; a row that is not here begins with what is added."""
    rows = [
        {"store_id": store, "day": day, "touchpoint": touchpoint, **counts}
        for (store, day, touchpoint), counts in changes.items()
    ]
    bulk.write(connection, day_scores, rows, _added)


def _added(statement: Insert) -> Insert:
    new = {name: day_scores.c[name] + statement.excluded[name] for name in COUNTS}
    keys = [column.name for column in day_scores.primary_key]
    return statement.on_conflict_do_update(index_elements=keys, set_=new)


def zone_counted(connection: sa.Connection, *, locked: bool = False) -> str:
    """Return the zone whose days are counted, "" for none yet; `locked` for this transaction."""
    wanted = sa.select(rollups.c.zone).where(rollups.c.name == _NAME)
    if locked:
        first = insert(connection, rollups).on_conflict_do_nothing(index_elements=["name"])
        connection.execute(first, {"name": _NAME, "zone": ""})
        wanted = wanted.with_for_update()
    return connection.execute(wanted).scalar_one_or_none() or ""


def begin_again(connection: sa.Connection, zone: str) -> None:
    """Drop all scores and note whose days will be counted."""
    connection.execute(sa.delete(day_scores))
    connection.execute(sa.update(rollups).where(rollups.c.name == _NAME).values(zone=zone))


def responses(connection: sa.Connection) -> Iterator[sa.RowMapping]:
    """Yield of every response what the scores count."""
    wanted = sa.select(feedback.c.occurred_at, *(feedback.c[name] for name in COUNTED))
    # A stream of rows on a connection of the caller must not change how its later ones come.
    result = connection.execute(wanted, execution_options={"yield_per": 1000})
    yield from result.mappings()


def of_days(connection: sa.Connection, scope: Scope, days: Sequence[str]) -> list[sa.RowMapping]:
    """Return the scores of some days."""
    wanted = sa.select(day_scores).where(
        scope.of(day_scores.c.store_id), day_scores.c.day.in_(days), day_scores.c.responses > 0
    )
    return list(connection.execute(wanted).mappings())
