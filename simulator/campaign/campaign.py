"""Many runs, several at a time: what `storeloop-sim campaign` does."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from rich.console import Console

from simulator.campaign import disks, run, shifted_clock, template
from simulator.campaign.faults import FAULTS
from simulator.campaign.plan import DatabaseKind, Plan, Wishes, plan
from simulator.campaign.run import Report
from simulator.campaign.scene import Need
from simulator.campaign.table import table
from simulator.campaign.template import Template

# Below the range from which other stand-ins take theirs; each run has a block of its own.
_FIRST_PORT, _PORTS_PER_RUN, _BLOCKS = 12_000, 16, 48
_REGIONS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was ordered on the command line."""

    runs: int
    seed: int
    jobs: int
    keep: bool
    folder: Path
    report: Path
    wishes: Wishes


class Campaign:
    """Runs an order and prints what came of it."""

    def __init__(self, order: Order, console: Console) -> None:
        """Prepare; `run` runs."""
        self._order = order
        self._console = console
        self._reports: list[Report] = []

    def run(self) -> int:
        """Run all of it; return the exit code, 1 when anything disagrees."""
        shutil.rmtree(self._order.folder, ignore_errors=True)
        self._order.folder.mkdir(parents=True)
        self._order.report.parent.mkdir(parents=True, exist_ok=True)
        self._order.report.write_bytes(b"")
        lacking = lacking_here()
        plans = self._plans(lacking)
        with ExitStack() as clean_up:
            on_server = any(each.database is DatabaseKind.POSTGRESQL for each in plans)
            made = template.make(self._order.folder / "template", clean_up, with_server=on_server)
            for report in self._all(plans, made):
                self._note(report)
        if not self._order.keep:
            shutil.rmtree(self._order.folder / "template", ignore_errors=True)
        wide = Console(width=120) if not self._console.is_terminal else self._console
        wide.print(table(self._reports, lacking))
        failed = [each for each in self._reports if not each.ok]
        for each in failed:
            self._console.print(f"seed {each.seed}: {each.why}", markup=False, soft_wrap=True)
            self._console.print(f"  again: {self._again(each)}", markup=False, soft_wrap=True)
        return 1 if failed or not self._reports else 0

    def _plans(self, lacking: Mapping[str, str]) -> list[Plan]:
        here = [name for name in FAULTS if name not in lacking]
        wishes = self._order.wishes
        if wishes.fault in lacking:
            return []
        # The seed chooses among all faults, so that it means the same on every machine.
        seeds = range(self._order.seed, self._order.seed + self._order.runs)
        plans = (plan(seed, list(FAULTS), wishes) for seed in seeds)
        return [self._possible(each) for each in plans if each.fault in here]

    def _possible(self, each: Plan) -> Plan:
        return _on_sqlite(each) if FAULTS[each.fault].sqlite_only else each

    def _all(self, plans: list[Plan], made: Template) -> Iterator[Report]:
        audit = _has_audit() and self._order.wishes.sabotage is None
        first_port = _FIRST_PORT + os.getpid() % _REGIONS * _PORTS_PER_RUN * _BLOCKS
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self._order.jobs, mp_context=context) as pool:
            waiting: set[Future[Report]] = set()
            for number, each in enumerate(plans):
                port = first_port + number % _BLOCKS * _PORTS_PER_RUN
                folder = self._folder(each.seed)
                waiting.add(pool.submit(run.run, each, made, folder, port, audit=audit))
                if len(waiting) >= self._order.jobs:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in done)
            yield from (future.result() for future in waiting)

    def _note(self, report: Report) -> None:
        self._reports.append(report)
        with self._order.report.open("ab") as lines:
            lines.write(msgspec.json.encode(report) + b"\n")
        said = "good" if report.ok else f"FAILED: {report.why}"
        self._console.print(
            f"{len(self._reports):4} seed {report.seed} {report.fault} ({report.database},"
            f" {report.kiosks} kiosks): {report.accepted} accepted, recovered in"
            f" {report.recovery_seconds} s, {report.seconds} s in all: {said}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        if report.ok and not self._order.keep:
            shutil.rmtree(self._folder(report.seed), ignore_errors=True)

    def _folder(self, seed: int) -> Path:
        return self._order.folder / f"run-{seed}"

    def _again(self, report: Report) -> str:
        wishes = self._order.wishes
        return again(report, short=wishes.short, sabotage=wishes.sabotage)


def again(report: Report, *, short: bool, sabotage: str | None) -> str:
    """Return the command that repeats a run: the same faults at the same moments."""
    words = ["storeloop-sim campaign --runs 1 --seed", str(report.seed), "--fault", report.fault]
    words += ["--database", report.database, "--keep"]
    words += ["--short"] if short else []
    words += ["--sabotage", sabotage] if sabotage else []
    return " ".join(words)


def lacking_here() -> dict[str, str]:
    """Return the faults that cannot be brought about on this machine, and what they need."""
    have = {Need.ROOT: disks.can_mount(), Need.CLOCK: shifted_clock.available()}
    return {
        name: ", ".join(sorted(need for need in fault.needs if not have[need]))
        for name, fault in FAULTS.items()
        if not all(have[need] for need in fault.needs)
    }


def _on_sqlite(each: Plan) -> Plan:
    return replace(each, database=DatabaseKind.SQLITE)


def _has_audit() -> bool:
    done = subprocess.run(
        [sys.executable, "-m", "hq_server", "audit", "--help"], capture_output=True, check=False
    )
    return done.returncode == 0
