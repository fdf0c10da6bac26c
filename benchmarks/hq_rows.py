"""What an HQ on SQLite holds, read from beside it while its programs run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Sums over all streams."""

    events: int
    """Taken in, each counted once."""
    duplicates: int
    """Came again, and were ignored."""
    dead: int


class HqRows:
    """One open look at the database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use `hq_rows` instead."""
        self._rows = connection

    def held(self) -> Held:
        """Return how much HQ has."""
        found = self._rows.execute(
            "SELECT coalesce(sum(through), 0), coalesce(sum(duplicates), 0),"
            " coalesce(sum(dead), 0) FROM streams"
        ).fetchone()
        return Held(events=int(found[0]), duplicates=int(found[1]), dead=int(found[2]))

    def moved(self) -> dict[str, int]:
        """Return how far HQ has each device's streams."""
        return dict(self._rows.execute("SELECT device, sum(through) FROM streams GROUP BY device"))

    def responses(self) -> int:
        """Return how many visits there are."""
        return int(self._rows.execute("SELECT count(*) FROM feedback").fetchone()[0])

    def has(self, response: str) -> bool:
        """Tell whether a visit is there."""
        found = self._rows.execute("SELECT 1 FROM feedback WHERE id = ?", (response,)).fetchone()
        return found is not None


@contextmanager
def hq_rows(file: Path) -> Iterator[HqRows]:
    """Open the database at `file` for reading."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        yield HqRows(connection)
