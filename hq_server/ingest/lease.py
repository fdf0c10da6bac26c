"""Who takes in what: one ingest process per name, and each partition at one of them.

Rows say so: a process renews the lease of its name, and holds the partitions that bear the
lease's token. Whoever joins makes the others give up what is more than their fair share; what a
dead process held is free at once on its own machine, elsewhere when its lease ends. Nothing counts
twice when two believe to hold the same partition: that is the watermarks' work.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hq_server.database import Database
from hq_server.errors import HeldError
from hq_server.ingest import repository
from hq_server.ingest.partitions import Change, balance
from hq_server.ingest.repository import LeaseRow

logger = logging.getLogger(__name__)

LASTS = timedelta(seconds=20)
RENEW_AFTER = timedelta(seconds=5)
LOOK_AFTER = timedelta(seconds=2)
KIND = "ingest:"


class Lease:
    """The right to be the ingest process of a name, and to take in some partitions."""

    def __init__(
        self,
        database: Database,
        name: str,
        now: Callable[[], datetime],
        figures: Callable[[], dict[str, object]] = dict,
    ) -> None:
        """Prepare; nothing is taken yet. `figures` are written with each renewal."""
        self._database = database
        self._name = f"{KIND}{name}"
        self._now = now
        self._figures = figures
        self._token = secrets.token_hex(16)
        self._renewed_at: datetime | None = None
        self._looked_at: datetime | None = None
        self.partitions: frozenset[int] = frozenset()
        """What this process takes in."""

    def take(self) -> None:
        """Take the lease and what is free, or raise HeldError saying who has the name."""
        with self._database.writing() as connection:
            found = repository.lease(connection, self._name)
            now = self._now()
            if found and _lives(found, now):
                raise HeldError(
                    f"{self._name} is run by {found.holder}; stop that process, or give this one "
                    f"another name ([ingest] name)"
                )
            self._write(connection, now)
            held = self._balanced(connection, now)
        self._hold(held)

    def check(self, connection: sa.Connection) -> None:
        """Make sure, inside a transaction, that the lease is still ours; renew it in time."""
        now = self._now()
        if _recent(self._renewed_at, now, RENEW_AFTER):
            return
        found = repository.lease(connection, self._name)
        if found is None or found.token != self._token:
            holder = found.holder if found else "nobody"
            raise HeldError(f"{self._name} was lost: it is run by {holder} now")
        self._write(connection, now)
        # Asleep for too long, others may have taken what we held.
        self._hold(repository.partitions_of(connection, self._token))

    def tend(self) -> bool:
        """Renew in time, give up what is too much, take what is free; False when it is too early.

        Cheap when called often.
        """
        now = self._now()
        if _recent(self._looked_at, now, LOOK_AFTER):
            return False
        with self._database.reading() as connection:
            wanted = self._wanted(connection, now)
        self._looked_at = now
        if wanted or not _recent(self._renewed_at, now, RENEW_AFTER):
            with self._database.writing() as connection:
                self.check(connection)
                held = self._balanced(connection, now)
            self._hold(held)
        return True

    def renew(self) -> None:
        """Renew the lease now, in a transaction of its own."""
        self._renewed_at = None
        with self._database.writing() as connection:
            self.check(connection)

    def give_back(self) -> None:
        """End the lease: what was held is free at once."""
        self._hold(frozenset())
        with self._database.writing() as connection:
            repository.drop_lease(connection, self._name, self._token)
            repository.free_partitions(connection, self._token)

    def _wanted(self, connection: sa.Connection, now: datetime) -> Change:
        leases = repository.leases_named(connection, KIND)
        living = {row.token for row in leases if row.token == self._token or _lives(row, now)}
        return balance(repository.partitions_held(connection), self._token, living)

    def _balanced(self, connection: sa.Connection, now: datetime) -> frozenset[int]:
        """Write who holds what, as it should be; return what we hold."""
        repository.lock_partitions(connection)
        change = self._wanted(connection, now)
        repository.hold_partitions(connection, change.give_up, None)
        repository.hold_partitions(connection, change.take, self._token)
        return repository.partitions_of(connection, self._token)

    def _hold(self, partitions: frozenset[int]) -> None:
        before, self.partitions = self.partitions, partitions
        if before != partitions:
            logger.info(
                "%s takes in %s partitions: %s more, %s less",
                self._name, len(partitions), len(partitions - before), len(before - partitions),
            )  # fmt: skip

    def _write(self, connection: sa.Connection, now: datetime) -> None:
        row = LeaseRow(
            name=self._name,
            holder=this_process(),
            token=self._token,
            expires_at=now + LASTS,
            figures=self._figures(),
        )
        repository.keep_lease(connection, row)
        self._renewed_at = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """An ingest process as the database knows it."""

    name: str
    holder: str
    alive: bool
    partitions: int
    renewed_at: datetime
    figures: dict[str, Any]

    def counted(self, figure: str) -> float:
        """Return one of its figures; 0 when it never counted that."""
        return self.figures.get(figure) or 0


def processes(connection: sa.Connection, now: datetime) -> list[Process]:
    """Return the ingest processes that have not ended in order, by name."""
    held = Counter(repository.partitions_held(connection).values())
    return [
        Process(
            name=row.name.removeprefix(KIND),
            holder=row.holder,
            alive=_lives(row, now),
            partitions=held[row.token],
            renewed_at=row.expires_at - LASTS,
            figures=row.figures,
        )
        for row in repository.leases_named(connection, KIND)
    ]


def this_process() -> str:
    """Return host, process id and start of this process."""
    return f"{socket.gethostname()} pid {os.getpid()} started {_started(os.getpid())}"


def _recent(at: datetime | None, now: datetime, span: timedelta) -> bool:
    """Return whether `at` lies less than `span` back; a clock that was set back makes it old."""
    return at is not None and timedelta(0) <= now - at < span


def _lives(row: LeaseRow, now: datetime) -> bool:
    return row.expires_at > now and not _is_gone(row.holder)


def _is_gone(holder: str) -> bool:
    """Return whether `holder` was a process of this machine that has ended."""
    match holder.split(" "):
        case [host, "pid", pid, "started", started] if host == socket.gethostname():
            return _started(int(pid)) != started
    return False


def _started(pid: int) -> str:
    """Return when a process started, in clock ticks since boot; "ended" for a dead one."""
    try:
        # The name in parentheses may hold blanks: what follows the last one is fixed (proc(5)).
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "ended"
    return "ended" if fields[0] in "ZX" else fields[19]
