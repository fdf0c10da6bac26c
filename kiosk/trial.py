"""Counts starts that never reached their first screen: what HQ says must not keep a kiosk down.

A survey that breaks the screens would break them at every start. After some such starts the kiosk
leaves HQ's survey aside and asks its own.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from configuration import write_durably

logger = logging.getLogger(__name__)

MOST_FAILED_STARTS = 3


class Trial:
    """The present start; a file remembers those before it that came to nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self) -> bool:
        """Count this start; return whether HQ's survey may be asked."""
        failed = self._failed()
        with suppress(OSError):  # a disk that takes nothing must not keep the kiosk down either
            write_durably(self._path, str(failed + 1).encode())
        return failed < MOST_FAILED_STARTS

    def passed(self) -> None:
        """The first screen is painted."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _failed(self) -> int:
        try:
            return int(self._path.read_bytes()[:6])
        except (OSError, ValueError):
            return 0
