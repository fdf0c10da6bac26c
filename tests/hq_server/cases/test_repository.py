"""hq_server/cases/repository.py: order, filters, and one entry per source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING
from hq_server.cases import repository
from hq_server.cases.case import Filter
from hq_server.database import Database, new_id
from hq_server.ingest.intake import Answer
from hq_server.tables import cases
from tests.hq_server.conftest import NOW
from tests.hq_server.field import at, batch, response, taken

Take = Callable[..., list[Answer]]


def _fill(take: Take) -> None:
    old = at(NOW - timedelta(hours=3))
    take(
        taken(
            batch(
                response("b", rating=4, note="请问会员积分在哪里查"),
                response("a", rating=2),
                response("s", rating=1, note="吃了过敏，全身起疹子", at=old),
            )
        )
    )


def test_what_is_due_first_is_listed_first(database: Database, take: Take) -> None:
    _fill(take)
    with database.reading() as connection:
        found = repository.listed(connection, EVERYTHING, Filter())
        counted = repository.counts(connection, EVERYTHING, NOW)
    assert [row["response_id"] for row in found] == ["s", "a", "b"]
    assert counted == {"S": 1, "A": 1, "B": 1, "late": 1}


def test_filters(database: Database, take: Take) -> None:
    _fill(take)
    with database.reading() as connection:

        def ids(**wanted: str) -> list[str]:
            rows = repository.listed(connection, EVERYTHING, Filter(**wanted))  # type: ignore[arg-type]
            return [row["response_id"] for row in rows]

        code = connection.execute(sa.select(cases.c.code).where(cases.c.grade == "S")).scalar_one()
        assert ids(grade="A") == ["a"]
        assert ids(code=code) == ["s"]
        assert ids(status="closed") == []
        assert len(ids(status="open")) == len(ids(status="all")) == 3
        assert ids(store="s2") == []


def test_the_same_source_is_written_once(database: Database, take: Take) -> None:
    _fill(take)
    with database.writing() as connection:
        case = repository.listed(connection, EVERYTHING, Filter())[0]
        entry = {
            "store_id": "s1", "case_id": case["id"], "kind": "alarm", "actor": "hq", "note": None,
            "detail": {}, "at": NOW, "source": "alarm:a1:raised",
        }  # fmt: skip
        for _ in range(2):
            repository.add_timeline(connection, [entry | {"id": new_id()}])
        kinds = [e["kind"] for e in repository.timeline_of(connection, EVERYTHING, case["id"])]
    assert sorted(kinds) == ["alarm", "opened"]


def test_a_change_needs_the_version_that_was_seen(database: Database, take: Take) -> None:
    _fill(take)
    with database.writing() as connection:
        id_ = repository.listed(connection, EVERYTHING, Filter())[0]["id"]
        assert repository.change(connection, id_, 1, {"assignee": "li"})
        assert not repository.change(connection, id_, 1, {"assignee": "wu"})
