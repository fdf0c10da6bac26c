"""hq_server/database.py: the same rules of transaction on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import IntegrityError, StatementError

from hq_server import migrations
from hq_server.database import Database, chunks, insert, metadata, new_id
from hq_server.tables import boots, refusals, streams
from tests.hq_server.conftest import NOW

ROW: dict[str, object] = {
    "sender": "g", "why": "w", "times": 1, "first_at": NOW, "last_at": NOW,
}  # fmt: skip


def test_a_writer_that_fails_leaves_nothing(
    database: Database, count: Callable[[str], int]
) -> None:
    with pytest.raises(RuntimeError), database.writing() as connection:
        connection.execute(sa.insert(refusals), ROW)
        raise RuntimeError
    assert count("refusals") == 0


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    east = NOW.astimezone(timezone(timedelta(hours=8)))
    with database.writing() as connection:
        connection.execute(sa.insert(refusals), ROW | {"first_at": east})
        found = connection.execute(sa.select(refusals.c.first_at)).scalar_one()
    assert (found, found.utcoffset()) == (NOW, timedelta(0))


def test_a_naive_time_is_refused(database: Database) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(StatementError, match="naive"), database.writing() as connection:
        connection.execute(sa.insert(refusals), ROW | {"first_at": naive})


def test_many_writers_wait_for_each_other(database: Database) -> None:
    key = {"device": "d", "boot": "b"}

    def _add_ones() -> None:
        for _ in range(10):
            with database.writing() as connection:
                found = connection.execute(sa.select(boots).with_for_update()).one()
                connection.execute(sa.update(boots).values(offset_ms=found.offset_ms + 1))

    with database.writing() as connection:
        connection.execute(sa.insert(boots), key | {"offset_ms": 0, "synced": False})
    threads = [threading.Thread(target=_add_ones) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute(sa.select(boots.c.offset_ms)).scalar_one() == 40


def test_insert_knows_on_conflict(database: Database) -> None:
    with database.writing() as connection:
        statement = insert(connection, refusals).on_conflict_do_nothing(
            index_elements=["sender", "why"]
        )
        connection.execute(statement, [ROW, ROW])
        assert connection.execute(sa.select(sa.func.count(refusals.c.sender))).scalar_one() == 1


def test_a_migrated_database_is_current_and_migrates_again(database: Database) -> None:
    assert migrations.is_current(database)
    migrations.migrate(database)
    names = set(sa.inspect(database.engine).get_table_names())
    assert names == {*metadata.tables, "alembic_version"}


def test_the_migration_makes_the_tables_that_the_code_knows(database: Database) -> None:
    inspector = sa.inspect(database.engine)
    for name, table in metadata.tables.items():
        columns = {column["name"]: column["nullable"] for column in inspector.get_columns(name)}
        assert columns == {column.name: column.nullable for column in table.columns}, name
        key = inspector.get_pk_constraint(name)
        assert key["constrained_columns"] == [column.name for column in table.primary_key], name
        assert key["name"] == f"pk_{name}"
        indexes = {index["name"] for index in inspector.get_indexes(name)}
        assert {index.name for index in table.indexes} <= indexes, name


def test_an_older_database_keeps_its_watermarks(
    database: Database, count: Callable[[str], int]
) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        counts = dict.fromkeys(("through", "duplicates", "gaps", "holes", "dead"), 3)
        names = {"device": "k1", "epoch": "e", "lane": "bulk", "gateway_id": "g1"}
        times = {"first_at": NOW, "last_at": NOW, "missing": []}
        connection.execute(sa.insert(streams), names | counts | times | {"store_id": "s1"})
    assert not migrations.is_current(database)
    migrations.migrate(database)
    assert migrations.is_current(database)
    assert count("streams") == 1


def test_an_error_does_not_repeat_the_row(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused, database.writing() as connection:
        connection.execute(sa.insert(refusals), ROW | {"why": "secret words", "times": None})
    assert "secret words" not in str(refused.value).partition("DETAIL")[0]


def test_sqlite_survives_a_power_cut_by_its_settings(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/x/hq.sqlite3")
    with database.reading() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    database.close()
    assert found == ["wal", 2, 1]


def test_new_ids_are_unique_and_sorted_by_time() -> None:
    ids = [new_id() for _ in range(100)]
    assert sorted(set(ids)) == ids


def test_chunks_lose_nothing() -> None:
    values = [str(number) for number in range(1201)]
    assert [value for chunk in chunks(values) for value in chunk] == values
