"""What keeps a kiosk from running; each says it in one sentence meant for the operator.

KioskError
    AssetMissing    a font, icon or dictionary file that `make assets` builds
    NoDisplay       no window can be opened here
"""

from __future__ import annotations

from pathlib import Path


class KioskError(Exception):
    """The kiosk cannot run as it was set up."""


class AssetMissing(KioskError):
    """A font, icon or dictionary file is not there yet."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is missing: run `make assets` once to build fonts, icons and dictionary"
        )
        self.path = path


class NoDisplay(KioskError):
    """Neither a screen nor an offscreen surface is to be had."""

    def __init__(self) -> None:
        super().__init__(
            "no window can be opened: start it in a graphical session, "
            "or set SDL_VIDEODRIVER=offscreen to run without a display"
        )
