"""What a figure was measured on: processor, Python, kernel, file system and commit."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

import msgspec

from benchmarks.errors import BenchmarkError

# What is kept in memory syncs at no cost: a figure from there would say nothing.
_IN_MEMORY = {"tmpfs", "ramfs", "devtmpfs"}


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """The machine below a figure."""

    cpu: str
    cores: int
    memory_gib: float
    python: str
    kernel: str
    file_system: str
    """Of the folder where the benchmark kept its files."""


def machine(folder: Path) -> Machine:
    """Return what this machine is; BenchmarkError when `folder` lies in memory."""
    kind = file_system(folder)
    if kind in _IN_MEMORY:
        raise BenchmarkError(f"{folder} is {kind}, in memory: name a folder on a disk with --data")
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        python=platform.python_version(),
        kernel=platform.release(),
        file_system=kind,
    )


def file_system(folder: Path) -> str:
    """Return the type of the file system that holds `folder`."""
    inside = folder.resolve()
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    around = [
        (Path(place), kind)
        for _, place, kind, *_ in mounts
        if inside.is_relative_to(Path(place.replace("\\040", " ")))
    ]
    return max(around, key=lambda mount: len(mount[0].parts), default=(Path("/"), "unknown"))[1]


def commit() -> str:
    """Return the commit that is measured, with a + when files differ from it."""
    try:
        named = _git("rev-parse", "--short", "HEAD")
        return named + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    folder = Path(__file__).parent
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
