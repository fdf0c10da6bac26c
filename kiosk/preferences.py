"""What staff set at the terminal itself: sound and brightness; it survives restarts."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import msgspec

from configuration import write_durably

logger = logging.getLogger(__name__)

Share = Annotated[int, msgspec.Meta(ge=0, le=100)]
STEP = 10


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the staff menu; None: as the settings file, or the panel, has it."""

    speech: bool | None = None
    volume: Share | None = None
    """Per cent of the loudest that the settings file allows."""
    brightness: Annotated[int, msgspec.Meta(ge=10, le=100)] | None = None
    """Per cent; never so dark that nobody finds the menu again."""


def load(path: Path) -> Preferences:
    """Return what was kept; the settings file's own when that cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Preferences)
    except FileNotFoundError:
        return Preferences()
    except (OSError, msgspec.DecodeError) as error:
        logger.warning("%s cannot be read, the settings file holds again: %s", path, error)
        return Preferences()


def keep(path: Path, preferences: Preferences) -> None:
    """Bring them to the disk; OSError when that fails."""
    write_durably(path, msgspec.json.encode(preferences))
