"""How large the file of an outbox may get: its quota, or what it has when the disk is full (D8).

On a full disk a WAL database is wedged for good: even forgetting needs room in its log. So a
ballast lies beside the file. When the disk is full the ballast is given back to it and the file
may not grow any more; its log, folded in before it is larger, fits where the ballast was.
When the disk has room again the ballast is made anew, and the quota is what it was.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from pathlib import Path

from outbox.file import CHECKPOINT_PAGES, PAGE_BYTES, beside

logger = logging.getLogger(__name__)

BALLAST_BYTES = CHECKPOINT_PAGES * PAGE_BYTES
# Room for the largest group that a gateway commits at once: 4,000 events of a kilobyte.
HEADROOM_BYTES = 4_194_304
# What a write says when its disk is full: for the file, and for the log's index.
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)


class Ballast:
    """Blocks that are held for the day when the disk is full."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        """`path` is the outbox; a small quota has a small ballast."""
        self._path = beside(path, ".ballast")
        self.bytes = min(BALLAST_BYTES, max_bytes // 8)

    def disk_is_full(self) -> bool:
        """Whether the disk has less left than the ballast takes."""
        return self._left() < self.bytes

    def hold(self, *, leaving: int = 0) -> bool:
        """Take the blocks if that leaves so many bytes on the disk; whether they are held now."""
        if self._path.exists() and self._path.stat().st_size == self.bytes:
            return True
        if self._left() < self.bytes + leaving:
            return False
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, self.bytes)
            finally:
                os.close(descriptor)
        except OSError:
            self.free()
            return False
        return True

    def free(self) -> None:
        """Give the blocks back to the disk."""
        self._path.unlink(missing_ok=True)

    def _left(self) -> int:
        disk = os.statvfs(self._path.parent)
        return disk.f_bavail * disk.f_frsize


class Quota:
    """The most pages that the file may have, now."""

    def __init__(self, path: Path, max_bytes: int | None) -> None:
        """None: as large as the disk, and nothing is held back."""
        self.tight = False
        """Whether the disk is full, so that the file may not grow."""
        self._path = path
        self._max_bytes = max_bytes
        self._ballast = None if max_bytes is None else Ballast(path, max_bytes)
        if self._ballast is not None and self._ballast.disk_is_full():
            self._ballast.free()  # opening needs room too

    def begin(self, sql: sqlite3.Connection) -> None:
        """Set the quota of the open file."""
        if self._max_bytes is None or self._ballast is None:
            return
        (page_bytes,) = sql.execute("PRAGMA page_size").fetchone()
        self._most = self._max_bytes // page_bytes
        self._headroom = min(HEADROOM_BYTES // page_bytes, self._most // 8)
        self._limit(sql, self._most)
        pages = min(CHECKPOINT_PAGES, max(1, self._ballast.bytes // page_bytes))
        sql.execute(f"PRAGMA wal_autocheckpoint = {pages}")
        if not self._ballast.hold():
            self._tighten(sql)

    def relax(self, sql: sqlite3.Connection) -> None:
        """Go back to the whole quota when the disk has room again."""
        if not self.tight or self._ballast is None:
            return
        if not self._ballast.hold(leaving=self._ballast.bytes):  # or it would be full again at once
            return
        self.tight = False
        self._limit(sql, self._most)
        logger.info("the disk of %s has room again", self._path)

    def met(self, error: BaseException, sql: sqlite3.Connection) -> None:
        """A write failed: when it was for want of room on the disk, make do with what there is."""
        if self._ballast is None or self.tight:
            return
        if getattr(error, "sqlite_errorcode", None) in _NO_ROOM and self._ballast.disk_is_full():
            self._tighten(sql)

    def is_near(self, sql: sqlite3.Connection) -> bool:
        """Whether the file has no room for another large group."""
        if self._ballast is None:
            return False
        used, free = sql.execute(
            "SELECT page_count, freelist_count FROM pragma_page_count, pragma_freelist_count"
        ).fetchone()
        return bool(self._pages - used + free < self._headroom)

    def _tighten(self, sql: sqlite3.Connection) -> None:
        if self._ballast is not None:
            self._ballast.free()
        self.tight = True
        (used,) = sql.execute("PRAGMA page_count").fetchone()
        self._limit(sql, used)
        logger.warning(
            "the disk of %s is full; the outbox goes on with the room it has, and grows again when"
            " the disk has room",
            self._path,
        )

    def _limit(self, sql: sqlite3.Connection, pages: int) -> None:
        self._pages = pages
        sql.execute(f"PRAGMA max_page_count = {pages}")
