"""An append-only log of events per stream, in one SQLite file (D1, D2, D5, D8).

A device appends its own events; a gateway also stores the streams it passes on. Nothing leaves
the file before HQ has committed it. One thread owns an Outbox.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import uuid_utils

from outbox.errors import OutboxDamaged, OutboxFull
from outbox.file import is_damage, mark, opened
from outbox.hold import Hold
from outbox.quota import Quota
from outbox.salvage import opened_or_salvaged
from protocols.delivery import Position
from protocols.messages import MAX_ACCOUNTS, MAX_EVENT_BYTES, Lane, Stream, StreamAccount

logger = logging.getLogger(__name__)

T = TypeVar("T")

# D5: a device keeps what HQ has committed for this long or this many, to heal a lost HQ.
KEEP_COMMITTED_MS = 30 * 24 * 3600 * 1000
KEEP_COMMITTED_EVENTS = 1_000_000
_FORGET_ROWS = 1_000  # at a time, when the quota is reached


class Outbox:
    """The durable log of one device. See the module for the rules; `open` makes one."""

    def __init__(
        self,
        path: Path,
        database: sqlite3.Connection,
        guards: tuple[Hold, Quota],
        identity: tuple[str, str],
    ) -> None:
        """Use `open` instead."""
        self.path = path
        self.database = self._sql = database
        self.device, self.epoch = identity
        self._hold, self._quota = guards
        self.damaged = False
        """Whether an error said so: close it then, and open it anew with `salvage`."""
        self._stream_ids: dict[Stream, int] = {}
        self._making_headroom = False

    # --- opening and closing ---------------------------------------------------------------------

    @staticmethod
    def open(
        path: Path,
        *,
        device: str,
        program: str,
        max_bytes: int | None = None,
        salvage: bool = False,
        erase: bool = False,
    ) -> Outbox:
        """Open or create the outbox at `path`.

        `program` is what a second program is told when it is refused. `max_bytes` is the quota
        of the file; keep it well below the disk (D8). `salvage`: a damaged file is moved aside
        and what can be read of it carried over, instead of OutboxDamaged. `erase`: what is
        forgotten leaves no byte in the file, at the price of writing each page that gets free.
        Raises OutboxHeld, OutboxForeign, OutboxDamaged or OutboxUnavailable.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        hold = Hold(path, program)
        try:
            quota = Quota(path, max_bytes)
            open_file = opened_or_salvaged if salvage else opened
            database, epoch = open_file(path, device)
            if erase:
                database.execute("PRAGMA secure_delete = ON")
            outbox = Outbox(path, database, (hold, quota), (device, epoch))
            quota.begin(outbox._sql)
        except BaseException:  # whatever it was, the next program must find it free
            hold.release()
            raise
        return outbox

    def note_damage(self, error: BaseException) -> bool:
        """Whether this error says that the file is damaged; the next `open` then salvages it."""
        if not is_damage(error):
            return False
        self.damaged = True
        with suppress(OSError):  # a full disk: the error comes again, and with it the mark
            mark(self.path).touch()
        return True

    def close(self) -> None:
        """Close the file and let another program open it."""
        self._sql.close()
        self._hold.release()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Group calls into one commit: all of them are on disk when it ends, or none."""
        if self._sql.in_transaction:  # the outer one decides
            yield
            return
        self._quota.relax(self._sql)
        self._keep_headroom()
        epoch = self.epoch
        try:
            self._sql.execute("BEGIN IMMEDIATE")
            yield
            self._sql.execute("COMMIT")
        except BaseException as error:  # all or nothing, even at a KeyboardInterrupt
            if self._sql.in_transaction:  # a full disk may have rolled it back already
                self._sql.execute("ROLLBACK")
            self._stream_ids.clear()
            self.epoch = epoch
            if not self.note_damage(error):
                self._quota.met(error, self._sql)
            raise

    # --- a device's own events -------------------------------------------------------------------

    def stream(self, lane: Lane) -> Stream:
        """Return this file's own stream of that lane."""
        return Stream(device=self.device, epoch=self.epoch, lane=lane)

    def append(self, lane: Lane, payload: bytes, now_ms: int) -> int:
        """Keep an event and return its seq; on disk when this returns (D2), or OutboxFull."""
        return self.append_many(lane, [payload], now_ms)

    def append_many(self, lane: Lane, payloads: Sequence[bytes], now_ms: int) -> int:
        """Keep events in order, all or none, and return the seq of the last."""
        longest = max(map(len, payloads), default=0)
        if longest > MAX_EVENT_BYTES:
            raise ValueError(f"event of {longest} bytes; at most {MAX_EVENT_BYTES} are allowed")
        return self._making_room(lambda: self._append(lane, payloads, now_ms))

    def _append(self, lane: Lane, payloads: Sequence[bytes], now_ms: int) -> int:
        with self.transaction():
            stream = self._stream_id(self.stream(lane))
            head = self._head(stream)
            self._insert(stream, head + 1, payloads, now_ms)
            return head + len(payloads)

    def _making_room(self, write: Callable[[], T]) -> T:
        """Write; at the quota forget own committed events first, the oldest first (D8)."""
        grouped = self._sql.in_transaction
        while True:
            tight = self._quota.tight
            try:
                return write()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                    raise
                # SQLite may have rolled the whole group back: then only its maker can go on.
                if grouped and not self._sql.in_transaction:
                    raise OutboxFull(self.path) from error
                if self._quota.tight != tight:
                    continue  # the disk was full, and has room for the log now
                if not self._forget_committed(_FORGET_ROWS):
                    raise OutboxFull(self.path) from error

    def renew_epoch(self) -> str:
        """Start new streams with what HQ may lack; for a file that is an old copy of itself.

        The seqs it would give next were used before, and a receiver would take them for
        duplicates. Events that HQ had already are known there by their ids.
        """
        epoch = str(uuid_utils.uuid7())
        with self.transaction():
            self._sql.execute("UPDATE identity SET epoch = ?", (epoch,))
            for lane in Lane:
                self._move(self.stream(lane), epoch)
        self.epoch = epoch  # until the commit the file knows the old one: see `transaction`
        return epoch

    def _move(self, old: Stream, epoch: str) -> None:
        """Carry what HQ may lack over to the same lane of a new epoch, counted from 1."""
        was = self.position(old)
        new = Stream(device=old.device, epoch=epoch, lane=old.lane)
        old_id, new_id = self._stream_id(old), self._add_stream(new, known=0, floor=1, origin=True)
        self._sql.execute(
            "UPDATE events SET stream = ?1, seq = seq - ?2 WHERE stream = ?3 AND seq > ?2",
            (new_id, was.committed, old_id),
        )
        oldest = max(1, was.oldest - was.committed)  # after a salvage the first seqs were lost
        self._sql.execute(
            "UPDATE streams SET head = ?1, oldest = ?2, floor = ?2 WHERE id = ?3",
            (was.head - was.committed, oldest, new_id),
        )
        self._sql.execute("UPDATE streams SET head = committed WHERE id = ?", (old_id,))

    # --- streams passed on -----------------------------------------------------------------------

    def relay(self, stream: Stream, *, known: int, floor: int) -> Position:
        """Return where a relayed stream stands; a new one starts at `known`, what HQ has."""
        with self.transaction():
            row = self._sql.execute(
                "SELECT id, floor FROM streams WHERE device = ? AND epoch = ? AND lane = ?",
                (stream.device, stream.epoch, stream.lane),
            ).fetchone()
            if row is None:
                self._add_stream(stream, known=known, floor=floor, origin=False)
            elif row[1] != floor:
                self._sql.execute("UPDATE streams SET floor = ? WHERE id = ?", (floor, row[0]))
        return self.position(stream)

    def store(self, stream: Stream, first: int, payloads: Sequence[bytes], now_ms: int) -> None:
        """Keep relayed events `first`, first + 1, …; what is there already stays as it is.

        Raises OutboxFull like `append`.
        """
        self._making_room(lambda: self._store(stream, first, payloads, now_ms))

    def _store(self, stream: Stream, first: int, payloads: Sequence[bytes], now_ms: int) -> None:
        with self.transaction():
            self._insert(self._stream_id(stream), first, payloads, now_ms)

    def pass_over(self, stream: Stream, through: int) -> None:
        """Go on behind `through` with a relayed stream: what lies before it nobody can send.

        `committed` stays: nothing here may say that HQ has what it has not. Nothing happens while
        something before it is not at HQ.
        """
        with self.transaction():
            self._sql.execute(
                "UPDATE streams SET head = ?1, oldest = ?1 + 1, floor = ?1 + 1"
                " WHERE id = ?2 AND head < ?1 AND head <= committed",
                (through, self._stream_id(stream)),
            )

    def rewind(self, stream: Stream, through: int) -> None:
        """Take a relayed stream again from `through` + 1, because HQ lost what went before."""
        with self.transaction():
            self._sql.execute(
                "UPDATE streams SET head = ?1, oldest = ?1 + 1, committed = min(committed, ?1)"
                " WHERE id = ?2 AND head > ?1",
                (through, self._stream_id(stream)),
            )

    # --- reading and forgetting ------------------------------------------------------------------

    def positions(self) -> list[Position]:
        """Return where each stream of the file stands, the urgent lane first."""
        rows = self._sql.execute(
            f"SELECT {_POSITION} FROM streams ORDER BY lane = 'bulk', id"  # noqa: S608 (a constant)
        ).fetchall()
        return [self._as_position(row) for row in rows]

    def own_positions(self) -> list[Position]:
        """Return where the own streams stand, those of earlier epochs too."""
        return [position for position in self.positions() if position.origin]

    def accounts(self) -> tuple[StreamAccount, ...]:
        """Return what to say of the own streams to the ledger, the latest epochs first.

        An earlier epoch stays on the file, and on this list, when all it held is forgotten: if HQ
        then goes back to a backup that lacks some of it, only this row shows that it is lost. A
        row takes less than a hundred bytes, and an epoch ends at a disaster, not every day.
        """
        latest = sorted(self.own_positions(), key=lambda one: one.stream.epoch, reverse=True)
        return tuple(
            StreamAccount(
                epoch=one.stream.epoch,
                lane=one.stream.lane,
                accepted=one.head,
                committed=one.committed,
                oldest_waiting_ms=self.oldest_waiting_ms(one.stream),
            )
            for one in latest[:MAX_ACCOUNTS]
        )

    def position(self, stream: Stream) -> Position:
        """Return where one stream stands."""
        row = self._sql.execute(
            f"SELECT {_POSITION} FROM streams WHERE id = ?",  # noqa: S608 (a constant)
            (self._stream_id(stream),),
        ).fetchone()
        if row is None:
            raise OutboxDamaged(self.path, "a stream that was there is not there any more")
        return self._as_position(row)

    def read(self, stream: Stream, first: int, last: int, max_bytes: int) -> list[bytes]:
        """Return the payloads from `first` up to `last`: as many as fit, but at least one.

        Nothing when `first` is forgotten by now, or the stream was rewound to before it;
        OutboxDamaged when it should be there and is not.
        """
        payloads: list[bytes] = []
        size = 0
        rows = self._sql.execute(
            "SELECT seq, payload FROM events WHERE stream = ? AND seq BETWEEN ? AND ? ORDER BY seq",
            (self._stream_id(stream), first, last),
        )
        for seq, payload in rows:
            if seq != first + len(payloads) or not isinstance(payload, bytes):
                break
            size += len(payload)
            if payloads and size > max_bytes:
                break
            payloads.append(payload)
        rows.close()
        if payloads or first > last:
            return payloads
        position = self.position(stream)
        if position.oldest <= first <= position.head:
            raise OutboxDamaged(self.path, f"event {first} of {stream.lane} is not there")
        return payloads

    def oldest_waiting_ms(self, stream: Stream) -> int | None:
        """Return when the oldest event that HQ has not committed was accepted, or None."""
        position = self.position(stream)
        row = self._sql.execute(
            "SELECT accepted_ms FROM events WHERE stream = ? AND seq > ? ORDER BY seq LIMIT 1",
            (self._stream_id(stream), position.committed),
        ).fetchone()
        return None if row is None else int(row[0])

    def commit_through(self, stream: Stream, through: int) -> None:
        """HQ has the stream through `through`: a relay forgets it, a device keeps it a while.

        HQ may be ahead of a relay that lost its disk: the relay then goes on from there. Raises
        OutboxFull when the disk has no room even for that; HQ says it again at the next offer.
        """
        self._making_room(lambda: self._commit_through(stream, through))

    def _commit_through(self, stream: Stream, through: int) -> None:
        with self.transaction():
            stream_id = self._stream_id(stream)
            position = self.position(stream)
            # A device has no more than it made; a relay may be behind HQ.
            committed = min(through, position.head) if position.origin else through
            self._sql.execute(
                "UPDATE streams SET committed = ? WHERE id = ?", (committed, stream_id)
            )
            if not position.origin:
                self._sql.execute(
                    "DELETE FROM events WHERE stream = ? AND seq <= ?", (stream_id, through)
                )
                self._sql.execute(
                    "UPDATE streams SET oldest = max(oldest, ?1 + 1), head = max(head, ?1)"
                    " WHERE id = ?2",
                    (through, stream_id),
                )

    def retain(self, now_ms: int) -> int:
        """Forget own committed events that are old or too many (D5); return how many."""
        forgotten = 0
        with self.transaction():
            for position in self.own_positions():
                stream = self._stream_id(position.stream)
                # Up to the first that is not old: a clock that was wrong for a while, as after a
                # power cut, makes single events look older than those before them.
                young = self._sql.execute(
                    "SELECT seq FROM events WHERE stream = ? AND accepted_ms >= ?"
                    " ORDER BY seq LIMIT 1",
                    (stream, now_ms - KEEP_COMMITTED_MS),
                ).fetchone()
                aged = position.head if young is None else young[0] - 1
                crowded = position.head - KEEP_COMMITTED_EVENTS
                through = min(position.committed, max(aged, crowded))
                forgotten += self._forget_own(position, through)
        return forgotten

    # --- inside ----------------------------------------------------------------------------------

    def _insert(self, stream: int, first: int, payloads: Sequence[bytes], now_ms: int) -> None:
        # All of them in one step: at each step sqlite3 lets go of the interpreter, and among busy
        # threads waits for it again. The first byte is nobody's: SQLite takes no bytes for NULL.
        at, cuts = 2, []
        for payload in payloads:
            cuts.append(at << 32 | len(payload))
            at += len(payload)
        self._sql.execute(
            "INSERT OR IGNORE INTO events (stream, seq, accepted_ms, payload)"
            " SELECT ?1, ?2 + key, ?3, substr(?4, value >> 32, value & 0xffffffff)"
            " FROM json_each(?5)",
            (stream, first, now_ms, b"".join((b"\0", *payloads)), json.dumps(cuts)),
        )
        self._sql.execute(
            "UPDATE streams SET head = max(head, ?) WHERE id = ?",
            (first + len(payloads) - 1, stream),
        )

    def _head(self, stream: int) -> int:
        row = self._sql.execute("SELECT head FROM streams WHERE id = ?", (stream,)).fetchone()
        return int(row[0])

    def _stream_id(self, stream: Stream) -> int:
        if stream in self._stream_ids:
            return self._stream_ids[stream]
        row = self._sql.execute(
            "SELECT id FROM streams WHERE device = ? AND epoch = ? AND lane = ?",
            (stream.device, stream.epoch, stream.lane),
        ).fetchone()
        if row:
            stream_id = int(row[0])
        else:
            own = stream.device == self.device and stream.epoch == self.epoch
            stream_id = self._add_stream(stream, known=0, floor=1, origin=own)
        self._stream_ids[stream] = stream_id
        return stream_id

    def _add_stream(self, stream: Stream, *, known: int, floor: int, origin: bool) -> int:
        cursor = self._sql.execute(
            "INSERT INTO streams (device, epoch, lane, origin, oldest, head, committed, floor)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                stream.device,
                stream.epoch,
                stream.lane,
                origin,
                known + 1,
                known,
                known,
                floor,
            ),
        )
        return int(cursor.lastrowid or 0)

    def _forget_committed(self, rows: int) -> int:
        """Make room: forget up to `rows` own events per lane that HQ has (D8); return how many."""
        forgotten = 0
        for position in self.own_positions():
            forgotten += self._forget_own(
                position, min(position.committed, position.oldest + rows - 1)
            )
        if forgotten:
            logger.warning("quota of %s reached: forgot %s committed events", self.path, forgotten)
        return forgotten

    def _keep_headroom(self) -> None:
        """Forget before the quota is reached: SQLite rolls a whole group back when it is full."""
        if self._making_headroom or not self._quota.is_near(self._sql):
            return
        self._making_headroom = True
        try:
            self._forget_committed(_FORGET_ROWS)
        finally:
            self._making_headroom = False

    def _as_position(self, row: Sequence[Any]) -> Position:
        device, epoch, lane, oldest, head, committed, floor, origin = row
        return Position(
            stream=Stream(device=device, epoch=epoch, lane=Lane(lane)),
            oldest=oldest,
            head=head,
            committed=committed,
            floor=floor,
            origin=bool(origin),
            ended=bool(origin) and epoch != self.epoch,
        )

    def _forget_own(self, position: Position, through: int) -> int:
        if through < position.oldest:
            return 0
        stream = self._stream_id(position.stream)
        with self.transaction():
            self._sql.execute("DELETE FROM events WHERE stream = ? AND seq <= ?", (stream, through))
            self._sql.execute(
                "UPDATE streams SET oldest = ?1, floor = ?1 WHERE id = ?2", (through + 1, stream)
            )
        return through + 1 - position.oldest


_POSITION = "device, epoch, lane, oldest, head, committed, floor, origin"
