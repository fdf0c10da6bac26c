"""The file of an outbox: opened and set up so that a commit survives a power cut (D2)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

# An event of more than a quarter of a page takes overflow pages of its own: with 4,096 an event
# of 1,500 bytes takes 4,683 on disk, with 8,192 it takes 1,688. docs/decisions/0005 has figures.
PAGE_BYTES = 8192
# The log beside the file is folded in when it has this many pages; so it stays near 8 MB.
CHECKPOINT_PAGES = 1_000


def connected(path: Path) -> sqlite3.Connection:
    """Return a connection that syncs every commit; a file that is there keeps its page size."""
    # The runner opens it and the thread that owns it takes over: hence no thread check.
    connection = sqlite3.connect(path, check_same_thread=False)
    # sqlite-utils wants Python's legacy transactions; the outbox says BEGIN and COMMIT itself.
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # before WAL: it is fixed by then
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL: a power cut loses nothing that was committed; measured, NORMAL lost 287 of 3,000.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    connection.execute("PRAGMA busy_timeout = 5000")
    return connection
