"""Processes of a benchmark itself: what feeds and what answers runs apart from what is measured."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from benchmarks.errors import BenchmarkError
from simulator.programs import Program, ProgramError

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


def told(connection: Connection, within_seconds: float, *programs: Program) -> Any:
    """Return what a child says; an error when it says nothing in time, or a program ends."""
    give_up = time.monotonic() + within_seconds
    try:
        while not connection.poll(0.2):
            for program in programs:
                if not program.running:
                    raise ProgramError(f"{program.name} ended:\n{program.last_words()}")
            if time.monotonic() > give_up:
                raise BenchmarkError(f"nothing came of it within {within_seconds:.0f} s")
        return connection.recv()
    except EOFError:
        raise BenchmarkError("a process of the benchmark ended without a word") from None
