"""Reads HQ's database from outside, as it stands, without a program of HQ's to ask."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from simulator.campaign.comparison import HqResponse
from simulator.campaign.saved_list import note_hash

_BUSY_SECONDS = 5.0
# What a look at a database that is just being killed, moved or started may meet.
UNREADABLE = (sqlite3.Error, psycopg.Error, OSError)

StreamKey = tuple[str, str, str]
"""Device, epoch, lane."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HqStream:
    """How far HQ has a stream, and what it knows to be missing for ever."""

    through: int
    holes: int
    duplicates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at HQ's tables."""

    responses: tuple[HqResponse, ...]
    streams: dict[StreamKey, HqStream]
    dead_letters: int

    @property
    def revisions(self) -> dict[str, int]:
        """The revision that HQ has of each response."""
        return {each.response: each.rev for each in self.responses}


class HqRows:
    """The database of one HQ, read-only."""

    def __init__(self, url: str) -> None:
        """`url`: postgresql://…, or the path of an SQLite file."""
        self._url = url

    def look(self) -> Look:
        """Return what is there; one of UNREADABLE when it cannot be read just now."""
        with self._connected() as connection:
            responses = _all(connection, "SELECT id, rev, rating, note, grade FROM feedback")
            streams = _all(
                connection,
                "SELECT device, epoch, lane, through, holes, duplicates FROM streams",
            )
            (dead,) = _all(connection, "SELECT count(*) FROM dead_letters")[0]
        return Look(
            responses=tuple(
                HqResponse(
                    response=row[0], rev=row[1], rating=row[2], note=note_hash(row[3]), grade=row[4]
                )
                for row in responses
            ),
            streams={
                (row[0], row[1], str(row[2])): HqStream(
                    through=row[3], holes=row[4], duplicates=row[5]
                )
                for row in streams
            },
            dead_letters=dead,
        )

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Any]:
        if self._url.startswith("postgresql"):
            with psycopg.connect(self._url, connect_timeout=5) as connection:
                yield connection
            return
        # Read-only: the last one to close a database would else write its log into it.
        file = sqlite3.connect(f"file:{self._url}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
        with contextlib.closing(file):
            file.execute("BEGIN")
            yield file


def _all(connection: Any, query: str) -> list[Sequence[Any]]:
    return list(connection.execute(query).fetchall())


def own_streams(outbox: Path) -> dict[StreamKey, int]:
    """Return the highest seq of each stream that the device of this outbox made."""
    file = sqlite3.connect(f"file:{outbox}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
    with contextlib.closing(file):
        rows = file.execute("SELECT device, epoch, lane, head FROM streams WHERE origin = 1")
        return {(row[0], row[1], row[2]): row[3] for row in rows}
