"""hq_server/feedback/repository.py: the higher revision stands, within its store."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.database import TRANSIENT, Database, RacedError
from hq_server.feedback import repository
from hq_server.ingest.intake import Answer
from hq_server.tables import feedback
from protocols.messages import Lane, Stream
from protocols.till_events import ReceiptLinked
from tests.hq_server.conftest import NOW
from tests.hq_server.field import GATEWAY, at, batch, response, taken

Take = Callable[..., list[Answer]]


def _link(store: str, number: str) -> ReceiptLinked:
    return ReceiptLinked(
        id=f"l-{store}", store=store, at=at(), response="r1", receipt="q", number=number, till="t",
        offset_ms=1,
    )  # fmt: skip


def test_a_link_from_another_store_is_not_shown(database: Database, take: Take) -> None:
    foreign = Stream(device="g2", epoch="e", lane=Lane.BULK)
    take(taken(batch(_link("s2", "forged"), stream=foreign), gateway="g2"))
    take(taken(batch(response("r1"))), taken(batch(_link("s1", "real"), stream=GATEWAY)))
    with database.reading() as connection:
        row = repository.one(connection, EVERYTHING, "r1")
        rows = repository.listed(connection, EVERYTHING, since=None, before=None, limit=10)
    assert row is not None
    assert (row["receipt_number"], len(rows)) == ("real", 1)


def test_known_and_scope(database: Database, take: Take) -> None:
    take(taken(batch(response("r1", rev=3))))
    with database.reading() as connection:
        known = repository.known(connection, ["r1", "r2"])
        assert repository.one(connection, Scope(frozenset({"s2"})), "r1") is None
        assert repository.sealed_contact(connection, EVERYTHING, "r1") is None
    assert {id_: (each.rev, each.received_at) for id_, each in known.items()} == {"r1": (3, NOW)}


def test_a_lower_revision_or_another_store_never_replaces_what_stands(
    database: Database, take: Take
) -> None:
    """The database itself compares, for the case that two processes write at once."""
    take(taken(batch(response("r1", rev=3, rating=4))))
    with database.writing() as connection:
        row = dict(connection.execute(sa.select(feedback)).mappings().one())
        for change in ({"rev": 2}, {"rev": 3}, {"rev": 9, "store_id": "s2"}):
            repository.keep(connection, [row | {"rating": 1} | change])
            stands = connection.execute(sa.select(feedback)).mappings().one()
            assert dict(stands) == row, change
        repository.keep(connection, [row | {"rating": 1, "rev": 4}])
        assert connection.execute(sa.select(feedback.c.rating)).scalar_one() == 1


def test_more_responses_than_a_statement_can_name_are_looked_up(
    database: Database, take: Take
) -> None:
    take(taken(batch(response("r1"))))
    wanted = [f"x{number}" for number in range(70_000)]
    with database.reading() as connection:
        assert set(repository.known(connection, [*wanted, "r1"])) == {"r1"}
        assert [row["id"] for row in repository.facts(connection, [*wanted, "r1"])] == ["r1"]


def test_what_another_process_wrote_first_is_noticed(database: Database, take: Take) -> None:
    """Both found the response new; the second must look again, or its old score stays counted."""
    take(taken(batch(response("r1", rev=3, rating=4))))
    with database.writing() as connection:
        row = dict(connection.execute(sa.select(feedback)).mappings().one())
        new = [row | {"id": f"n{number}"} for number in range(150)]
        with pytest.raises(RacedError):
            repository.add(connection, [*new, row | {"rev": 9}])
    assert issubclass(RacedError, TRANSIENT)
