"""A serial line to a device that is played: a pty whose far end stands where a port is looked for.

A pty carries bytes and hang-ups as a port does; speed, parity and break it does not.
"""

from __future__ import annotations

import os
import tty
from collections.abc import Iterable
from pathlib import Path

_READ_BYTES = 4096


class PtyLine:
    """The device's end of a line; what nobody reads is lost, as on a serial line."""

    def __init__(self, port: Path) -> None:
        """Make the line, with `port` as a link to the end that a gateway opens."""
        self._near, self._far = os.openpty()
        tty.setraw(self._far)  # or the kernel would echo what is sent back to the device
        os.set_blocking(self._near, False)
        port.parent.mkdir(parents=True, exist_ok=True)
        port.unlink(missing_ok=True)
        port.symlink_to(os.ttyname(self._far))
        self._port = port
        self.lost_bytes = 0

    def send(self, pieces: bytes | Iterable[bytes]) -> None:
        """Write bytes, or pieces one by one."""
        for piece in (pieces,) if isinstance(pieces, bytes) else pieces:
            try:
                written = os.write(self._near, piece)
            except BlockingIOError:
                written = 0
            self.lost_bytes += len(piece) - written

    def heard(self) -> bytes:
        """Return what was written to the device since the last call."""
        heard = bytearray()
        while True:
            try:
                heard += os.read(self._near, _READ_BYTES)
            except BlockingIOError:
                return bytes(heard)

    def close(self) -> None:
        """Take the line away, as a pulled plug does."""
        os.close(self._near)
        os.close(self._far)
        self._port.unlink(missing_ok=True)
