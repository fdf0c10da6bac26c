"""Migrations are applied once, and again change nothing."""

from sqlite_utils import Database

from outbox.schema import migrations


def test_migrations_make_the_tables_once() -> None:
    database = Database(memory=True)
    migrations.apply(database)
    migrations.apply(database)
    assert {"identity", "streams", "events"} <= set(database.table_names())
    assert not migrations.pending(database)
