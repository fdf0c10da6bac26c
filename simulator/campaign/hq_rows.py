"""Reads HQ's database from outside, as it stands, without a program of HQ's to ask."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from protocols.topics import partition
from simulator.campaign.comparison import HqResponse
from simulator.campaign.saved_list import note_hash

_BUSY_SECONDS = 5.0
# What a look at a database that is just being killed, moved or started may meet.
UNREADABLE = (sqlite3.Error, psycopg.Error, OSError)

COUNTS = (
    "responses",
    *(f"rated_{rating}" for rating in range(1, 6)),
    *(f"grade_{grade}" for grade in "sab"),
    "noted",
)
_COUNTED = (
    "1",
    *(f"CASE WHEN rating = {rating} THEN weight ELSE 0 END" for rating in range(1, 6)),
    *(f"CASE WHEN grade = '{grade}' THEN 1 ELSE 0 END" for grade in "SAB"),
    "CASE WHEN note <> '' THEN 1 ELSE 0 END",
)
_SCORES = (
    f"SELECT store_id, touchpoint, {', '.join(f'sum({name})' for name in COUNTS)}"  # noqa: S608
    " FROM day_scores GROUP BY store_id, touchpoint"
)
_RECOUNT = (
    f"SELECT store_id, coalesce(touchpoint, ''), {', '.join(f'sum({one})' for one in _COUNTED)}"  # noqa: S608
    " FROM feedback GROUP BY store_id, coalesce(touchpoint, '')"
)

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
    scores: dict[str, int]
    """What HQ's rollups add up to, by column."""
    recount: dict[str, int]
    """The same, counted from its rows of feedback just now."""

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
            scores = _by_touchpoint(connection, _SCORES)
            recount = _by_touchpoint(connection, _RECOUNT)
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
            scores=scores,
            recount=recount,
        )

    def holders(self) -> set[str]:
        """Return the ingest processes that hold partitions; nothing when it cannot be read now."""
        return set(self._held().values())

    def holder(self, gateway: str) -> str | None:
        """Return the ingest process that takes in a gateway; None when nobody does."""
        return self._held().get(partition(gateway))

    def _held(self) -> dict[int, str]:
        with contextlib.suppress(*UNREADABLE), self._connected() as connection:
            found = _all(
                connection,
                "SELECT partitions.id, leases.name FROM partitions"
                " JOIN leases ON leases.token = partitions.token",
            )
            return {int(row[0]): row[1].partition(":")[2] for row in found}
        return {}

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Any]:
        if self._url.startswith("postgresql"):
            with psycopg.connect(self._url, connect_timeout=5) as connection:
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                yield connection
            return
        # Read-only: the last one to close a database would else write its log into it.
        file = sqlite3.connect(f"file:{self._url}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
        with contextlib.closing(file):
            file.execute("BEGIN")
            yield file


def _all(connection: Any, query: str) -> list[Sequence[Any]]:
    return list(connection.execute(query).fetchall())


def _by_touchpoint(connection: Any, query: str) -> dict[str, int]:
    return {
        f"{store}/{touchpoint} {name}": int(count)
        for store, touchpoint, *counts in _all(connection, query)
        for name, count in zip(COUNTS, counts, strict=True)
        if count
    }


def own_streams(outbox: Path) -> dict[StreamKey, int]:
    """Return the highest seq of each stream that the device of this outbox made."""
    file = sqlite3.connect(f"file:{outbox}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
    with contextlib.closing(file):
        rows = file.execute("SELECT device, epoch, lane, head FROM streams WHERE origin = 1")
        return {(row[0], row[1], row[2]): row[3] for row in rows}
