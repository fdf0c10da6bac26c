"""What can be read of a damaged outbox goes into a new file; the damaged one is kept whole.

Own events that HQ is not known to have go to new streams of a new epoch, in order per lane: the
damaged file cannot say any more which seqs it gave, and a seq must never be given twice. HQ knows
by their ids those that it had already. What could not be read takes the first seqs of the new
stream, which is then held from behind them on: that is the recorded hole of D5, so the ledger
shows as missing just these, at the gateway and at HQ. Own events that HQ has stay under their old
epoch as far as they can be read without a gap, to heal an HQ that is restored from a backup.

Events of other devices are not carried over. A gateway passes on no `Committed` that HQ did not
give, and a device forgets nothing before it: so whatever waited here still waits at its device,
which is told by the next answer how far this file has the stream, and sends from there.

The new file is complete and synced before the damaged one is moved; an end in between is finished
at the next start.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uuid_utils

from outbox.errors import OutboxDamaged, OutboxForeign
from outbox.file import (
    PAGE_BYTES,
    STREAM_COLUMNS,
    beside,
    has_foreign_log,
    mark,
    named_stream,
    opened,
    read_only,
    stream_row,
    unfinished,
)
from outbox.migration import bring_up_to_date
from outbox.schema import OWNER, STEPS
from protocols.messages import MAX_EVENT_BYTES, Lane, Stream

logger = logging.getLogger(__name__)

# A page holds some thirty events; a run of this many that cannot be read is the end of it.
_MOST_PROBES = 1_000_000

Row = tuple[int, int, bytes]
"""seq, accepted_ms, payload"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Old:
    """An own stream of the damaged file, as far as it can be known."""

    id: int
    stream: Stream
    oldest: int = 1
    head: int | None = None
    committed: int = 0


@dataclass(slots=True)
class _Tally:
    """What became of the events that HQ was not known to have."""

    streams: int = 0
    carried: dict[Lane, int] = field(default_factory=lambda: dict.fromkeys(Lane, 0))
    lost: dict[Lane, int] = field(default_factory=lambda: dict.fromkeys(Lane, 0))

    def all_lost(self) -> str:
        """Return how many could not be read, in words for the log."""
        return str(sum(self.lost.values())) if self.streams else "nobody knows how many"


def opened_or_salvaged(path: Path, device: str) -> tuple[sqlite3.Connection, str]:
    """Open the file of `device`, or a new one with what could be read of it.

    Raises OutboxForeign, OutboxUnavailable, or OSError where the damaged file cannot be moved.
    """
    try:
        return opened(path, device)
    except OutboxDamaged as damage:
        _salvage(path, device, damage.why)
    return opened(path, device)


def set_aside(path: Path) -> list[Path]:
    """Return the damaged files that were moved aside here, oldest first; nobody deletes them."""
    found = path.parent.glob(f"{path.name}.damaged-*")
    return sorted(one for one in found if not one.name.endswith(("-wal", "-shm")))


def _salvage(path: Path, device: str, why: str) -> None:
    fresh = unfinished(path)
    if path.exists() or not fresh.exists():  # else: only the last step is to do
        for leftover in (fresh, beside(fresh, "-journal")):
            leftover.unlink(missing_ok=True)
        tally = _build(path, fresh, device)
        aside = _move_aside(path)
        logger.error(
            "outbox %s was damaged (%s) and is kept as %s; %s events that HQ may lack were carried"
            " over, %s could not be read",
            *(path, why, aside.name, sum(tally.carried.values()), tally.all_lost()),
        )
    else:
        _move_aside(path)
    fresh.replace(path)
    mark(path).unlink(missing_ok=True)
    _sync(path.parent)


