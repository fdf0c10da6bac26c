"""Starts programs cheaply: forked from one process that has imported all of them already.

Each is a process of its own, with its own arguments, environment and log, and can be killed like
any other; only the seconds of importing are saved, which a campaign would pay a thousand times.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import runpy
import select
import signal
import subprocess
import sys
import traceback
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

# What the programs of a chain import when they start or soon after.
IMPORTED = (
    "edge_gateway.program",
    "edge_gateway.__main__",
    "hq_server.__main__",
    "simulator.__main__",
    "simulator.campaign.crowd",
    "simulator.campaign.sabotage",
)
_SET_PARENT_DEATH_SIGNAL = 1


class Birth(msgspec.Struct, frozen=True, kw_only=True):
    """What the nursery is asked for: `python -m MODULE ARGUMENT…`."""

    module: str
    arguments: tuple[str, ...]
    log: str
    environment: dict[str, str]
    found_in: tuple[str, ...] = ()
    """Further folders in which the module may lie."""
    exit_file: str | None = None
    """Where the exit code is left; nobody can wait for another one's child."""


class Child:
    """A process that the nursery started; used like a Popen."""

    def __init__(self, pid: int) -> None:
        """Hold on to a process; a descriptor, because numbers of the dead are given away again."""
        self.pid = pid
        try:
            self._descriptor: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._descriptor = None

    def poll(self) -> int | None:
        """Return None while it runs, and 0 when it has ended, however that was."""
        return self._ended(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Return when it has ended; subprocess.TimeoutExpired when it does not."""
        if self._ended(timeout) is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return 0

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal; nothing happens when it has ended."""
        if self._descriptor is not None and self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self._descriptor is None:
            return 0
        if not select.select([self._descriptor], [], [], timeout)[0]:
            return None
        os.close(self._descriptor)
        self._descriptor = None
        return 0


class Nursery:
    """The process that has everything imported. One thread uses it."""

    def __init__(self) -> None:
        """Start it; it ends with this process."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def start(self, birth: Birth) -> Child:
        """Start a program."""
        assert self._process.stdin and self._process.stdout  # noqa: S101 (both are pipes)
        self._process.stdin.write(msgspec.json.encode(birth) + b"\n")
        self._process.stdin.flush()
        return Child(int(self._process.stdout.readline()))

    def close(self) -> None:
        """End it, and with it what it started."""
        assert self._process.stdin  # noqa: S101 (a pipe)
        self._process.stdin.close()
        self._process.wait()


def born(birth: Birth) -> int:
    """Become the program of `birth`; return its exit code."""
    sys.argv = [birth.module, *birth.arguments]
    try:
        runpy.run_module(birth.module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # the program's outermost frame
        traceback.print_exc()
        return 1
    return 0


def _fork(birth: Birth) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _settle(birth.log, birth.environment)
        sys.path[:0] = birth.found_in
        code = born(birth)
        sys.stdout.flush()
        if birth.exit_file:
            Path(birth.exit_file).write_text(str(code), encoding="ascii")
    finally:
        os._exit(code)


def _settle(log: str, environment: Mapping[str, str]) -> None:
    """Give the new process a session, signals, an environment and a log of its own."""
    os.setsid()
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    lines = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for descriptor, number in ((nothing, 0), (lines, 1), (lines, 2)):
        os.dup2(descriptor, number)
    os.environ.clear()
    os.environ.update(environment)


def serve(modules: Sequence[str]) -> None:
    """Import `modules`, then start what standard input asks for, and answer with its number."""
    for module in modules:
        importlib.import_module(module)
    # A program's `__main__` is run again in each child, on purpose.
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="runpy")
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits: the kernel buries them
    decoder = msgspec.json.Decoder(Birth)
    while line := sys.stdin.buffer.readline():
        sys.stdout.write(f"{_fork(decoder.decode(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(IMPORTED)
