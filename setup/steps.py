"""One line on the screen for each step of set-up, the tools' own output in a log."""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
TAIL_LINES = 25
LONGEST_LOG_BYTES = 1_000_000


class SetupFailed(Exception):
    """A step of set-up failed; the message says what failed and what to do."""


class Steps:
    """Says what is being done, and runs commands whose output goes to the log."""

    def __init__(self, log: Path) -> None:
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LONGEST_LOG_BYTES:
            log.unlink()

    def say(self, text: str) -> None:
        """Print one line, and note it in the log."""
        print(f"  {text}", flush=True)
        self.note(text)

    def note(self, text: str) -> None:
        """Add a line to the log only."""
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%H:%M:%S')} {text}\n")

    def run(
        self,
        command: Sequence[str | Path],
        *,
        what: str,
        advice: str = "",
        cwd: Path = ROOT,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Run a command with its output in the log; raise SetupFailed with the end of it."""
        self.note("$ " + " ".join(map(str, command)))
        start = self._log.stat().st_size
        with self._log.open("a", encoding="utf-8") as log:
            done = subprocess.run(
                command,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode != 0:
            tail = self._since(start)[-TAIL_LINES:]
            shown = "\n".join(f"    | {line}" for line in tail)
            hint = f"\n  {advice}" if advice else ""
            raise SetupFailed(f"{what} failed:\n{shown}\n  The whole log: {self._log}{hint}")

    def _since(self, start: int) -> list[str]:
        with self._log.open("rb") as log:
            log.seek(start)
            return log.read().decode("utf-8", "replace").splitlines()


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold a lock file, so that two runs of make never build the same folder at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  another set-up is running here: waiting for it", flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def one_sentence_on_failure() -> Iterator[None]:
    """Turn a failed step into its message and exit code 1, without a traceback."""
    try:
        yield
    except SetupFailed as failure:
        print(f"\n  {failure}\n", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
