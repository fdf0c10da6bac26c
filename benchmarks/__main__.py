"""`python -m benchmarks NAME`: one benchmark, or all of them, or the tables of the docs."""

from __future__ import annotations

import logging
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.errors import BenchmarkError
from benchmarks.figures import KEPT_IN, Results, latest, show
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
# What `all` runs, in order, with sizes that only show that it runs.
QUICK = {
    "limits": ("--seconds", "0.05"),
    "gateway": ("--events", "640"),
    "hq-ingest": ("--events", "1000"),
    "end-to-end": ("--seconds", "0.3"),
    "drain": ("--events", "1000"),
    "many-gateways": ("--gateways", "8", "--seconds", "0.5"),
    "kiosk": ("--visits", "8", "--taps", "5", "--rest", "0.5"),
    "ports": ("--ports", "2", "--seconds", "0.1", "--rounds", "50"),
    "readers-parsing": ("--megabytes", "0.2"),
    "codes": ("--codes", "2000"),
    "pinyin": ("--rounds", "1"),
    "grading": ("--texts", "60", "--rounds", "1"),
}
_PAGE = Path("docs/benchmarks.md")
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


@program.command("many-gateways")
def many_gateways(
    gateways: Annotated[int, typer.Option(help="How many gateways.", min=2)] = 1_000,
    seconds: Seconds = 15.0,
    seed: Seed = 7,
    data: DataFolder = _DATA,
) -> None:
    """A thousand gateways: at rest, a broker restarted, one of two brokers or ingests killed."""
    from benchmarks import many_gateways as benchmark  # noqa: PLC0415

    with _results("many-gateways", seed, data, gateways=gateways, seconds=seconds) as results:
        benchmark.run(results, gateways, seconds)


@program.command()
def kiosk(
    visits: Annotated[int, typer.Option(help="How many shoppers come.", min=8)] = 3_000,
    taps: Annotated[int, typer.Option(help="How many taps are timed.", min=1)] = 300,
    rest: Seconds = 30.0,
    seed: Seed = 7,
    data: DataFolder = _DATA,
) -> None:
    """The kiosk: start, CPU at rest, a tap until painted and on disk, thousands of visits."""
    from benchmarks import kiosk as benchmark  # noqa: PLC0415

    with _results("kiosk", seed, data, visits=visits, taps=taps, rest=rest) as results:
        benchmark.run(results, visits, taps, rest)


@program.command()
def ports(
    ports: Annotated[int, typer.Option(help="How many tills print.", min=1, max=64)] = 30,
    seconds: Seconds = 20.0,
    rounds: Annotated[int, typer.Option(help="How many pieces pass in series.", min=50)] = 5_000,
    seed: Seed = 7,
    data: DataFolder = _DATA,
) -> None:
    """Tills on serial ports: nonstop, unplugged, and in series with their printer."""
    from benchmarks import ports as benchmark  # noqa: PLC0415

    with _results("ports", seed, data, ports=ports, seconds=seconds, rounds=rounds) as results:
        benchmark.run(results, ports, seconds, rounds)


@program.command("readers-parsing")
def readers_parsing(
    megabytes: Annotated[float, typer.Option(help="How much of each is read.", min=0.1)] = 20.0,
    seed: Seed = 7,
    data: DataFolder = _DATA,
) -> None:
    """What tills send to printers, parsed: text, receipts and pictures, beside byte by byte."""
    from benchmarks import readers_parsing as benchmark  # noqa: PLC0415

    with _results("readers-parsing", seed, data, megabytes=megabytes) as results:
        benchmark.run(results, megabytes)


@program.command()
def codes(
    codes: Annotated[
        int, typer.Option(help="How many codes are given out.", min=1_000)
    ] = 1_000_000,
    seed: Seed = 7,
    data: DataFolder = _DATA,
) -> None:
    """Case codes of a thousand gateways without a line: none twice, none mistyped or guessed."""
    from benchmarks import codes as benchmark  # noqa: PLC0415

    with _results("codes", seed, data, codes=codes) as results:
        benchmark.run(results, codes)


@program.command()
def pinyin(
    rounds: Annotated[int, typer.Option(help="How often each sentence is typed.", min=1)] = 5,
    seed: Seed = 7,
    data: DataFolder = _DATA,
) -> None:
    """The kiosk's pinyin: how long a key takes, and how many sentences are right at once."""
    from benchmarks import pinyin as benchmark  # noqa: PLC0415

    with _results("pinyin", seed, data, rounds=rounds) as results:
        benchmark.run(results, rounds)


@program.command()
def grading(
    texts: Annotated[int, typer.Option(help="How many texts are graded.", min=20)] = 2_400,
    rounds: Annotated[int, typer.Option(help="How often each is timed.", min=1)] = 7,
    seed: Seed = 7,
    data: DataFolder = _DATA,
) -> None:
    """Verdicts a second on one core, with and without evidence; long and hostile texts; memory."""
    from benchmarks import grading as benchmark  # noqa: PLC0415

    with _results("grading", seed, data, texts=texts, rounds=rounds) as results:
        benchmark.run(results, texts, rounds)


@program.command()
def peers(
    events: Events = 30_000,
    black_hole: Annotated[
        float, typer.Option(help="Seconds for which the wire swallows everything.", min=1)
    ] = 20.0,
    seed: Seed = 7,
    data: DataFolder = _DATA,
) -> None:
    """Beside thingsboard-gateway, which pip brings into build/peers: speed, memory, loss."""
    from benchmarks import peers as benchmark  # noqa: PLC0415

    with _results("peers", seed, data, events=events, black_hole=black_hole) as results:
        benchmark.run(results, events, black_hole)


@program.command("all")
def every(
    quick: Annotated[
        bool, typer.Option("--quick", help="Tiny sizes: whether it runs here, no figures.")
    ] = False,
    seed: Seed = 7,
    data: DataFolder = _DATA,
) -> None:
    """All of them but the peers, one after the other, and one closing table."""
    began = datetime.now(UTC).isoformat(timespec="seconds")
    options = ("--seed", str(seed), "--data", str(data))
    failed = [
        name for name, tiny in QUICK.items() if not _ran(name, *options, *(tiny if quick else ()))
    ]
    fresh = [one for one in latest() if one.benchmark in QUICK and one.at >= began]
    order = list(QUICK)
    show(sorted(fresh, key=lambda one: order.index(one.benchmark)), "all", named=True)
    if failed:
        typer.echo(f"benchmarks: no figures of {', '.join(failed)}", err=True)
        raise typer.Exit(1)


def _ran(name: str, *options: str) -> bool:
    """Run a benchmark in a process of its own; tell whether it came to its end."""
    typer.echo(f"--- {name}", err=True)
    done = subprocess.run([sys.executable, "-m", "benchmarks", name, *options], check=False)
    return done.returncode == 0


@program.command()
def report(
    page: Annotated[Path, typer.Argument(help="The page whose tables are written.")] = _PAGE,
) -> None:
    """Write the tables of docs/benchmarks.md from the newest figures in build/benchmarks/."""
    from benchmarks import report as writing  # noqa: PLC0415

    try:
        filled = writing.write(page, latest())
    except (BenchmarkError, OSError) as error:
        typer.echo(f"benchmarks report: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{page}: {', '.join(filled) or 'nothing to write'}")


def main() -> None:
    """Run the program; a SIGTERM ends what it started, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    program()


if __name__ == "__main__":
    main()
