"""Writes the PIN's hash into the settings file, and leaves every other line as it is."""

from __future__ import annotations

import contextlib
import os
import re
import tomllib
from pathlib import Path

from configuration import ConfigError, write_durably
from kiosk.pin import PIN, hash_pin

_KEY = re.compile(r"^\s*staff_pin_hash\s*=")
_SECTION = re.compile(r"^\s*\[")


def set_pin(path: Path, pin: str) -> None:
    """Set `staff_pin_hash` in the file at `path`; ConfigError when file or PIN will not do."""
    if not PIN.fullmatch(pin):
        raise ConfigError(["a PIN has 4 to 12 digits"])
    try:
        before = path.stat()
        text = with_pin_hash(path.read_text(encoding="utf-8"), hash_pin(pin))
        tomllib.loads(text)
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror or error}"]) from error
    except ValueError as error:
        raise ConfigError([f"{path}: not TOML: {error}"]) from error
    try:
        write_durably(path, text.encode(), mode=before.st_mode & 0o777)
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror or error}"]) from error
    with contextlib.suppress(PermissionError):  # root sets the PIN; the kiosk's user reads it
        os.chown(path, before.st_uid, before.st_gid)


def with_pin_hash(text: str, pin_hash: str) -> str:
    """Return the settings with another PIN; its key stands before the first section."""
    lines = [line for line in text.splitlines() if not _KEY.match(line)]
    first = next((at for at, line in enumerate(lines) if _SECTION.match(line)), len(lines))
    lines.insert(first, f'staff_pin_hash = "{pin_hash}"')
    return "\n".join(lines) + "\n"
