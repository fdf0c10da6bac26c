"""The kiosk's reserve of case codes, granted by the gateway: each is given to one visit at most.

A code is marked as taken on disk before anybody can see it, a few at a time and ahead of need, so
that the screen never waits; those in memory when the power goes are wasted. With none left, or
when the disk takes nothing, a longer code is made by chance (see `case_code`).
"""

from __future__ import annotations

import logging
import secrets
import sqlite3
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from protocols import case_code

logger = logging.getLogger(__name__)

AHEAD = 8
"""So many codes lie ready in memory: more visits than end between two looks at the disk."""
# A code that was taken is remembered, so that it is not taken in again; this many are years.
_REMEMBERED = 100_000
_MOST_HELD = 20_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS codes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE, taken INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS waiting ON codes (number) WHERE NOT taken;
CREATE TABLE IF NOT EXISTS source (epoch TEXT NOT NULL);
"""


class Reserve:
    """Codes that nobody has been shown yet. `give` may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened before `open`; until then codes are made by chance."""
        self._path = path
        self._sql: sqlite3.Connection | None = None
        self._ready: deque[str] = deque()
        self._left = 0
        self._epoch = ""
        self._failure_logged = False

    @property
    def left(self) -> int | None:
        """Return how many codes there are to give; None: granted ones cannot be kept here."""
        return None if self._sql is None else self._left + len(self._ready)

    @property
    def ready(self) -> int:
        """Return how many can be given at once."""
        return len(self._ready)

    def give(self) -> str:
        """Return a code that is given now and never again; at once, without the disk."""
        try:
            return self._ready.popleft()
        except IndexError:
            return random_code()

    # --- on one thread ---------------------------------------------------------------------------

    def open(self, epoch: str) -> None:
        """Open the file, and have codes ready; see `refill` for `epoch`."""
        try:
            self._open()
            self._belong_to(epoch)
        except sqlite3.DatabaseError as error:
            self._failed(error)
            if not isinstance(error, sqlite3.OperationalError):  # broken; not only busy or full
                self._begin_anew(epoch)
        self.refill(epoch)

    def add(self, codes: Iterable[str]) -> None:
        """Take in what the gateway grants; a code that was here before is not taken in again."""
        if self._sql is None or self._left >= _MOST_HELD:
            return
        try:
            with self._sql:
                self._sql.executemany(
                    "INSERT OR IGNORE INTO codes (code, taken) VALUES (?, 0)",
                    [(code,) for code in codes if _is_code(code)],
                )
            self._left = _waiting(self._sql)
        except sqlite3.Error as error:
            self._failed(error)

    def refill(self, epoch: str) -> None:
        """Have AHEAD codes ready again, as far as there are any.

        `epoch` is the outbox's: another one than before means that the disk is an older copy, so
        that codes which lie on it may have been given already. They are dropped.
        """
        try:
            if epoch != self._epoch:
                self._belong_to(epoch)
            wanted = AHEAD - len(self._ready)
            if self._sql is not None and self._left and wanted > 0:
                self._ready += self._taken(self._sql, wanted)
                self._failure_logged = False
        except sqlite3.Error as error:
            self._failed(error)

    def close(self) -> None:
        """Close the file; what lies ready in memory is wasted."""
        self._ready.clear()
        if self._sql is not None:
            self._sql.close()
            self._sql = None
        self._left, self._epoch = 0, ""

    def _open(self) -> None:
        # Only the journal's thread uses it once it runs, but its starter opens it.
        database = sqlite3.connect(self._path, isolation_level="IMMEDIATE", check_same_thread=False)
        try:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=FULL")
            database.executescript(_SCHEMA)
            self._left = _waiting(database)
        except BaseException:  # whatever it was, the next try must find the file free
            database.close()
            raise
        self._sql = database

    def _taken(self, database: sqlite3.Connection, count: int) -> list[str]:
        """Return codes that are marked as taken, on disk."""
        with database:
            rows = database.execute(
                "UPDATE codes SET taken = 1 WHERE number IN (SELECT number FROM codes"
                " WHERE NOT taken ORDER BY number LIMIT ?) RETURNING code",
                (count,),
            ).fetchall()
            database.execute(
                "DELETE FROM codes WHERE taken AND number <= (SELECT max(number) FROM codes) - ?",
                (_REMEMBERED,),
            )
        self._left = _waiting(database)
        return [code for (code,) in rows]

    def _belong_to(self, epoch: str) -> None:
        if self._sql is None:
            return
        with self._sql:
            row = self._sql.execute("SELECT epoch FROM source").fetchone()
            if row != (epoch,):
                self._ready.clear()
                dropped = self._sql.execute("UPDATE codes SET taken = 1 WHERE NOT taken").rowcount
                self._sql.execute("DELETE FROM source")
                self._sql.execute("INSERT INTO source VALUES (?)", (epoch,))
                if dropped:
                    logger.warning("%s case codes dropped: the outbox has a new epoch", dropped)
        self._epoch, self._left = epoch, _waiting(self._sql)

    def _begin_anew(self, epoch: str) -> None:
        """Leave a broken file behind: its codes are lost, the gateway grants others."""
        self.close()
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()
        with suppress(sqlite3.Error):
            self._open()
            self._belong_to(epoch)

    def _failed(self, error: sqlite3.Error) -> None:
        if not self._failure_logged:  # once per episode
            logger.warning("case codes cannot be kept, longer ones are made: %s", error)
        self._failure_logged = True


def random_code() -> str:
    """Return a code of 12 characters by chance, for a kiosk without a reserve."""
    return case_code.mint_random(secrets.randbits(case_code.LONG_RANDOM_BITS))


def _waiting(database: sqlite3.Connection) -> int:
    [count] = database.execute("SELECT count(*) FROM codes WHERE NOT taken").fetchone()
    return int(count)


def _is_code(text: str) -> bool:
    try:
        return case_code.parse(text) == text
    except case_code.CaseCodeError:
        return False
