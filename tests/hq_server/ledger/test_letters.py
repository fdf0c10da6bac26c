"""hq_server/ledger/letters.py: what was dead is taken in once it can be, and only once (D7)."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.database import Database
from hq_server.errors import NotFoundError
from hq_server.ingest.intake import Answer, Intake
from hq_server.ledger.letters import GAP, Letters
from hq_server.sla import policy
from hq_server.tables import dead_letters
from protocols import wire
from protocols.messages import Response
from tests.hq_server.conftest import NOW
from tests.hq_server.field import batch, response, taken

Take = Callable[..., list[Answer]]
Count = Callable[[str], int]


@pytest.fixture
def letters(database: Database) -> Letters:
    intake = Intake(policy.shipped(), ZoneInfo("Asia/Shanghai"), 2)
    return Letters(database, intake, lambda: NOW)


def _mend(database: Database, raw: bytes) -> None:
    """Put what can be read into every dead letter, as a newer program would find it."""
    with database.writing() as connection:
        connection.execute(sa.update(dead_letters).values(raw=raw))


def _raw(event: Response) -> bytes:
    return wire.encode_event(event)


def test_d7_taken_in_again_it_is_done_and_twice_changes_nothing(
    database: Database, take: Take, letters: Letters, count: Count
) -> None:
    take(taken(batch(response("r1"), b"\xff")))
    (id_,) = letters.waiting(EVERYTHING)
    _mend(database, _raw(response("r2", rating=1, note="吃坏肚子")))
    assert letters.again(EVERYTHING, id_).why is None
    assert letters.again(EVERYTHING, id_).why is None
    assert (count("feedback"), count("cases")) == (2, 1)
    assert letters.waiting(EVERYTHING) == []
    assert letters.listed(EVERYTHING, done=True)[0]["done_at"] == NOW


def test_d7_a_newer_revision_is_not_overwritten_by_an_old_one_that_was_dead(
    database: Database, take: Take, letters: Letters
) -> None:
    take(taken(batch(b"\xff", response("r1", rev=2, note="newer"))))
    _mend(database, _raw(response("r1", rev=1, note="older")))
    (id_,) = letters.waiting(EVERYTHING)
    assert letters.again(EVERYTHING, id_).why is None
    with database.reading() as connection:
        found = connection.execute(sa.text("SELECT note, rev FROM feedback")).all()
    assert found == [("newer", 2)]


def test_what_still_cannot_be_read_says_why(take: Take, letters: Letters) -> None:
    take(taken(batch(response("r1", store="s2"), b"\xff")))
    first, second = (letters.again(EVERYTHING, id_) for id_ in letters.waiting(EVERYTHING))
    assert "event of store s2" in str(first.why)
    assert "not an event" in str(second.why)
    assert [row["tried_at"] for row in letters.listed(EVERYTHING)] == [NOW, NOW]
    assert len(letters.waiting(EVERYTHING, "k1")) == 2
    assert letters.waiting(EVERYTHING, "k2") == []


def test_a_whole_message_comes_in_as_if_it_came_now(
    database: Database, take: Take, letters: Letters, count: Count
) -> None:
    take(taken(b"\x00 whole"))
    (id_,) = letters.waiting(EVERYTHING)
    assert "not a hop message" in str(letters.again(EVERYTHING, id_).why)
    _mend(database, wire.encode(batch(response("r3"), first=3)))
    assert letters.again(EVERYTHING, id_).why == GAP
    take(taken(batch(response("r1"), response("r2"))))
    assert letters.again(EVERYTHING, id_).why is None
    take(taken(batch(response("r3"), first=3)))
    assert count("feedback") == 3


def test_a_letter_of_another_store_is_not_found(take: Take, letters: Letters) -> None:
    take(taken(batch(b"\xff")))
    (id_,) = letters.waiting(EVERYTHING)
    elsewhere = Scope(frozenset({"s2"}))
    assert letters.waiting(elsewhere) == []
    with pytest.raises(NotFoundError):
        letters.again(elsewhere, id_)
    assert letters.one(EVERYTHING, id_)["raw"] == b"\xff"
