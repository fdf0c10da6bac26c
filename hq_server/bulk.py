"""Many rows into one table, past SQLAlchemy's work for each row.

The statements are SQLAlchemy's, compiled once. The rows go by the driver's executemany, and many
rows to PostgreSQL by COPY into a temporary table and INSERT … SELECT from there: measured, twice
as fast. Types are converted here, a column at a time.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import starmap
from operator import itemgetter
from typing import Any

import msgspec
import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from hq_server.database import Insert, UtcDateTime, insert_into

# From so many rows on, COPY and its three more round trips pay.
COPY_FROM_ROWS = 100

Row = Mapping[str, Any]
Settle = Callable[[Insert], Insert]
"""Adds what happens ON CONFLICT to an INSERT; a function of a module, for it is a key here."""

_DIALECTS: Mapping[str, Callable[[], sa.Dialect]] = {
    "sqlite": functools.partial(SQLiteDialect_pysqlite, paramstyle="qmark"),
    "postgresql": functools.partial(PGDialect_psycopg, paramstyle="format"),
}
_NULL = r"\N"
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """How rows get into a table."""

    columns: tuple[str, ...]
    values: str
    """INSERT … VALUES, with a place for each column."""
    staged: str
    """INSERT … SELECT from the stage; for PostgreSQL."""


def write(connection: sa.Connection, table: sa.Table, rows: Sequence[Row], settle: Settle) -> int:
    """Insert whole rows, in the order of their keys; return how many were written.

    The keys of `rows` must differ from each other when `settle` updates on conflict.
    """
    if not rows:
        return 0
    statement = _statement(table, settle, connection.dialect.name)
    ordered = _sorted(table, rows)
    columns = [(table.c[name], [row[name] for row in ordered]) for name in statement.columns]
    if connection.dialect.name == "sqlite":
        return _executemany(connection, statement, starmap(_sqlite, columns))
    if len(rows) < COPY_FROM_ROWS:
        return _executemany(connection, statement, starmap(_plain, columns))
    return _copy(connection, table, statement, starmap(_copied, columns))


def _sorted(table: sa.Table, rows: Sequence[Row]) -> list[Row]:
    """Two processes that write the same rows in the same order wait, and never for each other."""
    return sorted(rows, key=itemgetter(*table.primary_key.columns.keys()))


@functools.lru_cache(maxsize=64)
def _statement(table: sa.Table, settle: Settle, dialect: str) -> _Statement:
    names = tuple(column.name for column in table.columns)
    target = _DIALECTS[dialect]()
    values = settle(insert_into(target.name, table)).compile(dialect=target)
    stage = sa.table(f"stage_{table.name}", *(sa.column(name) for name in names))
    chosen = sa.select(stage).order_by(*(stage.c[key.name] for key in table.primary_key))
    staged = settle(insert_into(target.name, table).from_select(list(names), chosen))
    return _Statement(
        columns=tuple(values.positiontup or ()),
        values=str(values),
        staged=str(staged.compile(dialect=target)),
    )


def _executemany(
    connection: sa.Connection, statement: _Statement, cells: Iterable[Sequence[object]]
) -> int:
    rows = list(zip(*cells, strict=True))
    done = connection.exec_driver_sql(
        statement.values, rows, execution_options={"preserve_rowcount": True}
    )
    return done.rowcount


# --- SQLite and the driver's own parameters -------------------------------------------------------


def _sqlite(column: sa.Column[Any], values: Sequence[Any]) -> Sequence[Any]:
    if isinstance(column.type, UtcDateTime):
        # As SQLAlchemy's DateTime keeps them, for it reads what is written here: no "+00:00".
        return [None if v is None else _utc(v).isoformat(" ", "microseconds")[:26] for v in values]
    return _plain(column, values)


def _plain(column: sa.Column[Any], values: Sequence[Any]) -> Sequence[Any]:
    if isinstance(column.type, UtcDateTime):
        return [None if v is None else _utc(v) for v in values]
    if isinstance(column.type, sa.JSON):
        encode = msgspec.json.encode
        return [None if v is None else encode(v).decode() for v in values]
    return values


def _utc(value: datetime) -> datetime:
    if value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError("naive datetime")
    return value.astimezone(UTC)


# --- COPY ---------------------------------------------------------------------------------------


def _copy(
    connection: sa.Connection,
    table: sa.Table,
    statement: _Statement,
    cells: Iterable[Sequence[str]],
) -> int:
    stage = f"stage_{table.name}"
    # Empty at the start of a transaction, but this may be the second time in it.
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {stage} (LIKE {table.name}) ON COMMIT DELETE ROWS"
    )
    connection.exec_driver_sql(f"DELETE FROM {stage}")  # noqa: S608 - the name of our table
    lines = "\n".join(map("\t".join, zip(*cells, strict=True))) + "\n"
    command = f"COPY {stage} ({', '.join(statement.columns)}) FROM STDIN"
    try:
        with _driver(connection).cursor() as cursor, cursor.copy(command) as copy:
            copy.write(lines)
    except psycopg.Error as error:
        raise sa.exc.DBAPIError.instance(
            command, None, error, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from error
    done = connection.exec_driver_sql(
        statement.staged, execution_options={"preserve_rowcount": True}
    )
    return done.rowcount


def _driver(connection: sa.Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - COPY is for PostgreSQL
    return driver


def _copied(column: sa.Column[Any], values: Sequence[Any]) -> Sequence[str]:
    """Return a column in COPY's text format (PostgreSQL manual, COPY, "Text Format")."""
    cell = next((cell for kind, cell in _CELLS if isinstance(column.type, kind)), None)
    if cell is None:
        return _texts(_plain(column, values))
    return [_NULL if value is None else cell(value) for value in values]


def _texts(values: Sequence[str | None]) -> Sequence[str]:
    everything = "".join(filter(None, values))
    if any(special in everything for special in "\\\t\n\r"):
        return [_NULL if value is None else value.translate(_ESCAPES) for value in values]
    return [_NULL if value is None else value for value in values]


_CELLS: Sequence[tuple[type, Callable[[Any], str]]] = (
    (sa.Integer, str),
    (sa.Float, repr),
    (sa.Boolean, lambda value: "t" if value else "f"),
    (UtcDateTime, lambda value: _utc(value).isoformat()),
    (sa.LargeBinary, lambda value: rf"\\x{value.hex()}"),
)
