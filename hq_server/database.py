"""The database: SQLite or PostgreSQL behind one setting, with the same rules of transaction.

Everything that SQLAlchemy needs to know about an engine stands here; repositories only use
the `Connection` of a transaction that a service opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from uuid_utils import uuid7


class RacedError(Exception):
    """Another process wrote the same rows first: the transaction is to be done again."""


# What passes by itself: the server is away, a lock is held, a deadlock was broken.
TRANSIENT = (OperationalError, InterfaceError, PoolTimeoutError, RacedError)
# A writer waits this long for another one before it is told that the database is locked.
BUSY_SECONDS = 15.0
# Rows per IN (…): below SQLite's 32,766 and small enough to plan quickly.
IN_CHUNK = 500
_WRITE = "storeloop_write"
_Value = TypeVar("_Value")

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware instant, kept as UTC on every database; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return what the driver gets."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """Return an aware UTC datetime."""
        del dialect
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class Database:
    """One engine, and the two ways to use it: `reading()` and `writing()`."""

    def __init__(self, url: str) -> None:
        """Open the engine; no connection is made yet."""
        self.url = url
        self.engine = _sqlite_engine(url) if url.startswith("sqlite") else _server_engine(url)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of the database."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes: all of it is kept, or nothing."""
        # BEGIN IMMEDIATE: a reader that turns writer fails at once, whatever busy_timeout says.
        with (
            self.engine.connect().execution_options(**{_WRITE: True}) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _json(value: object) -> str:
    """Return JSON text; faster than the standard library, and ingest writes much of it."""
    return msgspec.json.encode(value).decode()


def _server_engine(url: str) -> sa.Engine:
    return sa.create_engine(
        url,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        json_serializer=_json,
        hide_parameters=True,  # they are shoppers' words
    )


def _sqlite_engine(url: str) -> sa.Engine:
    file = sa.engine.make_url(url).database
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS},
        json_serializer=_json,
        hide_parameters=True,  # they are shoppers' words
    )

    @event.listens_for(engine, "connect")
    def _prepare(driver_connection: Any, _record: Any) -> None:
        driver_connection.isolation_level = None  # we say BEGIN ourselves
        cursor = driver_connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(_WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


Insert = postgresql.dml.Insert | sqlite.dml.Insert


def insert(connection: sa.Connection, table: sa.Table) -> Insert:
    """Return an INSERT that knows ON CONFLICT in the connection's dialect."""
    return insert_into(connection.dialect.name, table)


def insert_into(dialect: str, table: sa.Table) -> Insert:
    """Return an INSERT that knows ON CONFLICT in a dialect."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def among(
    connection: sa.Connection, column: sa.Column[str], values: Iterable[str]
) -> sa.ColumnElement[bool]:
    """Return "`column` is one of `values`": one parameter, however many they are."""
    wanted = sorted(values)
    if connection.dialect.name == "sqlite":
        listed = sa.func.json_each(_json(wanted)).table_valued("value")
        return column.in_(sa.select(listed.c.value))
    array = sa.bindparam(None, wanted, type_=postgresql.ARRAY(sa.String))
    return column == sa.func.any(array)


def new_id() -> str:
    """Return a new UUIDv7: unique without a sequence, and sorted by time."""
    return str(uuid7())


def chunks(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """Cut `values` into pieces that fit one IN (…)."""
    for start in range(0, len(values), IN_CHUNK):
        yield values[start : start + IN_CHUNK]
