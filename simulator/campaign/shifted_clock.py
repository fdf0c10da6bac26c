"""Runs a program whose wall clock can be moved from outside while it works.

`python -m simulator.campaign.shifted_clock FILE MODULE ARGUMENT…`: FILE holds seconds, and
what they say is added to the wall clock; the monotonic clocks go on as they are. A file and not a
system call, because no other program on the machine may notice.
"""

from __future__ import annotations

import contextlib
import importlib.util
import runpy
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_LOOK_EVERY_SECONDS = 0.05


def available() -> bool:
    """Whether the package that moves clocks is installed."""
    return importlib.util.find_spec("time_machine") is not None


def set_offset(file: Path, seconds: float) -> None:
    """Let the clock of the program that looks at `file` be off by so much."""
    beside = file.with_suffix(".new")
    beside.write_text(str(seconds), encoding="ascii")
    beside.replace(file)


def read_offset(file: Path) -> float:
    """Return what `file` asks for; 0 without one."""
    with contextlib.suppress(OSError, ValueError):
        return float(file.read_text(encoding="ascii"))
    return 0.0


def follow(file: Path) -> None:
    """Move this process's wall clock to what `file` says, now and whenever it changes."""
    import time_machine  # noqa: PLC0415 (only the program with the wrong clock needs it)

    offset = read_offset(file)
    clock = time_machine.travel(datetime.now(UTC) + timedelta(seconds=offset), tick=True).start()

    def watch(offset: float) -> None:
        while True:
            time.sleep(_LOOK_EVERY_SECONDS)
            wanted = read_offset(file)
            if wanted != offset:
                clock.shift(wanted - offset)
                offset = wanted

    threading.Thread(target=watch, args=(offset,), name="shifted-clock", daemon=True).start()


def main() -> None:
    """Shift the clock and become the program."""
    file, module, *arguments = sys.argv[1:]
    follow(Path(file))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
