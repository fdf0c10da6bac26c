"""Child programs of a simulation: started, watched, and ended with it however it ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

STOP_WITHIN_SECONDS = 10.0
# What shells report for a program that Ctrl-C ended.
INTERRUPTED = 130


class ProgramError(Exception):
    """A program of the simulation ended, or did not become ready."""


class Process(Protocol):
    """What a program needs to know of its process; subprocess.Popen is one."""

    @property
    def pid(self) -> int:
        """Its number."""

    def poll(self) -> int | None:
        """Return its exit code, or None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code when it has ended; subprocess.TimeoutExpired if it does not."""

    def send_signal(self, number: signal.Signals, /) -> None:
        """Send it a signal; nothing happens when it has ended."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it."""


class Program:
    """One child process with a log file of its own."""

    at_our_death = "TERM"
    """The signal that it gets when this process dies."""

    def __init__(
        self, name: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> None:
        """Describe it; `start` runs it."""
        self.name = name
        self.log = log
        self._arguments = list(arguments)
        self._environment = {**os.environ, **environment}
        self._process: Process | None = None

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process id; ProgramError when it does not run."""
        if self._process is None or not self.running:
            raise ProgramError(f"{self.name} is not running; see {self.log}")
        return self._process.pid

    def start(self) -> None:
        """Run it; it is ended when this process dies, even by kill -9."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._process = self._spawn(self._arguments, self._environment)

    def _spawn(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Process:
        guard = (
            ["setpriv", "--pdeathsig", self.at_our_death, "--"] if shutil.which("setpriv") else []
        )
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*guard, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                # Ctrl-C is for us; the children are ended in order.
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; nothing happens when it has ended."""
        if self._process is not None:
            self._process.send_signal(number)

    def kill(self) -> None:
        """End it as a power cut would: no goodbye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int | None:
        """End it cleanly, or by force after some seconds; return its exit code."""
        if self._process is None:
            return None
        self._process.terminate()
        try:
            return self._process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def last_words(self, lines: int = 15) -> str:
        """Return the end of its log."""
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def wait_until(ready: Callable[[], bool], what: str, within_seconds: float) -> None:
    """Return when `ready` says so; ProgramError naming `what` when it takes too long."""
    give_up = time.monotonic() + within_seconds
    while not ready():
        if time.monotonic() > give_up:
            raise ProgramError(f"{what} not ready within {within_seconds:.0f} s")
        time.sleep(0.1)
