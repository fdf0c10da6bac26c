"""hq_server/corrections/repository.py: what is counted has an end, and is the latest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

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

        def _count(scope: Scope, since: datetime, most: int) -> int:
            return len(list(repository.gradings(connection, scope, since, most)))

        assert _count(EVERYTHING, SINCE, 100) == 4
        assert _count(EVERYTHING, SINCE, 3) == 3
        assert _count(EVERYTHING, NOW + timedelta(days=1), 100) == 0
        assert _count(Scope(frozenset({"s2"})), SINCE, 100) == 0
        (grading, *_) = repository.gradings(connection, EVERYTHING, SINCE, 1)
    assert json.loads(grading)["topics"]
