"""The kiosk itself: its start, a tap until it is painted and on disk, thousands of visits, rest."""

from __future__ import annotations

import os
import socket
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from benchmarks import limits
from benchmarks.children import child, told
from benchmarks.errors import BenchmarkError
from benchmarks.figures import Budget, Limit, Results, percentile
from benchmarks.kiosk_glass import Order, Taken, kiosk_on_glass
from benchmarks.processes import cpu_seconds, rss_mb
from benchmarks.rig import TOKEN
from simulator.local_chain import installed
from simulator.programs import Program

_WITHIN_S = 120.0
_SETTLE_S = 3.0
_FULL, _SMALL = (1080, 1920), (320, 480)
_PAINTED = Budget(100, at_most=True)
_DURABLE = Budget(15, at_most=True)
_IDLE = Budget(0.1, at_most=True)
_NONE = Budget(0, at_most=True)
# A year of two hundred visits a day would then cost 70 MB.
_FLAT = Budget(1.0, at_most=True)
# In a shorter run what waits for Python's garbage collection, some 2 MB, weighs more than that.
_FLAT_FROM = 1_000
_MARKS = (100, 1_000, 2_000)

Seen = TypeVar("Seen")


def run(results: Results, visits: int, taps: int, rest_seconds: float) -> None:
    """Start it, leave it at rest, tap it, and let `visits` shoppers use it up."""
    sync = limits.append(results.data, 1.0)
    limit = Limit("one fdatasync, ms", 1_000 / sync.value)
    _starts(results, 5 if taps >= 50 else 2)
    _rest(results, rest_seconds)
    _taps(results, taps, limit)
    _soak(results, visits)


def _starts(results: Results, starts: int) -> None:
    waits = []
    for _ in range(starts):
        began = time.monotonic()
        with _running(results.data / "start"):
            waits.append((time.monotonic() - began) * 1_000)
    results.add("start to first frame, a new kiosk", waits[0], "ms")
    results.add("start to first frame, p50 of later starts", statistics.median(waits[1:]), "ms")


def _rest(results: Results, seconds: float) -> None:
    with _running(results.data / "rest") as program:
        time.sleep(_SETTLE_S)
        before, switches = cpu_seconds(program.pid), _switches(program.pid)
        began = time.monotonic()
        time.sleep(seconds)
        rested = time.monotonic() - began
        used = cpu_seconds(program.pid) - before
        woken = (_switches(program.pid) - switches) / rested
        results.add("CPU at rest, offscreen", 100 * used / rested, "% of a core", budget=_IDLE)
        results.add("wake-ups at rest, offscreen", woken, "a second")
        results.add("RSS at rest", rss_mb(program.pid), "MB")


def _taps(results: Results, taps: int, limit: Limit) -> None:
    with child(kiosk_on_glass, results.data / "taps", _FULL, results.seed) as kiosk:
        told(kiosk, _WITHIN_S)
        kiosk.send(Order(what="taps", count=taps))
        taken: Taken = told(kiosk, _WITHIN_S + 3 * taps)
    for name, waits, budget, beside in (
        ("tap to painted, 1080x1920", taken.painted_ms, _PAINTED, None),
        ("tap to kiosk's disk", taken.durable_ms, _DURABLE, limit),
    ):
        if len(waits) < taps:
            raise BenchmarkError(f"{name}: {taken.unanswered} of {taps} were not answered")
        budgeted = 0.5 if budget is _PAINTED else 0.99
        results.add(f"{name}, at most", max(waits), "ms")
        for share in (0.5, 0.99):
            results.add(
                f"{name}, p{share * 100:.0f}", percentile(waits, share), "ms",
                limit=beside, budget=budget if share == budgeted else None,
            )  # fmt: skip


def _soak(results: Results, visits: int) -> None:
    with child(kiosk_on_glass, results.data / "soak", _SMALL, results.seed) as kiosk:
        told(kiosk, _WITHIN_S)
        kiosk.send(Order(what="visits", count=visits))
        began = time.monotonic()
        taken: Taken = told(kiosk, _WITHIN_S + 3 * visits)
    seconds = time.monotonic() - began
    begun = len(taken.begun)
    if taken.lacking or begun < visits:
        raise BenchmarkError(f"{taken.lacking} of {begun} visits are not in the outbox")
    results.add("visits, all in the outbox", begun, "visits")
    results.add(
        "touches of a face that nothing answered", taken.unanswered, "touches", budget=_NONE
    )
    results.add("screens seen, each by language and size", len(taken.seen), "screens")
    results.add("time a visit took", 1_000 * seconds / begun, "ms")
    _memory(results, taken.rss_mb)
    results.add(
        "open files grown, last third", taken.files[-1] - _last_third(taken.files)[0], "files"
    )


def _memory(results: Results, seen: Sequence[tuple[int, float]]) -> None:
    for mark in _MARKS:
        for visits, mb in seen:
            if visits >= mark:
                results.add(f"RSS after {mark:,} visits", mb, "MB")
                break
    results.add("RSS at the end", seen[-1][1], "MB")
    last = _last_third(seen)
    grown = statistics.linear_regression(*zip(*last, strict=True)).slope if len(last) > 1 else 0.0
    budget = _FLAT if seen[-1][0] >= _FLAT_FROM else None
    results.add("memory grown, last third", 1_000 * grown, "kB a visit", budget=budget)
    most, least = max(mb for _, mb in last), min(mb for _, mb in last)
    results.add("RSS, last third, most above least", most - least, "MB")


def _last_third(seen: Sequence[Seen]) -> Sequence[Seen]:
    return seen[2 * len(seen) // 3 :]


@contextmanager
def _running(folder: Path) -> Iterator[Program]:
    """Run the real program until it tells systemd that it has painted; it ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "kiosk.toml"
    file.write_text(
        'device = "kiosk-1"\nstore = "s1"\ntouchpoint = "till-4"\n'
        f'token = "{TOKEN}"\ndata_dir = "data"\ngateway_url = "ws://127.0.0.1:9"\n'
        f"width = {_FULL[0]}\nheight = {_FULL[1]}\n",
        encoding="utf-8",
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        name = f"/tmp/storeloop-{os.getpid()}-{time.monotonic_ns()}"  # noqa: S108 (removed below)
        notices.bind(name)
        notices.settimeout(_WITHIN_S)
        program = Program(
            "kiosk",
            [installed("storeloop-kiosk"), "run", "--config", str(file)],
            folder / "kiosk.log",
            {"NOTIFY_SOCKET": name, "SDL_VIDEODRIVER": "offscreen"},
        )
        program.start()
        try:
            while b"READY=1" not in notices.recv(4096):
                pass
            yield program
        except TimeoutError:
            raise BenchmarkError(f"the kiosk painted nothing:\n{program.last_words()}") from None
        finally:
            program.stop()
            Path(name).unlink()


def _switches(pid: int) -> int:
    """Return how often a process gave up the processor by itself: each time it slept."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        lines = (task / "status").read_text().splitlines()
        total += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary"))
    return total
