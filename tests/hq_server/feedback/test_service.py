"""hq_server/feedback/service.py: revisions merged and graded; a ledger of all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.database import Database
from hq_server.errors import NotFoundError
from hq_server.feedback import service
from hq_server.ingest.intake import Answer
from tests.hq_server.conftest import NOW
from tests.hq_server.field import at, batch, response, taken

Take = Callable[..., list[Answer]]


def test_a_revision_keeps_when_the_visit_began_and_came(database: Database, take: Take) -> None:
    begun = NOW - timedelta(minutes=3)
    take(taken(batch(response("r1", at=at(begun))), when=begun))
    take(taken(batch(response("r1", rev=2, rating=1), first=2)))
    with database.reading() as connection:
        (line,) = list(service.ledger(connection))
    assert (line["rev"], line["rating"]) == (2, 1)
    assert line["occurred_at"] == line["received_at"] == begun.isoformat()
    assert line["case"] is not None


def test_an_older_revision_changes_nothing_else(database: Database, take: Take) -> None:
    take(taken(batch(response("r1", rev=5, rating=4))))
    take(taken(batch(response("r1", rev=2, rating=1), first=2)))
    with database.reading() as connection:
        row = service.one(connection, EVERYTHING, "r1")
        with pytest.raises(NotFoundError):
            service.one(connection, Scope(frozenset({"s2"})), "r1")
    assert (row["rev"], row["rating"], row["grade"]) == (5, 4, "B")


def test_the_lexicon_that_graded_is_on_record(database: Database, take: Take) -> None:
    take(taken(batch(response("r1", rating=1, note="吃了过敏，全身起疹子"))))
    with database.reading() as connection:
        row = service.one(connection, EVERYTHING, "r1")
    assert row["lexicon_version"] == row["grading"]["lexicon_version"] != ""
    assert any(found["effect"] == "harm" for found in row["grading"]["evidence"])
