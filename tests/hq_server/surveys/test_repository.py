"""hq_server/surveys/repository.py: a version is given once, and the last publication counts."""

from __future__ import annotations

from hq_server.database import Database, new_id
from hq_server.surveys import repository
from tests.hq_server.conftest import NOW


def _row(version: int) -> dict[str, object]:
    return {"id": new_id(), "version": version, "body": b"{}", "made_from": None,
            "author": "a", "note": "", "saved_at": NOW}  # fmt: skip


def test_who_comes_second_to_a_version_hears_so(database: Database) -> None:
    with database.writing() as connection:
        assert repository.highest_version(connection) == repository.SHIPPED
        assert repository.add(connection, _row(5))
        assert not repository.add(connection, _row(5))
        assert repository.highest_version(connection) == 5
        assert repository.bodies(connection, [5, 6]) == {5: b"{}"}


def test_the_last_publication_of_each_place_counts(database: Database) -> None:
    with database.writing() as connection:
        for place, version in (("s1", 1), ("s2", 1), ("s1", 2)):
            row: dict[str, object] = {
                "id": new_id(), "scope": "store", "place": place, "version": version,
                "author": "a", "note": "", "published_at": NOW,
            }  # fmt: skip
            repository.publish(connection, [row])
        found = [(row["place"], row["version"]) for row in repository.current(connection)]
    assert found == [("s1", 2), ("s2", 1)]
