"""Writes the settings of a kiosk that has just been set up, so that the next start finds them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from configuration import ConfigError, write_durably
from kiosk.settings import load
from protocols.enrolment import EnrolAnswer

# Others would be a way to make a kiosk read or write where HQ has no business.
TAKEN_FROM_HQ = ("hq_public_key", "hq_verify_key", "track_url", "note_url", "language")
DATA_FOLDER = "data"
"""Beside the file."""


def check_place(path: Path) -> None:
    """Raise ConfigError when no settings can be written at `path`."""
    if path.exists():
        raise ConfigError([f"{path}: this kiosk is set up; move the file away to do it anew"])
    folder = path.absolute().parent
    if not folder.is_dir():
        raise ConfigError([f"{path}: there is no folder {folder}"])
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError([f"{path}: this user may not write in {folder}"])


def keep(path: Path, answer: EnrolAnswer, gateway: str) -> None:
    """Write the settings; the file is whole and private, or not there.

    Raises OSError, or ConfigError when what HQ says is no setting.
    """
    draft = path.with_name(f".{path.name}.new")
    content = toml(answer, gateway).encode()
    try:
        write_durably(draft, content)
        load(draft)
    finally:
        draft.unlink(missing_ok=True)
    write_durably(path, content)


def toml(answer: EnrolAnswer, gateway: str) -> str:
    """Return the file's text."""
    values: dict[str, str | Mapping[str, str]] = {
        "device": answer.device,
        "store": answer.store,
        "store_name": answer.store_name,
        "touchpoint": answer.touchpoint,
        "touchpoint_name": answer.touchpoint_name,
        "gateway_url": gateway,
        "token": answer.token,
        "data_dir": DATA_FOLDER,
    }
    values |= {key: answer.settings[key] for key in TAKEN_FROM_HQ if key in answer.settings}
    lines = [f"{key} = {_value(value)}" for key, value in values.items()]
    head = "# Written when this kiosk was set up with a code from HQ; docs/kiosk.md lists all keys."
    return "\n".join([head, *lines, ""])


def _value(value: str | Mapping[str, str]) -> str:
    if isinstance(value, str):
        # A JSON string is a TOML string, but for one character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    inner = ", ".join(f"{_value(key)} = {_value(text)}" for key, text in value.items())
    return f"{{ {inner} }}" if inner else "{}"
