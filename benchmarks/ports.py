"""Serial ports: thirty tills that print nonstop into one gateway, unplugged, and in series."""

from __future__ import annotations

import os
import re
import statistics
import time
import tty
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from benchmarks.children import child, told
from benchmarks.errors import BenchmarkError
from benchmarks.figures import Budget, Limit, Results
from benchmarks.processes import Watch
from benchmarks.rig import GatewayRig
from benchmarks.serial_lines import Lines, Pace, Printed, only_read, print_lines
from simulator.broker import free_port

_LOGO_BYTES = 9_600
_BUSY_PAUSE_S = 20.0
_OPEN_WITHIN_S = 3.0
_PATIENCE_S = 60.0
# A till that another process holds up for a second has not ended its receipt.
_IDLE_S = 10
_WARM_UP = 20
_PIECE = b"\x1b@" + b"0123456789 amount: 12.30\n" * 2
_MESSAGES = re.compile(r"^storeloop_gateway_reader_messages_total\{.*\} (\S+)$", re.M)
_STANDING = re.compile(r"^storeloop_gateway_reader_standing\{.*standing=\"reading\"\} 1\.0$", re.M)


def run(results: Results, ports: int, seconds: float, rounds: int) -> None:
    """Measure with so many `ports`, each scene for `seconds`; `rounds` of pieces in series."""
    names = tuple(str(results.data / f"till-{number}") for number in range(1, ports + 1))
    scenes = {
        "text nonstop": Pace(seconds=seconds),
        "with logos nonstop": Pace(seconds=seconds, logo_bytes=_LOGO_BYTES),
        "busy store": Pace(seconds=seconds, logo_bytes=_LOGO_BYTES, pause_s=_BUSY_PAUSE_S),
    }
    series = _Line(results.data / "pos"), _Line(results.data / "printer")
    direct = _direct(results, rounds)
    lines = Lines(ports=names, seed=results.seed)
    with child(print_lines, lines) as tills:
        told(tills, _PATIENCE_S)
        limits = _bare(tills, lines, scenes)
        with _gateway(results, lines, series) as gateway:
            _unplugged(results, tills, gateway, seconds)
            for what, pace in scenes.items():
                _reading(results, what, (tills, pace), gateway, limits[what])
            _both_ways(results, "in series", series, rounds, direct)
            _beside_others(results, (tills, ports), series, rounds, direct)


def _bare(tills: Connection, lines: Lines, scenes: Mapping[str, Pace]) -> dict[str, Limit]:
    """Return what it costs to read the ports and throw everything away."""
    limits: dict[str, Limit] = {}
    with child(only_read, lines.ports) as reading:
        pid = told(reading, _PATIENCE_S)
        for what, pace in scenes.items():
            with Watch({"reading": pid}) as watch:
                _print(tills, pace)
            share = 100 * watch.cpu_s["reading"] / watch.seconds
            limits[what] = Limit("read, nothing done", share)
    return limits


def _reading(
    results: Results,
    what: str,
    printing: tuple[Connection, Pace],
    gateway: GatewayRig,
    limit: Limit,
) -> None:
    tills, pace = printing
    before = _read_messages(gateway)
    with Watch({"gateway": gateway.program.pid}) as watch:
        printed = _print(tills, pace)
    read = _settled(gateway, before + printed.receipts) - before
    share = 100 * watch.cpu_s["gateway"] / watch.seconds
    results.add(f"{what}: CPU", share, "% of a core", limit=limit)
    results.add(f"{what}: memory", watch.peak_mb("gateway"), "MB")
    results.add(f"{what}: printed", printed.sent_bytes / watch.seconds / 1000, "kB/s")
    results.add(f"{what}: receipts", printed.receipts / watch.seconds, "receipts/s")
    lost = printed.receipts - read
    results.add(f"{what}: receipts lost", lost, "receipts", budget=Budget(0, at_most=True))


def _unplugged(results: Results, tills: Connection, gateway: GatewayRig, seconds: float) -> None:
    tills.send("unplug")
    told(tills, _PATIENCE_S)
    time.sleep(1.0)
    with Watch({"gateway": gateway.program.pid}) as watch:
        time.sleep(seconds)
    share = 100 * watch.cpu_s["gateway"] / watch.seconds
    results.add("all unplugged: CPU", share, "% of a core", budget=Budget(1, at_most=True))
    tills.send("plug")
    until_open = told(tills, _PATIENCE_S)
    budget = Budget(_OPEN_WITHIN_S, at_most=True)
    results.add("all plugged in: reopened", until_open, "s", budget=budget)


