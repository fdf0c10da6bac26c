"""Writes the tables of docs/benchmarks.md from the figures in build/benchmarks/."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.figures import HEADINGS, Figure, cells
from benchmarks.machine import Machine

_BETWEEN = re.compile(
    r"(?P<opens><!-- figures of (?P<name>[a-z-]+) -->\n).*?(?P<closes><!-- end of figures -->)",
    re.DOTALL,
)


def write(page: Path, figures: Sequence[Figure]) -> list[str]:
    """Fill each table of the page whose benchmark has figures; return the benchmarks' names."""
    filled: list[str] = []

    def table_of(found: re.Match[str]) -> str:
        wanted = [figure for figure in figures if figure.benchmark == found["name"]]
        if not wanted:
            return found[0]
        filled.append(found["name"])
        return f"{found['opens']}{markdown(wanted)}{found['closes']}"

    text = page.read_text(encoding="utf-8")
    if not _BETWEEN.search(text):
        raise BenchmarkError(f"{page} has no place for figures")
    page.write_text(_BETWEEN.sub(table_of, text), encoding="utf-8")
    return filled


def markdown(figures: Sequence[Figure]) -> str:
    """Return figures of one benchmark as a table, and what they were measured on."""
    rows: list[tuple[str, ...]] = [HEADINGS, ("---", "--:", "---", "---", "--:", "--:", "---")]
    rows += [cells(figure) for figure in figures]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    newest = figures[-1]
    sizes = ", ".join(f"{name} {value:,g}" for name, value in newest.sizes.items())
    lines += ["", f"Commit {newest.commit}, seed {newest.seed}, {sizes}; {newest.at}."]
    lines += [f"{said(newest.machine)}.", ""]
    return "\n".join(lines)


def said(machine: Machine) -> str:
    """Return the machine in a sentence."""
    return (
        f"{machine.cpu}, {machine.cores} cores, {machine.memory_gib:g} GiB; Python"
        f" {machine.python}; Linux {machine.kernel}; files on {machine.file_system}"
    )
