"""Writes the board's PIN into the settings file, and leaves every other line as it is."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import tomllib
from pathlib import Path

from configuration import ConfigError

_SECTION = re.compile(r"^\s*\[board\]\s*(#.*)?$")
_ANY_SECTION = re.compile(r"^\s*\[")
_KEY = re.compile(r"^\s*pin_hash\s*=")


def write_pin_hash(path: Path, pin_hash: str) -> None:
    """Set board.pin_hash in the file at `path`; all of it or nothing is written."""
    if not path.is_file():
        raise ConfigError([f"{path}: there is no such file"])
    text = with_pin_hash(path.read_text(encoding="utf-8"), pin_hash)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: set board.pin_hash by hand ({error})"]) from error
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    before = path.stat()
    with contextlib.suppress(PermissionError):  # root sets the PIN; the gateway's user reads it
        os.chown(name, before.st_uid, before.st_gid)
    Path(name).chmod(before.st_mode & 0o777)
    Path(name).replace(path)


def with_pin_hash(text: str, pin_hash: str) -> str:
    """Return the settings with another PIN."""
    line = f"pin_hash = '{pin_hash}'"
    lines = text.splitlines()
    start = next((n for n, one in enumerate(lines) if _SECTION.match(one)), None)
    if start is None:
        return "\n".join([*lines, "", "[board]", line, ""])
    end = next(
        (n for n in range(start + 1, len(lines)) if _ANY_SECTION.match(lines[n])), len(lines)
    )
    kept = [one for one in lines[start + 1 : end] if not _KEY.match(one)]
    return "\n".join([*lines[: start + 1], line, *kept, *lines[end:], ""])
