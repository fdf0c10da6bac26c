"""The file of an outbox: opened and set up so that a commit survives a power cut (D2).

It is looked at before anything may change it: SQLite deletes a write-ahead log whose database it
finds empty, and folds one into a file that is broken.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import uuid_utils
from sqlite_utils import Database

from outbox.errors import OutboxDamaged, OutboxForeign, OutboxUnavailable
from outbox.schema import migrations

# An event of more than a quarter of a page takes overflow pages of its own: with 4,096 an event
# of 1,500 bytes takes 4,683 on disk, with 8,192 it takes 1,688. docs/decisions/0005 has figures.
PAGE_BYTES = 8192
# The log beside the file is folded in when it has this many pages; so it stays near 8 MB.
CHECKPOINT_PAGES = 1_000
# What SQLite says of a file that is broken, and of one that its disk cannot read any more.
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_UNREADABLE = (
    sqlite3.SQLITE_IOERR_READ,
    sqlite3.SQLITE_IOERR_SHORT_READ,
    sqlite3.SQLITE_IOERR_DATA,
    sqlite3.SQLITE_IOERR_CORRUPTFS,
)


def beside(path: Path, ending: str) -> Path:
    """Return the path of a file that belongs to `path`: its name with an ending."""
    return path.with_name(path.name + ending)


def unfinished(path: Path) -> Path:
    """Return where a salvage builds the new file."""
    return beside(path, ".new")


def mark(path: Path) -> Path:
    """Return the empty file that says: a read or write found this outbox damaged."""
    return beside(path, ".salvage")


def is_damage(error: BaseException) -> bool:
    """Whether an error says that the file is broken, rather than full, busy or out of reach."""
    if isinstance(error, OutboxDamaged):
        return True
    code = getattr(error, "sqlite_errorcode", None) or 0
    return code & 0xFF in _BROKEN or code in _UNREADABLE


def opened(path: Path, device: str) -> tuple[Database, str]:
    """Open or create the file of `device` and return it with its epoch.

    Raises OutboxDamaged, OutboxForeign or OutboxUnavailable.
    """
    _look(path)
    try:
        connection = connected(path)
    except sqlite3.Error as error:
        raise _trouble(path, error) from error
    try:
        database = Database(connection)
        migrations.apply(database)
        owner, epoch = _identity(connection, device)
        if owner != device:
            raise OutboxForeign(path, owner, device)
        connection.isolation_level = None
    except sqlite3.Error as error:
        connection.close()
        raise _trouble(path, error) from error
    except BaseException:
        connection.close()
        raise
    return database, epoch


def connected(path: Path) -> sqlite3.Connection:
    """Return a connection that syncs every commit; a file that is there keeps its page size."""
    # The runner opens it and the thread that owns it takes over: hence no thread check.
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        # sqlite-utils wants Python's legacy transactions; the outbox says BEGIN and COMMIT itself.
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # before WAL: it is fixed by then
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: a power cut loses nothing that was committed; measured, NORMAL lost 287 of 3,000.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute("PRAGMA busy_timeout = 5000")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def read_only(path: Path, *, without_log: bool = False) -> sqlite3.Connection:
    """Return a connection that changes nothing, not even by folding in the log."""
    how = "mode=ro&immutable=1" if without_log else "mode=ro"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)


def has_foreign_log(path: Path) -> bool:
    """Whether the log beside the file was written for another one, as far as that can be seen.

    SQLite would apply it. A file is known by when it was made; one whose first pages are still in
    its log cannot be told.
    """
    if not beside(path, "-wal").exists():
        return False
    alone, together = (_made(path, without_log=without_log) for without_log in (True, False))
    return None not in (alone, together) and alone != together


def _made(path: Path, *, without_log: bool) -> tuple[str, int] | None:
    try:
        with closing(read_only(path, without_log=without_log)) as connection:
            row = connection.execute("SELECT device, created_ms FROM identity").fetchone()
            return row if row is None else (str(row[0]), int(row[1]))
    except (sqlite3.Error, TypeError, ValueError):
        return None


def _look(path: Path) -> None:
    """Raise OutboxDamaged when the files are not as an outbox leaves them."""
    if mark(path).exists():
        raise OutboxDamaged(path, "a read or a write found it broken")
    size = path.stat().st_size if path.exists() else None
    if size is None and unfinished(path).exists():
        raise OutboxDamaged(path, "an earlier salvage was interrupted")
    log = beside(path, "-wal")
    if not size and log.exists() and log.stat().st_size:
        raise OutboxDamaged(path, "there is a log, but not the file that it belongs to")
    if size == 0:
        raise OutboxDamaged(path, "it is empty")
    if size:
        if has_foreign_log(path):
            raise OutboxDamaged(path, "the log beside it belongs to another file")
        _look_inside(path)


def _look_inside(path: Path) -> None:
    """Read what is read at every start; the events are looked at when they are used.

    A check of all pages takes 6 to 11 s for 500 MB that are not in memory. It would find damage
    earlier, but save nothing more: each page is checked when it is read or written.
    """
    try:
        with closing(read_only(path)) as connection:
            for table in ("identity", "streams"):
                connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 (a constant)
    except sqlite3.Error as error:
        if is_damage(error):
            raise OutboxDamaged(path, str(error)) from error
        # Else the next step finds it too, or it is a file that was never finished.


def _trouble(path: Path, error: sqlite3.Error) -> OutboxDamaged | OutboxUnavailable:
    if is_damage(error):
        return OutboxDamaged(path, str(error))
    return OutboxUnavailable(path, str(error))


def _identity(connection: sqlite3.Connection, device: str) -> tuple[str, str]:
    row = connection.execute("SELECT device, epoch FROM identity").fetchone()
    if row is None:
        row = (device, str(uuid_utils.uuid7()))
        connection.execute(
            "INSERT INTO identity (device, epoch, created_ms) VALUES (?, ?, unixepoch() * 1000)",
            row,
        )
        connection.commit()
    return str(row[0]), str(row[1])
