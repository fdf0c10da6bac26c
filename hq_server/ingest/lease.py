"""One ingest process per name: a row says who, so that two never fight for one MQTT session."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from hq_server.database import Database
from hq_server.errors import HeldError
from hq_server.ingest import repository
from hq_server.ingest.repository import LeaseRow

LASTS = timedelta(seconds=20)
RENEW_AFTER = timedelta(seconds=5)


class Lease:
    """The right to be the ingest process of a name."""

    def __init__(self, database: Database, name: str, now: Callable[[], datetime]) -> None:
        """Prepare; nothing is taken yet."""
        self._database = database
        self._name = f"ingest:{name}"
        self._now = now
        self._token = secrets.token_hex(16)
        self._renewed_at: datetime | None = None

    def take(self) -> None:
        """Take the lease, or raise HeldError saying who has it."""
        with self._database.writing() as connection:
            found = repository.lease(connection, self._name)
            now = self._now()
            if found and found.expires_at > now and not _is_gone(found.holder):
                raise HeldError(
                    f"{self._name} is run by {found.holder}; stop that process, or give this one "
                    f"another name ([ingest] name)"
                )
            self._write(connection, now)

    def check(self, connection: sa.Connection) -> None:
        """Make sure, inside a transaction, that the lease is still ours; renew it in time."""
        now = self._now()
        if self._renewed_at and now - self._renewed_at < RENEW_AFTER:
            return
        found = repository.lease(connection, self._name)
        if found is None or found.token != self._token:
            holder = found.holder if found else "nobody"
            raise HeldError(f"{self._name} was lost: it is run by {holder} now")
        self._write(connection, now)

    def renew(self, *, early: bool = False) -> None:
        """Renew the lease when it is time or `early`, in a transaction of its own."""
        if early:
            self._renewed_at = None
        if self._renewed_at and self._now() - self._renewed_at < RENEW_AFTER:
            return
        with self._database.writing() as connection:
            self.check(connection)

    def give_back(self) -> None:
        """End the lease."""
        with self._database.writing() as connection:
            repository.drop_lease(connection, self._name, self._token)

    def _write(self, connection: sa.Connection, now: datetime) -> None:
        row = LeaseRow(holder=this_process(), token=self._token, expires_at=now + LASTS)
        repository.keep_lease(connection, self._name, row)
        self._renewed_at = now


def this_process() -> str:
    """Return host, process id and start of this process."""
    return f"{socket.gethostname()} pid {os.getpid()} started {_started(os.getpid())}"


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
