"""Processes of a benchmark itself: what feeds and what answers runs apart from what is measured."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from benchmarks.errors import BenchmarkError

_spawn = multiprocessing.get_context("spawn")


@contextmanager
def child(work: Any, *arguments: Any) -> Iterator[Connection]:
    """Run `work(*arguments, connection)` in a process of its own; it ends with the block."""
    here, there = _spawn.Pipe()
    process: BaseProcess = _spawn.Process(target=work, args=(*arguments, there), daemon=True)
    process.start()
    there.close()
    try:
        yield here
    finally:
        process.kill()
        process.join()


def told(connection: Connection, within_seconds: float) -> Any:
    """Return what a child says; BenchmarkError when it says nothing in time."""
    try:
        if connection.poll(within_seconds):
            return connection.recv()
    except EOFError:
        pass
    raise BenchmarkError("a process of the benchmark ended without a word")
