"""One program at a time: a lock beside the file that says who holds it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from outbox.errors import OutboxHeld


class Hold:
    """An exclusive lock on `path`, gone with the process however it ends."""

    def __init__(self, path: Path, program: str) -> None:
        """Take the lock, or raise OutboxHeld naming the program and process that has it."""
        self._lock_path = path.with_name(path.name + ".lock")
        self._file = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._file, 200, 0).decode(errors="replace").strip()
            os.close(self._file)
            raise OutboxHeld(path, holder or "another program") from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{program} (process {os.getpid()})\n".encode(), 0)

    def release(self) -> None:
        """Let the next program in."""
        os.close(self._file)
