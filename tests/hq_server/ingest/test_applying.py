"""hq_server/ingest/applying.py: together or one by one, the rows are the same."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from hq_server.database import Database
from hq_server.ingest.intake import Answer, Care
from hq_server.tables import cases, feedback
from tests.hq_server.field import batch, response, taken

Take = Callable[..., list[Answer]]


def rows(database: Database, table: sa.Table) -> list[sa.RowMapping]:
    with database.reading() as connection:
        return list(connection.execute(sa.select(table)).mappings())


def test_one_by_one_gives_the_same(database: Database, take: Take) -> None:
    take(
        taken(batch(response("r1", rating=1), response("r1", rev=2, rating=2))),
        care=Care.ONE_BY_ONE,
    )
    assert rows(database, feedback)[0]["rev"] == 2
    assert len(rows(database, cases)) == 1
