"""Looks at running processes: CPU time and memory as /proc tells them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

_TICKS = os.sysconf("SC_CLK_TCK")
_SAMPLE_S = 0.25


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def rss_mb(pid: int) -> float:
    """Return the memory that a process holds now, in MB."""
    return _status(pid, "VmRSS")


def peak_rss_mb(pid: int) -> float:
    """Return the most memory that a process ever held, in MB."""
    return _status(pid, "VmHWM")


def _status(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


class Watch:
    """Samples the memory of processes, and counts their CPU time, while it is open."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        """`pids` by the name that figures give them."""
        self._pids = dict(pids)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._cpu_before = {name: cpu_seconds(pid) for name, pid in self._pids.items()}
        self._started = time.monotonic()
        self.memory_mb: dict[str, list[float]] = {name: [] for name in self._pids}
        self.cpu_s: dict[str, float] = {}
        self.seconds = 0.0

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        self.seconds = time.monotonic() - self._started
        if error is None:
            self.cpu_s = {
                name: cpu_seconds(pid) - self._cpu_before[name] for name, pid in self._pids.items()
            }

    def peak_mb(self, name: str) -> float:
        """Return the most memory a process held while watched."""
        return max(self.memory_mb[name], default=0.0)

    def growth_mb(self, name: str) -> float:
        """Return by how much the memory grew after the first quarter: about 0 when it is flat."""
        samples = self.memory_mb[name]
        quarter = len(samples) // 4
        return max(samples[quarter:], default=0.0) - samples[quarter] if samples else 0.0

    def _run(self) -> None:
        while not self._ended.wait(_SAMPLE_S):
            for name, pid in self._pids.items():
                try:
                    self.memory_mb[name].append(rss_mb(pid))
                except OSError:  # it ended: that is what some benchmarks do to it
                    continue
