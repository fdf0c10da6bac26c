"""Tells systemd how the kiosk is: ready, still alive, stopping (sd_notify's protocol).

A datagram to a socket, or nothing at all when systemd does not ask for it: the few lines are
shorter than the care of a library that has not changed since 2017.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping

logger = logging.getLogger(__name__)


class Systemd:
    """The service manager that started this process, if one did."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Read NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID."""
        path = environment.get("NOTIFY_SOCKET", "")
        # systemd writes the zero byte of an abstract socket's name as "@".
        self._address = "\0" + path[1:] if path.startswith("@") else path
        self._watchdog_s = _watchdog_seconds(environment) if path else None
        self._socket: socket.socket | None = None
        self._failure_logged = False

    @property
    def watchdog_every_s(self) -> float | None:
        """Return how often to say `alive`; None when nobody would restart a silent kiosk."""
        # systemd's own advice is half the time; a third survives one late turn of a busy machine.
        return self._watchdog_s / 3 if self._watchdog_s else None

    def ready(self) -> None:
        """The first screen is painted."""
        self._tell("READY=1\nSTATUS=asking")

    def alive(self) -> None:
        """The screen's loop still turns."""
        self._tell("WATCHDOG=1")

    def status(self, words: str) -> None:
        """Say in one line how it goes, for `systemctl status`."""
        self._tell(f"STATUS={words}")

    def stopping(self) -> None:
        """The kiosk has been told to end, and commits what it has."""
        self._tell("STOPPING=1\nSTATUS=ending")

    def _tell(self, message: str) -> None:
        if not self._address:
            return
        try:
            if self._socket is None:
                kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
                self._socket = socket.socket(socket.AF_UNIX, kind)
            self._socket.sendto(message.encode(), self._address)
        except OSError as error:  # a screen that asks is worth more than a manager that knows
            if not self._failure_logged:
                logger.warning("systemd does not hear this kiosk: %s", error)
            self._failure_logged = True


def _watchdog_seconds(environment: Mapping[str, str]) -> float | None:
    said, process = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if process and process != str(os.getpid()):  # meant for the process that started this one
        return None
    return int(said) / 1_000_000 if said.isascii() and said.isdecimal() and int(said) else None
