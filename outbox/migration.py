"""Brings the tables of a file up to date; sqlite-utils applies what is lacking, and notes it.

It is loaded only then, at a first start and after an upgrade: it takes 2 MB of memory, and 20
where numpy is installed, which it loads.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

Step = Callable[[sqlite3.Connection], None]
"""One change of the tables, known in the file by the name of its function."""


def bring_up_to_date(connection: sqlite3.Connection, owner: str, steps: Sequence[Step]) -> None:
    """Apply those of the owner's steps that the file has not had, in order, each whole or not."""
    if not pending(connection, owner, steps):
        return
    from sqlite_utils import Database, Migrations  # noqa: PLC0415 (see above)

    migrations = Migrations(owner)
    for step in steps:
        migrations(name=step.__name__)(_on_connection(step))
    migrations.apply(Database(connection))


def pending(connection: sqlite3.Connection, owner: str, steps: Sequence[Step]) -> list[str]:
    """Return the names of the steps that the file has not had."""
    applied: set[str] = set()
    table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlite_migrations'"
    if connection.execute(table).fetchone():
        rows = connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (owner,)
        )
        applied = {name for (name,) in rows}
    return [step.__name__ for step in steps if step.__name__ not in applied]


def _on_connection(step: Step) -> Callable[[Database], None]:
    def apply(database: Database) -> None:
        step(database.conn)

    return apply