def _move_aside(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    number = 0
    aside = beside(path, f".damaged-{stamp}")
    while aside.exists() or beside(aside, "-wal").exists():
        number += 1
        aside = beside(path, f".damaged-{stamp}-{number}")
    # The file before its log: alone, the log is kept; a file without its log is an older copy.
    for ending in ("", "-wal"):
        if beside(path, ending).exists():
            beside(path, ending).replace(beside(aside, ending))
    beside(path, "-shm").unlink(missing_ok=True)  # an index of the log, rebuilt when needed
    return aside


def _build(path: Path, fresh: Path, device: str) -> _Tally:
    """Make the new file next to the damaged one, whole and synced."""
    with closing(sqlite3.connect(fresh)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        # Nothing reads it before it is whole, and then it is synced at once.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        bring_up_to_date(connection, OWNER, STEPS)
        tally = _Tally()
        with connection:
            epoch = str(uuid_utils.uuid7())
            connection.execute(
                "INSERT INTO identity VALUES (?, ?, unixepoch() * 1000)", (device, epoch)
            )
            if path.exists() and path.stat().st_size:
                with closing(read_only(path, without_log=has_foreign_log(path))) as damaged:
                    # Without it SQLite reads nothing of a file that ends too early.
                    damaged.execute("PRAGMA writable_schema = ON")
                    damaged.text_factory = lambda text: text.decode(errors="replace")
                    _check_owner(damaged, path, device)
                    tally = _carry_over(damaged, connection, device, epoch)
                    _carry_other_tables(damaged, connection)
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    return tally


def _check_owner(damaged: sqlite3.Connection, path: Path, device: str) -> None:
    try:
        row = damaged.execute("SELECT device FROM identity").fetchone()
    except (sqlite3.Error, UnicodeError):
        return  # then its streams must say whose they are
    broken = row is None or named_stream(row[0], device, Lane.BULK) is None
    if (
        not broken
        and row[0] != device
        and not any(_own_streams(damaged, device, of) for of in Lane)
    ):
        raise OutboxForeign(path, str(row[0]), device)


def _carry_over(
    damaged: sqlite3.Connection, fresh: sqlite3.Connection, device: str, epoch: str
) -> _Tally:
    tally = _Tally()
    for number, lane in enumerate(Lane):
        # Here they wait until it is known how many seqs before them were lost.
        waiting = -1 - number
        for old in _own_streams(damaged, device, lane):
            tally.streams += 1
            _keep_committed(damaged, fresh, old)
            _carry_waiting(damaged, fresh, old, waiting, tally)
        lost, carried = tally.lost[lane], tally.carried[lane]
        if lost or carried:
            new = Stream(device=device, epoch=epoch, lane=lane)
            new_id = _add_stream(fresh, new, oldest=lost + 1, head=lost + carried, committed=0)
            fresh.execute(
                "UPDATE events SET stream = ?, seq = seq + ? WHERE stream = ?",
                (new_id, lost, waiting),
            )
    return tally


def _keep_committed(damaged: sqlite3.Connection, fresh: sqlite3.Connection, old: _Old) -> None:
    """Keep what HQ has of a stream, as far back as it can be read without a gap."""
    if old.head is None or _is_there(fresh, old.stream):  # broken names may come twice
        return
    committed = old.committed
    stream = _add_stream(
        fresh, old.stream, oldest=committed + 1, head=committed, committed=committed
    )
    first = expected = 0
    for seq, accepted_ms, payload in _readable(damaged, old.id, old.oldest, committed):
        if seq != expected:
            fresh.execute("DELETE FROM events WHERE stream = ?", (stream,))
            first = seq
        fresh.execute("INSERT INTO events VALUES (?, ?, ?, ?)", (stream, seq, accepted_ms, payload))
        expected = seq + 1
    if expected == committed + 1:
        fresh.execute("UPDATE streams SET oldest = ?1, floor = ?1 WHERE id = ?2", (first, stream))
    else:
        fresh.execute("DELETE FROM events WHERE stream = ?", (stream,))


def _is_there(fresh: sqlite3.Connection, stream: Stream) -> bool:
    row = fresh.execute(
        "SELECT 1 FROM streams WHERE device = ? AND epoch = ? AND lane = ?",
        (stream.device, stream.epoch, stream.lane),
    ).fetchone()
    return row is not None


def _carry_waiting(
    damaged: sqlite3.Connection,
    fresh: sqlite3.Connection,
    old: _Old,
    waiting: int,
    tally: _Tally,
) -> None:
    """Carry over what HQ may lack of a stream, and count what could not be read of it."""
    lane = old.stream.lane
    first = max(old.oldest, old.committed + 1)
    last = _highest(damaged, old) if old.head is None else old.head
    saved, lowest, highest = 0, first, first - 1
    for seq, accepted_ms, payload in _readable(damaged, old.id, first, last):
        saved += 1
        lowest, highest = (lowest if saved > 1 else seq), seq
        row = (waiting, tally.carried[lane] + saved, accepted_ms, payload)
        fresh.execute("INSERT INTO events VALUES (?, ?, ?, ?)", row)
    if old.head is not None:  # else only what lies between those that were read is known to lack
        lowest, highest = first, old.head
    tally.carried[lane] += saved
    tally.lost[lane] += highest - lowest + 1 - saved


def _own_streams(damaged: sqlite3.Connection, device: str, lane: Lane) -> list[_Old]:
    """Return the device's streams of a lane, the earliest first."""
    try:
        rows = damaged.execute(
            f"SELECT {STREAM_COLUMNS} FROM streams NOT INDEXED"  # noqa: S608 (a constant)
        ).fetchall()
    except (sqlite3.Error, UnicodeError):
        try:  # the index has the names and the ids once more
            rows = damaged.execute(
                "SELECT id, device, epoch, lane FROM streams ORDER BY device, epoch, lane"
            ).fetchall()
        except (sqlite3.Error, UnicodeError):
            return []
    found = {old.id: old for row in rows if (old := _old(row)) is not None}
    mine = [one for one in found.values() if (one.stream.device, one.stream.lane) == (device, lane)]
    return sorted(mine, key=lambda old: old.id)


def _old(row: tuple[Any, ...]) -> _Old | None:
    whole = stream_row(row)
    if whole is not None:
        id_, stream, (oldest, head, committed) = whole
        return _Old(id=id_, stream=stream, oldest=oldest, head=head, committed=committed)
    named = named_stream(*row[1:4])
    if named is None or not isinstance(row[0], int):
        return None
    return _Old(id=row[0], stream=named)


def _highest(damaged: sqlite3.Connection, old: _Old) -> int:
    """Return the highest seq that can be read of a stream whose head cannot."""
    try:
        row = damaged.execute(
            "SELECT coalesce(max(seq), 0) FROM events WHERE stream = ?", (old.id,)
        ).fetchone()
    except (sqlite3.Error, UnicodeError):
        return _MOST_PROBES
    return row[0] if isinstance(row[0], int) and row[0] < 20 * _MOST_PROBES else _MOST_PROBES


def _readable(damaged: sqlite3.Connection, stream: int, first: int, last: int) -> Iterator[Row]:
    """Yield what can be read of the seqs `first` to `last`, in order.

    Where a page cannot be read it goes on seq by seq until it comes to one that can.
    """
    at, stuck = first, 0
    while at <= last and stuck < _MOST_PROBES:
        before = at
        try:
            rows = damaged.execute(
                "SELECT seq, accepted_ms, payload FROM events"
                " WHERE stream = ? AND seq BETWEEN ? AND ? ORDER BY seq",
                (stream, at, last),
            )
            for seq, accepted_ms, payload in rows:
                if seq < at:
                    continue
                at = seq + 1
                if isinstance(accepted_ms, int) and _is_event(payload):
                    yield seq, accepted_ms, payload
        except (sqlite3.Error, UnicodeError):
            pass  # what could be read of this run is given out
        stuck = 0 if at > before else stuck + 1
        at += 1


def _is_event(payload: object) -> bool:
    return isinstance(payload, bytes) and len(payload) <= MAX_EVENT_BYTES


def _add_stream(
    fresh: sqlite3.Connection, stream: Stream, *, oldest: int, head: int, committed: int
) -> int:
    cursor = fresh.execute(
        "INSERT INTO streams (device, epoch, lane, origin, oldest, head, committed, floor)"
        " VALUES (?, ?, ?, 1, ?4, ?5, ?6, ?4)",
        (stream.device, stream.epoch, stream.lane, oldest, head, committed),
    )
    return int(cursor.lastrowid or 0)


def _carry_other_tables(damaged: sqlite3.Connection, fresh: sqlite3.Connection) -> None:
    """Carry over what a program keeps beside its events, such as a gateway's standing alarms.

    All of its tables or none: then the program makes them anew.
    """
    fresh.execute("SAVEPOINT other_tables")
    try:
        applied = damaged.execute(
            "SELECT migration_set, name, applied_at FROM _sqlite_migrations"
        ).fetchall()
        tables = damaged.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        have = {name for (name,) in fresh.execute("SELECT name FROM sqlite_master")}
        for name, sql in tables:
            if name not in have:
                fresh.execute(sql)
                _copy_rows(damaged, fresh, name)
        fresh.executemany(
            "INSERT OR IGNORE INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES (?, ?, ?)",
            applied,
        )
    except (sqlite3.Error, TypeError, UnicodeError) as error:
        fresh.execute("ROLLBACK TO other_tables")
        logger.warning("what else the damaged outbox held cannot be read: %a", str(error))
    fresh.execute("RELEASE other_tables")


def _copy_rows(damaged: sqlite3.Connection, fresh: sqlite3.Connection, table: str) -> None:
    quoted = '"' + table.replace('"', '""') + '"'
    try:
        for row in damaged.execute(f"SELECT * FROM {quoted}"):  # noqa: S608 (a table's own name)
            marks = ", ".join("?" * len(row))
            fresh.execute(f"INSERT OR IGNORE INTO {quoted} VALUES ({marks})", row)  # noqa: S608
    except (sqlite3.Error, UnicodeError):
        logger.warning("table %s of the damaged outbox could not be read to its end", table)


def _sync(folder: Path) -> None:
    """Make the renames last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
