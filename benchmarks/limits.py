"""What this machine can do at all: disk, SQLite, PostgreSQL, broker and WebSocket without us.

Every other benchmark measures here, in the same run, the limits that its figures stand beside.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import psycopg

from benchmarks import echo
from benchmarks.brokers import MOSQUITTO, Mosquitto
from benchmarks.figures import Limit, Results
from benchmarks.postgresql import postgresql
from simulator.broker import EmbeddedBroker

PAYLOAD_BYTES = 200
_SYNC_BYTES = 4096
_COPY_ROWS = 5_000


def run(results: Results, seconds: float) -> None:
    """Measure every limit for `seconds` each."""
    folder = results.data
    for rows in (1, 10, 100, 500):
        limit = sqlite(folder, rows, seconds, results.seed)
        results.add(limit.what, limit.value, "rows/s")
    for limit in (append(folder, seconds), overwrite(folder, seconds)):
        results.add(limit.what, limit.value, "syncs/s")
    for name, running in brokers(folder):
        with started(running):
            for size in (PAYLOAD_BYTES, 25_000):
                limit = messages(running.port, size, seconds, name)
                results.add(limit.what, limit.value, "messages/s")
    for window in (1, 64):
        limit = round_trips(window, seconds)
        results.add(limit.what, limit.value, "round trips/s")
    with postgresql() as url:
        for limit in (copy(url, seconds, results.seed), staged(url, seconds, results.seed)):
            results.add(limit.what, limit.value, "rows/s")


def brokers(folder: Path) -> Iterator[tuple[str, Mosquitto | EmbeddedBroker]]:
    """Yield the brokers that this machine has, by name."""
    if MOSQUITTO:
        yield "Mosquitto", Mosquitto(folder)
    yield "embedded broker", EmbeddedBroker()


@contextlib.contextmanager
def started(running: Mosquitto | EmbeddedBroker) -> Iterator[None]:
    """Run a broker for a while."""
    running.start()
    try:
        yield
    finally:
        running.stop()


def per_second(work: Callable[[], int], seconds: float) -> float:
    """Return how many units `work` gets done in a second, called over and over."""
    done, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        done += work()
    return done / passed


# --- disk ---------------------------------------------------------------------------------------


def sqlite(folder: Path, rows: int, seconds: float, seed: int) -> Limit:
    """Return the rows/s that SQLite keeps, WAL and FULL, with a random unique id each."""
    chance = Random(seed)
    file = folder / f"limit-{secrets.token_hex(4)}.sqlite3"
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE rows (id BLOB PRIMARY KEY, payload BLOB) WITHOUT ROWID")
    payload = chance.randbytes(PAYLOAD_BYTES)

    def commit() -> int:
        database.execute("BEGIN IMMEDIATE")
        database.executemany(
            "INSERT INTO rows VALUES (?, ?)", [(chance.randbytes(16), payload) for _ in range(rows)]
        )
        database.execute("COMMIT")
        return rows

    try:
        return Limit(f"SQLite WAL FULL, {rows} a commit", per_second(commit, seconds))
    finally:
        database.close()
        for part in folder.glob(f"{file.name}*"):
            part.unlink()


def append(folder: Path, seconds: float) -> Limit:
    """Return the fdatasync/s after an append of 4 kB each."""
    return Limit("fdatasync after 4 kB appended", _syncs(folder, seconds, appending=True))


def overwrite(folder: Path, seconds: float) -> Limit:
    """Return the fdatasync/s after 4 kB written over what was there."""
    return Limit("fdatasync after 4 kB overwritten", _syncs(folder, seconds, appending=False))


def _syncs(folder: Path, seconds: float, *, appending: bool) -> float:
    path = folder / f"limit-{secrets.token_hex(4)}.sync"
    block = os.urandom(_SYNC_BYTES)
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    os.pwrite(file, block, 0)
    place = 0

    def sync() -> int:
        nonlocal place
        place += _SYNC_BYTES if appending else 0
        os.pwrite(file, block, place)
        os.fdatasync(file)
        return 1

    try:
        return per_second(sync, seconds)
    finally:
        os.close(file)
        path.unlink()


# --- links --------------------------------------------------------------------------------------


def messages(port: int, size: int, seconds: float, name: str) -> Limit:
    """Return the messages/s from a paho that publishes with QoS 1 to a paho that subscribes."""
    return Limit(f"{name}, QoS 1, {size:,} bytes", echo.broker_rate(port, size, seconds))


def round_trips(window: int, seconds: float) -> Limit:
    """Return the WebSocket frames/s that come back from a server like the gateway's."""
    what = "one at a time" if window == 1 else f"{window} at a time"
    return Limit(f"WebSocket round trips, {what}", echo.socket_rate(window, seconds))


# --- PostgreSQL ---------------------------------------------------------------------------------


def copy(url: str, seconds: float, seed: int) -> Limit:
    """Return the rows/s of a plain COPY, 5,000 rows a commit: nothing is deduplicated."""
    return Limit("PostgreSQL COPY, 5,000 a commit", _copied(url, seconds, seed, staged=False))


def staged(url: str, seconds: float, seed: int) -> Limit:
    """Return the rows/s of COPY into a stage and INSERT … ON CONFLICT DO NOTHING from there."""
    what = "PostgreSQL staged COPY + ON CONFLICT, 5,000 a commit"
    return Limit(what, _copied(url, seconds, seed, staged=True))


def _copied(url: str, seconds: float, seed: int, *, staged: bool) -> float:
    chance = Random(seed)
    payload = chance.randbytes(PAYLOAD_BYTES)
    table = "stage" if staged else "kept"
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("DROP TABLE IF EXISTS kept")
        database.execute("CREATE TABLE kept (id BYTEA PRIMARY KEY, payload BYTEA)")
        database.execute("CREATE TEMP TABLE stage (id BYTEA, payload BYTEA)")

        def commit() -> int:
            rows = [(chance.randbytes(16), payload) for _ in range(_COPY_ROWS)]
            with database.transaction(), database.cursor() as cursor:
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as into:
                    into.set_types(["bytea", "bytea"])
                    for row in rows:
                        into.write_row(row)
                if staged:
                    cursor.execute(
                        "INSERT INTO kept SELECT * FROM stage ON CONFLICT (id) DO NOTHING"
                    )
                    cursor.execute("TRUNCATE stage")
            return _COPY_ROWS

        try:
            return per_second(commit, seconds)
        finally:
            database.execute("DROP TABLE kept")
