"""Makes the folder that a program keeps its files in, or says why it cannot be had."""

from __future__ import annotations

import os
from pathlib import Path

from configuration.errors import ConfigError


def make_folder(folder: Path, *, file: Path, key: str) -> None:
    """Make `folder`, private, unless it is there; ConfigError names the setting it comes from."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except FileExistsError as error:
        raise _refused(folder, file, key, "there is a file of that name") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise _refused(folder, file, key, f"the folder cannot be made: {why}") from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise _refused(folder, file, key, "this user may not read and write in it")


def _refused(folder: Path, file: Path, key: str, why: str) -> ConfigError:
    return ConfigError([f"{file}: {key} = {str(folder)!a}: {why}"])
