"""hq_server/insights/repository.py: rows of scores are added to, never replaced."""

from __future__ import annotations

from hq_server.accounts.scope import EVERYTHING
from hq_server.database import Database
from hq_server.insights import repository
from hq_server.insights.scores import COUNTS

KEY = ("s1", "2026-11-20", "")


def test_what_is_added_twice_adds_up_and_nothing_left_is_not_shown(database: Database) -> None:
    one = dict.fromkeys(COUNTS, 1)
    with database.writing() as connection:
        for times in (1, 2):
            repository.add(connection, {KEY: one})
            (row,) = repository.of_days(connection, EVERYTHING, ["2026-11-20"])
            assert {row[name] for name in COUNTS} == {times}
        repository.add(connection, {KEY: dict.fromkeys(COUNTS, -2)})
        assert repository.of_days(connection, EVERYTHING, ["2026-11-20"]) == []
        assert repository.of_days(connection, EVERYTHING, ["2026-11-19"]) == []


def test_the_zone_that_is_counted(database: Database) -> None:
    with database.writing() as connection:
        assert repository.zone_counted(connection) == ""
        assert repository.zone_counted(connection, locked=True) == ""
        repository.begin_again(connection, "Asia/Tokyo")
        assert repository.zone_counted(connection) == "Asia/Tokyo"
