"""hq_server/problems/repository.py: votes and what is hidden, each once."""

from __future__ import annotations

from datetime import timedelta

from hq_server.database import Database
from hq_server.problems import repository
from tests.hq_server.conftest import NOW


def _vote(id_: str, store: str = "s1") -> repository.Row:
    return {
        "id": id_, "store_id": store, "gateway_id": "g1", "problem": "p", "topic": "t",
        "place": None, "touchpoint": None, "vote": "fixed", "occurred_at": NOW, "received_at": NOW,
    }  # fmt: skip


def test_a_vote_is_kept_once(database: Database) -> None:
    with database.writing() as connection:
        for _ in range(2):
            repository.keep_votes(connection, [_vote("v1"), _vote("v2"), _vote("v1", "s2")])
        assert len(repository.votes(connection, "s1", NOW)) == 2
        assert repository.votes(connection, "s1", NOW + timedelta(seconds=1)) == []


def test_what_is_hidden_is_so_in_one_store(database: Database) -> None:
    with database.writing() as connection:
        repository.hide(connection, "s1", "p", "m1", NOW)
        repository.hide(connection, "s1", "p", "m2", NOW)
        assert repository.hidden(connection, "s1") == {"p"}
        assert repository.hidden(connection, "s2") == frozenset()
        repository.show(connection, "s1", "p")
        assert repository.hidden(connection, "s1") == frozenset()
