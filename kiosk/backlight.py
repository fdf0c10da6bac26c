"""The panel's backlight, where Linux offers one below /sys/class/backlight."""

from __future__ import annotations

import logging
from pathlib import Path

logger = logging.getLogger(__name__)

_ON, _OFF = "0", "4"  # FB_BLANK_UNBLANK and FB_BLANK_POWERDOWN


class Backlight:
    """One backlight; what fails is logged once, and the kiosk goes on."""

    def __init__(self, folder: Path) -> None:
        """`folder` is such as /sys/class/backlight/10-0045."""
        self._folder = folder
        self._failure_logged = False

    def level(self) -> int | None:
        """Return the brightness in per cent; None when there is none to set."""
        try:
            most, now = (
                int((self._folder / name).read_text(encoding="ascii"))
                for name in ("max_brightness", "brightness")
            )
        except (OSError, ValueError) as error:
            self._fail(error)
            return None
        return round(100 * now / most) if most > 0 else None

    def set(self, level: int) -> None:
        """Set the brightness in per cent."""
        try:
            most = int((self._folder / "max_brightness").read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            self._fail(error)
            return
        self._write("brightness", str(max(1, round(most * level / 100))))

    def switch(self, lit: bool) -> None:
        """Switch the light on or off; the brightness stays what it was."""
        self._write("bl_power", _ON if lit else _OFF)

    def _write(self, name: str, value: str) -> None:
        try:
            (self._folder / name).write_text(value, encoding="ascii")
        except OSError as error:
            self._fail(error)
        else:
            self._failure_logged = False

    def _fail(self, error: Exception) -> None:
        if not self._failure_logged:
            logger.warning("backlight %s: %s", self._folder, error)
        self._failure_logged = True
