"""`python -m benchmarks NAME`: one benchmark, or all of them, or the tables of the docs."""

from __future__ import annotations

import logging
import secrets
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.errors import BenchmarkError
from benchmarks.figures import KEPT_IN, Results, show
from benchmarks.machine import machine
from simulator.programs import ProgramError

program = typer.Typer(
    help="Measures Storeloop beside what this machine can do at all. Each figure is a line of JSON"
    " in build/benchmarks/.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Seed = Annotated[int, typer.Option(help="The same seed brings the same events.", min=0)]
DataFolder = Annotated[Path, typer.Option("--data", help="Where files go while it runs: a disk.")]
Seconds = Annotated[float, typer.Option(help="How long each figure is measured.", min=0.05)]
Events = Annotated[int, typer.Option(help="How many events are carried.", min=100)]
_DATA = KEPT_IN / "data"


@program.callback()
def _one_of() -> None:
    pass


@contextmanager
def _results(benchmark: str, seed: int, data: Path, **sizes: float) -> Iterator[Results]:
    """Give a benchmark its folder, show its table at the end, and end it with a sentence."""
    logging.basicConfig(level=logging.WARNING)
    folder = data.absolute() / f"{benchmark}-{secrets.token_hex(3)}"
    folder.mkdir(parents=True)
    try:
        machine(folder)
        results = Results(benchmark=benchmark, seed=seed, data=folder, sizes=sizes)
        yield results
        show(results.figures, f"{benchmark} (seed {seed})")
    except (BenchmarkError, ProgramError) as error:
        typer.echo(f"benchmarks {benchmark}: {error}", err=True)
        raise typer.Exit(1) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@program.command()
def limits(seconds: Seconds = 3.0, seed: Seed = 7, data: DataFolder = _DATA) -> None:
    """Disk, SQLite, PostgreSQL, broker and WebSocket without us."""
    from benchmarks import limits as benchmark  # noqa: PLC0415 (each loads only what it needs)

    with _results("limits", seed, data, seconds=seconds) as results:
        benchmark.run(results, seconds)


@program.command()
def gateway(events: Events = 400_000, seed: Seed = 7, data: DataFolder = _DATA) -> None:
    """One gateway between devices and a stand-in HQ: events/s, memory, bytes on the wire."""
    from benchmarks import gateway as benchmark  # noqa: PLC0415

    with _results("gateway", seed, data, events=events) as results:
        benchmark.run(results, events)


@program.command("hq-ingest")
def hq_ingest(events: Events = 200_000, seed: Seed = 7, data: DataFolder = _DATA) -> None:
    """HQ's ingest into SQLite and PostgreSQL, alone and as one and two processes."""
    from benchmarks import hq_ingest as benchmark  # noqa: PLC0415

    with _results("hq-ingest", seed, data, events=events) as results:
        benchmark.run(results, events)


@program.command("end-to-end")
def end_to_end(seconds: Seconds = 20.0, seed: Seed = 7, data: DataFolder = _DATA) -> None:
    """From a tap to its row at HQ, at three rates; from an S word to the alarm, the WAN cut."""
    from benchmarks import end_to_end as benchmark  # noqa: PLC0415

    with _results("end-to-end", seed, data, seconds=seconds) as results:
        benchmark.run(results, seconds)


@program.command()
def drain(events: Events = 1_000_000, seed: Seed = 7, data: DataFolder = _DATA) -> None:
    """A week without WAN, and then all of it at once."""
    from benchmarks import drain as benchmark  # noqa: PLC0415

    with _results("drain", seed, data, events=events) as results:
        benchmark.run(results, events)


def main() -> None:
    """Run the program; a SIGTERM ends what it started, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    program()


if __name__ == "__main__":
    main()
