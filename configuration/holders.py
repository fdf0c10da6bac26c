"""Which program holds a file or a listening port, so that a refusal can say so (Linux /proc)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_LISTENING = "0A"
_SOMEBODY = "another program"


def file_holder(path: str) -> str:
    """Return "name (pid N)" of another process that has `path` open, or "another program"."""
    return _holder_of({os.path.realpath(path)})


def open_here(path: str) -> bool:
    """Return whether this very process has `path` open."""
    return _holds(Path("/proc/self"), {os.path.realpath(path)})


def open_in(path: str) -> str | None:
    """Return "name (pid N)" of a process that has `path` open; None when none is seen."""
    holder = _holder_of({os.path.realpath(path)})
    return None if holder == _SOMEBODY else holder


def tcp_holder(port: int) -> str:
    """Return "name (pid N)" of the process that listens on TCP `port`, or "another program"."""
    return _holder_of({f"socket:[{inode}]" for inode in _listening_inodes(port)})


def _listening_inodes(port: int) -> Iterable[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rsplit(":", 1)[1], 16) == port:
                yield fields[9]


def _holder_of(targets: set[str]) -> str:
    for folder in Path("/proc").glob("[0-9]*"):
        if int(folder.name) != os.getpid() and _holds(folder, targets):
            return f"{_name(folder)} (pid {folder.name})"
    return _SOMEBODY


def _holds(folder: Path, targets: set[str]) -> bool:
    try:
        return any(str(link.readlink()) in targets for link in (folder / "fd").iterdir())
    except OSError:  # it ended meanwhile, or belongs to another user
        return False


def _name(folder: Path) -> str:
    try:
        return (folder / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "a program"
