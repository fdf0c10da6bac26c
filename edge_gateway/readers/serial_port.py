"""A serial port that is read by the loop: the only module that knows pyserial.

The port is ours alone while it is open. A cable that is pulled is noticed at once, and the port
is opened again when it is back; what goes wrong is logged once per episode.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import logging
import os
import termios
from collections.abc import Callable

import serial

from configuration.holders import file_holder

logger = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
_READ_BYTES = 65_536
_HELD = {errno.EAGAIN, errno.EBUSY}


class SerialPort:
    """One port; `run` keeps it open for as long as it is there."""

    def __init__(
        self,
        path: str,
        baud: int,
        *,
        received: Callable[[bytes], None],
        closed: Callable[[], None],
    ) -> None:
        """`received` gets bytes as they come; `closed` is called when the port goes away."""
        self.path = path
        self.baud = baud
        self.open = False
        self.trouble: str | None = None
        """Why it is not open; None while it is."""
        self._received = received
        self._closed = closed

    async def run(self) -> None:
        """Open the port again and again, until cancelled."""
        pause = FIRST_PAUSE_S
        while True:
            try:
                port = await asyncio.to_thread(self._opened)
            except (OSError, ValueError, termios.error) as error:
                self._note(_sentence(self.path, error))
            else:
                pause = FIRST_PAUSE_S
                logger.info("%s: open at %s baud", self.path, self.baud)
                self.open, self.trouble = True, None
                try:
                    self._note(await self._read(port))
                finally:
                    self.open = False
                    port.close()
                    self._closed()
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def _opened(self) -> serial.Serial:
        port = serial.Serial(self.path, self.baud, timeout=0, exclusive=True)
        try:
            # pyserial's lock stops only programs that ask for one; this stops all but root's.
            fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
        except OSError:
            port.close()
            raise
        return port

    async def _read(self, port: serial.Serial) -> str:
        """Read until the port is gone; return why."""
        loop = asyncio.get_running_loop()
        gone: asyncio.Future[str] = loop.create_future()
        fd = port.fileno()

        def readable() -> None:
            try:
                data = os.read(fd, _READ_BYTES)
            except BlockingIOError:
                return
            except OSError as error:
                data, why = b"", f"{self.path}: {error.strerror}"
            else:
                why = f"{self.path}: unplugged"
            if data:
                self._received(data)
                return
            # An unplugged port is readable for ever and gives nothing.
            loop.remove_reader(fd)
            if not gone.done():
                gone.set_result(why)

        loop.add_reader(fd, readable)
        try:
            return await gone
        finally:
            loop.remove_reader(fd)

    def _note(self, trouble: str) -> None:
        if trouble != self.trouble:
            logger.warning("%s; trying again until it is there", trouble)
        self.trouble = trouble


def _sentence(path: str, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number in _HELD:
        return f"{path} is in use by {file_holder(path)}"
    if number == errno.ENOENT:
        return f"{path}: there is no such port"
    if number == errno.EACCES:
        return f"{path}: no permission to open it (is the user in group dialout?)"
    return f"{path}: {error}"