def _direct(results: Results, rounds: int) -> dict[int, Limit]:
    """Return how long a piece takes to a process and back by one pty: as many wakes."""
    echo = _Line(results.data / "echo")
    with child(_echo, str(echo.path)) as other:
        told(other, _PATIENCE_S)
        took = _timed(echo, echo, rounds)
    return {share: Limit("pty echo by a process", value) for share, value in took.items()}


def _beside_others(
    results: Results,
    others: tuple[Connection, int],
    ends: tuple[_Line, _Line],
    rounds: int,
    limits: Mapping[int, Limit],
) -> None:
    tills, ports = others
    seconds = 1 + rounds / 500
    tills.send(Pace(seconds=seconds))
    took = _timed(*ends, rounds, until=time.monotonic() + seconds)
    told(tills, seconds + _PATIENCE_S)
    for share, limit in limits.items():
        what = f"in series beside {ports} nonstop: till to printer, p{share}"
        results.add(what, took[share], "µs", limit=limit)


def _both_ways(
    results: Results,
    what: str,
    ends: tuple[_Line, _Line],
    rounds: int,
    limits: Mapping[int, Limit],
) -> None:
    till, printer = ends
    for way, (first, last) in (
        ("till to printer", (till, printer)),
        ("printer to till", (printer, till)),
    ):
        took = _timed(first, last, rounds)
        for share, limit in limits.items():
            results.add(f"{what}: {way}, p{share}", took[share], "µs", limit=limit)


class _Line:
    """A line of which we hold the far end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.far, near = os.openpty()
        tty.setraw(near)
        path.symlink_to(os.ttyname(near))
        os.close(near)


def _echo(port: str, connection: Connection) -> None:
    near = os.open(port, os.O_RDWR | os.O_NOCTTY)
    connection.send("ready")
    while True:
        os.write(near, os.read(near, 4096))


def _timed(first: _Line, last: _Line, rounds: int, until: float | None = None) -> dict[int, float]:
    """Return p50 and p99 in µs of a piece's way from the far end of one line to another's."""
    took: list[float] = []
    chance = Random(7)
    for number in range(rounds + _WARM_UP):
        if until is not None and time.monotonic() > until:
            break
        began = time.perf_counter()
        os.write(first.far, _PIECE)
        came = 0
        while came < len(_PIECE):
            came += len(os.read(last.far, 4096))
        if number >= _WARM_UP:
            took.append(1e6 * (time.perf_counter() - began))
        # A till's pieces come apart: nothing is warm when the next one does.
        time.sleep(chance.uniform(0, 0.001))
    if len(took) < 2:
        raise BenchmarkError("too short a time for a figure")
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return {50: cuts[49], 99: cuts[98]}


@contextmanager
def _gateway(results: Results, lines: Lines, series: tuple[_Line, _Line]) -> Iterator[GatewayRig]:
    """Give a real gateway that has every port open."""
    till, printer = series
    ports = [str(till.path), *lines.ports]
    settings = "".join(
        f'\n[[readers]]\ntill = "{number}"\nport = "{port}"\n'
        f"baud = {lines.baud}\nidle_s = {_IDLE_S}\n"
        + (f'pass_to = "{printer.path}"\n' if port == str(till.path) else "")
        for number, port in enumerate(ports)
    )
    with GatewayRig(results.data, "gateway", free_port(), (), more=settings) as gateway:
        _wait_for(gateway, len(lines.ports) + 1)
        yield gateway


def _print(tills: Connection, pace: Pace) -> Printed:
    tills.send(pace)
    printed: Printed = told(tills, pace.seconds + _PATIENCE_S)
    return printed


def _wait_for(gateway: GatewayRig, ports: int) -> None:
    give_up = time.monotonic() + _PATIENCE_S
    while len(_STANDING.findall(_figures(gateway))) < ports:
        if time.monotonic() > give_up:
            raise BenchmarkError(f"not all ports are open: {gateway.program.last_words()}")
        time.sleep(0.1)


def _settled(gateway: GatewayRig, wanted: int) -> int:
    """Return how many receipts were read, once all are or nothing more comes."""
    seen = -1
    while (read := _read_messages(gateway)) < wanted and read != seen:
        seen = read
        time.sleep(2.0)
    return read


def _read_messages(gateway: GatewayRig) -> int:
    return round(sum(float(value) for value in _MESSAGES.findall(_figures(gateway))))


def _figures(gateway: GatewayRig) -> str:
    address = f"http://127.0.0.1:{gateway.port}/metrics"
    with urllib.request.urlopen(address, timeout=_PATIENCE_S) as page:
        text: str = page.read().decode()
    return text
