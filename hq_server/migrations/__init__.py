"""Brings a database to the schema of this version, one committed revision at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from hq_server.database import Database

_FOLDER = Path(__file__).parent


def migrate(database: Database) -> None:
    """Create or update all tables; on a current database it changes nothing."""
    try:
        _upgrade(database)
    except DBAPIError:
        # Two programs that start together both create the tables, and one of them fails: after
        # that one there is nothing left to do. Anything else fails again.
        _upgrade(database)


def _upgrade(database: Database) -> None:
    config = _config()
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Return whether the database has the schema of this version."""
    with database.reading() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    return config
