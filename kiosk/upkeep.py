"""Keeps the terminal itself going, beside the flow: tells systemd that the screen's loop turns."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.notify import Systemd

Later = Callable[[Callable[[], None], float], None]
"""Calls back on the screen's thread after so many seconds."""


class Upkeep:
    """What runs on the screen's thread for the sake of the machine."""

    def __init__(self, later: Later, systemd: Systemd | None = None) -> None:
        self._later = later
        self._systemd = systemd or Systemd()

    def start(self) -> None:
        """The first screen is painted."""
        self._systemd.ready()
        self._feed()

    def stop(self) -> None:
        """The kiosk ends."""
        self._systemd.stopping()

    def _feed(self) -> None:
        """Feed the watchdog from here alone: a screen that hangs is started again."""
        if self._systemd.watchdog_every_s:
            self._systemd.alive()
            self._later(self._feed, self._systemd.watchdog_every_s)
