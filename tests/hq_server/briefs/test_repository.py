"""hq_server/briefs/repository.py: what is stale, what is wanted, and what may be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hq_server.briefs import repository
from hq_server.database import Database
from tests.hq_server.conftest import NOW

SOON = NOW + timedelta(minutes=5)


def test_a_store_is_composed_when_it_is_stale_or_long_ago(database: Database) -> None:
    with database.writing() as connection:
        assert {store for store, _ in repository.to_compose(connection, NOW)} == {"s1", "s2"}
        repository.begin_composing(connection, ["s1", "s2"], NOW)
        assert repository.to_compose(connection, NOW) == []
        repository.mark_stale(connection, ["s2", "s2"])
        assert repository.to_compose(connection, NOW) == [("s2", "g2")]
        assert repository.to_compose(connection, SOON) == [("s2", "g2"), ("s1", "g1")]


def test_a_body_is_forgotten_when_nobody_is_to_hold_it_any_more(
    database: Database, count: Callable[[str], int]
) -> None:
    def _row(version: str) -> dict[str, object]:
        return {"addressee": "s1", "kind": "survey", "store_id": "s1", "version": version,
                "changed_at": NOW}  # fmt: skip

    with database.writing() as connection:
        repository.want(connection, [_row("a")], {"a": b"1"})
        repository.want(connection, [_row("b")], {"b": b"2"})
        assert repository.forget_bodies(connection, NOW) == 0  # it may be wanted again just now
        assert repository.forget_bodies(connection, SOON) == 1
        assert repository.body(connection, "a") is None
        assert repository.body(connection, "b") == b"2"
    assert count("documents") == 1
