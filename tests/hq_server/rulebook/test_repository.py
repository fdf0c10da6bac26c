"""hq_server/rulebook/repository.py: two people, and two processes, at the same rows."""

from __future__ import annotations

import pytest

from hq_server.database import Database, RacedError, new_id
from hq_server.rulebook import repository
from tests.hq_server.conftest import NOW

DRAFT = {"toml": "", "made_from": 0, "edits": 1, "author": "a", "saved_at": NOW}


def test_the_first_draft_stands(database: Database) -> None:
    with database.writing() as connection:
        assert repository.begin_draft(connection, DRAFT)
        assert not repository.begin_draft(connection, {**DRAFT, "author": "b"})
        found = repository.draft(connection, lock=True)
        assert found is not None
        assert found["author"] == "a"
        repository.drop_draft(connection)
        assert repository.draft(connection) is None


def test_no_two_publications_have_one_number(database: Database) -> None:
    row = {"number": 1, "revision": 0, "author": "a", "note": "n", "published_at": NOW}
    with database.writing() as connection:
        repository.publish(connection, {"id": new_id(), **row})
    with pytest.raises(RacedError), database.writing() as connection:
        repository.publish(connection, {"id": new_id(), **row})


def test_the_first_revision_of_some_versions_stands(database: Database) -> None:
    row = {"lexicon_version": "l", "policy_version": "p", "first_at": NOW}
    with database.writing() as connection:
        for number in (4, 5):
            repository.note_versions(connection, {**row, "revision": number})
        assert repository.revision_of(connection, "l", "p") == 4
        assert repository.revision_of(connection, "l", "other") is None
