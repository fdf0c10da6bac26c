"""The file of an outbox: opened and set up so that a commit survives a power cut (D2).

It is looked at before anything may change it: SQLite deletes a write-ahead log whose database it
finds empty, and folds one into a file that is broken.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import uuid_utils

from outbox.errors import OutboxDamaged, OutboxForeign, OutboxUnavailable
from outbox.migration import bring_up_to_date
from outbox.schema import OWNER, STEPS
from protocols.messages import Lane, Stream

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
# What it says when it could not look at all.
_OUT_OF_REACH = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_PROTOCOL,
)
STREAM_COLUMNS = "id, device, epoch, lane, oldest, head, committed"
_STREAMS = f"SELECT {STREAM_COLUMNS} FROM streams"  # noqa: S608 (constants)
_MAKERS = "SELECT DISTINCT device FROM streams WHERE origin"
_READ_AT_START = (
    "type, name, tbl_name, sql FROM sqlite_master",
    "device, epoch, created_ms FROM identity",
    "floor, origin FROM streams",
    "migration_set, name, applied_at FROM _sqlite_migrations",
    "stream, seq, accepted_ms, payload FROM events LIMIT 1",
)
# Positions further apart than this were never true; a gateway may hold a few millions.
_MOST_HELD = 50_000_000


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
    if isinstance(error, OutboxDamaged | UnicodeError):  # SQLite's own words may be broken, too
        return True
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # Python's own: a name that is no text any more
        return isinstance(error, sqlite3.OperationalError) and "decode" in str(error)
    return code & 0xFF in _BROKEN or code in _UNREADABLE


def opened(path: Path, device: str) -> tuple[sqlite3.Connection, str]:
    """Open or create the file of `device` and return it with its epoch.

    Raises OutboxDamaged, OutboxForeign or OutboxUnavailable.
    """
    _look(path)
    try:
        connection = connected(path)
    except sqlite3.Error as error:
        raise _trouble(path, error) from error
    try:
        bring_up_to_date(connection, OWNER, STEPS)
        owner, epoch = _identity(connection, device)
        if owner != device:
            raise OutboxForeign(path, owner, device)
        connection.isolation_level = None
    except (sqlite3.Error, UnicodeError) as error:
        connection.close()
        raise _trouble(path, error) from error
    except BaseException:  # whatever it was, the next try must find the file free
        connection.close()
        raise
    return connection, epoch


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
        # What is forgotten is overwritten wherever that costs no further page.
        connection.execute("PRAGMA secure_delete = FAST")
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
    with path.open("rb") as file:
        versions = file.read(20)[18:]
    if not set(versions) <= {1, 2}:  # SQLite would open it for reading only
        raise OutboxDamaged(path, "its header is broken")
    try:
        with closing(read_only(path)) as connection:
            for columns in _READ_AT_START:
                connection.execute(f"SELECT {columns}").fetchall()
            if not _is_plausible(connection):
                raise OutboxDamaged(path, "what it says of its streams cannot be true")
    except (sqlite3.Error, UnicodeError) as error:
        code = (getattr(error, "sqlite_errorcode", None) or sqlite3.SQLITE_ERROR) & 0xFF
        if is_damage(error) or code not in _OUT_OF_REACH:
            raise OutboxDamaged(path, ascii(str(error))) from error


def _is_plausible(connection: sqlite3.Connection) -> bool:
    rows = connection.execute(_STREAMS).fetchall()
    identity = connection.execute("SELECT device, epoch FROM identity").fetchone()
    if identity is not None:
        made = {device for (device,) in connection.execute(_MAKERS)}
        owner, epoch = identity
        if named_stream(owner, epoch, Lane.BULK) is None or (made and owner not in made):
            return False
    return all(stream_row(row) is not None for row in rows)


def stream_row(row: Sequence[Any]) -> tuple[int, Stream, tuple[int, int, int]] | None:
    """Return id, stream, and (oldest, head, committed) of a row that can be true, else None."""
    match row:
        case [int(id_), device, epoch, lane, int(oldest), int(head), int(committed)] if (
            0 < oldest <= head + 1 and 0 <= committed <= head and head - oldest < _MOST_HELD
        ):
            stream = named_stream(device, epoch, lane)
            return None if stream is None else (id_, stream, (oldest, head, committed))
    return None


def named_stream(device: object, epoch: object, lane: object) -> Stream | None:
    """Return the stream of these names, or None when they cannot be any."""
    try:
        return msgspec.convert({"device": device, "epoch": epoch, "lane": lane}, Stream)
    except msgspec.ValidationError:
        return None


def _trouble(path: Path, error: sqlite3.Error | UnicodeError) -> OutboxDamaged | OutboxUnavailable:
    if is_damage(error):
        return OutboxDamaged(path, ascii(str(error)))
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
