"""A serial cable for tests: a pty whose near end has a fixed name, as udev gives a port.

A pty carries bytes and hang-ups as a serial port does; speed, parity and break it does not.
"""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import Callable
from pathlib import Path


class Cable:
    """A device's end (`far`) and the name of the port at ours (`link`)."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.plug()

    def plug(self) -> None:
        """Plug a device in."""
        self.far, near = pty.openpty()
        tty.setraw(near)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(near))
        os.close(near)

    def unplug(self) -> None:
        """Pull the plug."""
        os.close(self.far)
        self.link.unlink()

    def written(self) -> bytes:
        """Return what was written to the device since the last look."""
        os.set_blocking(self.far, False)
        try:
            return os.read(self.far, 65_536)
        except (BlockingIOError, OSError):  # nothing, or nobody has it open
            return b""


async def until(holds: Callable[[], bool], within_s: float = 5.0) -> None:
    """Return when something holds; TimeoutError when it does not in time."""
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.01)
