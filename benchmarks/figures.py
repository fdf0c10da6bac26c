"""Figures: what a benchmark found, beside the limit of the machine and the budget of the design.

Each becomes a line of JSON in `build/benchmarks/NAME.jsonl`; together they become a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.machine import Machine, commit, machine

KEPT_IN = Path("build/benchmarks")


class Limit(msgspec.Struct, frozen=True):
    """What the machine can do at all, measured in the same run."""

    what: str
    value: float


class Budget(msgspec.Struct, frozen=True):
    """What the design promises."""

    value: float
    at_most: bool = False

    def met_by(self, value: float) -> bool:
        """Whether a figure keeps the promise."""
        return value <= self.value if self.at_most else value >= self.value

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {number(self.value)}"


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One figure of one run."""

    benchmark: str
    figure: str
    value: float
    unit: str
    seed: int
    sizes: dict[str, float]
    commit: str
    machine: Machine
    at: str
    run: str
    """When the run began: figures of one run belong together."""
    limit: Limit | None = None
    ratio: float | None = None
    """Of the limit; None without one."""
    budget: Budget | None = None
    met: bool | None = None


@dataclass(slots=True, kw_only=True)
class Results:
    """The figures of one run, kept as they come."""

    benchmark: str
    seed: int
    data: Path
    sizes: dict[str, float] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    keep_in: Path = KEPT_IN
    run: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    _commit: str = field(default_factory=commit)

    def add(
        self,
        figure: str,
        value: float,
        unit: str,
        *,
        limit: Limit | None = None,
        budget: Budget | None = None,
    ) -> Figure:
        """Keep a figure: a line of JSON on standard output and in the file."""
        ratio = round(value / limit.value, 4) if limit and limit.value else None
        found = Figure(
            benchmark=self.benchmark,
            figure=figure,
            value=round(value, 4),
            unit=unit,
            seed=self.seed,
            sizes=self.sizes,
            commit=self._commit,
            machine=machine(self.data),
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            run=self.run,
            limit=limit,
            ratio=ratio,
            budget=budget,
            met=budget.met_by(value) if budget else None,
        )
        line = msgspec.json.encode(found).decode()
        self.keep_in.mkdir(parents=True, exist_ok=True)
        with (self.keep_in / f"{self.benchmark}.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        print(line, flush=True)
        self.figures.append(found)
        return found


def latest(folder: Path = KEPT_IN) -> list[Figure]:
    """Return the figures of each benchmark's newest run, in the order in which it found them."""
    found: list[Figure] = []
    for file in sorted(folder.glob("*.jsonl")):
        lines = file.read_text(encoding="utf-8").splitlines()
        figures = [msgspec.json.decode(line, type=Figure) for line in lines]
        found += [figure for figure in figures if figure.run == figures[-1].run]
    return found


def cells(figure: Figure) -> tuple[str, ...]:
    """Return a figure as the columns of a table: name, value, unit, limit, ratio, budget, met."""
    limit = f"{figure.limit.what} {number(figure.limit.value)}" if figure.limit else ""
    return (
        figure.figure,
        number(figure.value),
        figure.unit,
        limit,
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        str(figure.budget) if figure.budget else "",
        {None: "", True: "yes", False: "no"}[figure.met],
    )


HEADINGS = ("figure", "value", "unit", "limit of the machine", "ratio", "budget", "met")


def show(figures: Sequence[Figure], title: str, *, named: bool = False) -> None:
    """Print figures as a table; `named`: with the benchmark of each."""
    table = Table(title=title, title_justify="left")
    for heading in (*(("benchmark",) if named else ()), *HEADINGS):
        right = heading in ("value", "ratio", "budget")
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    before = ""
    for figure in figures:
        if named and figure.benchmark != before:
            table.add_section()
            before = figure.benchmark
        table.add_row(*((figure.benchmark,) if named else ()), *cells(figure))
    Console(width=170).print(table)


def number(value: float) -> str:
    """Return a number as people read it: 52,452 or 0.27."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` (0 to 1) of all values do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
