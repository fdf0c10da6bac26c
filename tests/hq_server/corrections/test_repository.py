"""hq_server/corrections/repository.py: what is counted has an end, and is the latest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.corrections import repository
from hq_server.database import Database
from hq_server.ingest.intake import Answer
from tests.hq_server.conftest import NOW
from tests.hq_server.field import batch, response, taken

Take = Callable[..., list[Answer]]
SINCE = NOW - timedelta(days=1)


def test_only_so_many_texts_are_counted_and_no_taps(database: Database, take: Take) -> None:
    said = [response(f"r{n}", rating=2, note="排队太久了") for n in range(4)]
    take(taken(batch(*said, response("tap", rating=1))))
    with database.reading() as connection:
        everything = repository.by_version(connection, EVERYTHING, SINCE, 100)
        bounded = repository.by_version(connection, EVERYTHING, SINCE, 3)
        older = repository.by_version(connection, EVERYTHING, NOW + timedelta(days=1), 100)
        elsewhere = repository.by_rule(connection, Scope(frozenset({"s2"})), SINCE, 100)
    assert sum(everything.values()) == 4
    assert sum(bounded.values()) == 3
    assert (older, elsewhere) == ({}, {})


def test_a_rule_that_matched_twice_took_part_once(database: Database, take: Take) -> None:
    take(taken(batch(response("r1", rating=2, note="排队太久了。又是排队太久了。"))))
    with database.reading() as connection:
        rules = repository.by_rule(connection, EVERYTHING, SINCE, 100)
        topics = repository.by_topic(connection, EVERYTHING, SINCE, 100)
    assert set(rules.values()) == {1}
    assert set(topics.values()) == {1}
