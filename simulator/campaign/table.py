"""The campaign's table: one line per fault, and what it says of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rich.table import Table

from simulator.campaign.run import Report

COLUMNS = ("fault", "runs", "accepted", "lost", "twice", "reordered", "longest recovery", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """All runs of one fault."""

    fault: str
    runs: int
    accepted: int
    lost: int
    twice: int
    reordered: int
    longest_recovery_seconds: float
    failed: int

    def cells(self) -> list[str]:
        """Return it as the table shows it."""
        return [
            self.fault,
            str(self.runs),
            str(self.accepted),
            str(self.lost),
            str(self.twice),
            str(self.reordered),
            f"{self.longest_recovery_seconds:.1f} s",
            str(self.failed),
        ]


def lines(reports: Iterable[Report]) -> list[Line]:
    """Return a line per fault, by name, and the sum of all of them."""
    by_fault: dict[str, list[Report]] = defaultdict(list)
    everything = list(reports)
    for report in everything:
        by_fault[report.fault].append(report)
    summed = [_line(fault, mine) for fault, mine in sorted(by_fault.items())]
    return [*summed, _line("all", everything)]


def _line(fault: str, reports: list[Report]) -> Line:
    return Line(
        fault=fault,
        runs=len(reports),
        accepted=sum(each.accepted for each in reports),
        lost=sum(each.lost for each in reports),
        twice=sum(each.twice for each in reports),
        reordered=sum(each.reordered for each in reports),
        longest_recovery_seconds=max((each.recovery_seconds for each in reports), default=0.0),
        failed=sum(not each.ok for each in reports),
    )


def table(reports: Iterable[Report], not_run: Mapping[str, str]) -> Table:
    """Return the table; faults of `not_run` stand in it with what this machine lacks."""
    shown = Table(*COLUMNS)
    for line in lines(reports):
        shown.add_row(*line.cells(), end_section=False)
    for fault, lacking in not_run.items():
        shown.add_row(fault, "not run", f"needs {lacking}")
    return shown
