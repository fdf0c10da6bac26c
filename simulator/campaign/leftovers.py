"""What a campaign that was killed left behind, and how the next one takes it away.

Each program of a chain is noted in a file while it runs; mounts are found below the folder.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from simulator.campaign import disks

_NOTES = "pids"
_MOUNTS = Path("/proc/self/mounts")


def note(folder: Path, name: str, pid: int) -> None:
    """Note below `folder` that a program of ours runs."""
    notes = folder / _NOTES
    notes.mkdir(parents=True, exist_ok=True)
    (notes / name).write_text(f"{pid} {_started(pid)}", encoding="ascii")


def clear(folder: Path) -> None:
    """Kill what was noted anywhere below `folder` and still runs, and unmount what is mounted."""
    for noted in folder.glob(f"**/{_NOTES}/*"):
        pid, _, started = noted.read_text(encoding="ascii").partition(" ")
        # Numbers of the dead are given away again: the moment of its birth tells who it is.
        if started and started == _started(int(pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
    for mounted in reversed(mounts(folder)):
        disks.unmount(mounted)


def mounts(folder: Path) -> list[Path]:
    """Return what is mounted below `folder`, the first mounted first."""
    if not _MOUNTS.exists():
        return []
    lines = _MOUNTS.read_text(encoding="utf-8").splitlines()
    places = (Path(line.split(" ")[1].replace("\\040", " ")) for line in lines)
    return [place for place in places if place.is_relative_to(folder.resolve())]


def _started(pid: int) -> str:
    """Return the tick at which a process was born; "" when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
