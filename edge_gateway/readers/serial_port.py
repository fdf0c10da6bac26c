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
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import serial
from serial.tools.list_ports_linux import SysFS

from configuration.holders import file_holder, open_here

logger = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0
LOOK_EVERY_S = 1.0
"""How often a port that is not there is looked for."""
READ_BYTES = 1024
"""At a time: a port that never falls silent must not keep the loop from the others for long."""
MAX_UNSENT_BYTES = 65_536
_SHORT_LIFE_S = 5.0
_HELD = {errno.EAGAIN, errno.EBUSY}
_BY_USB = ("ttyUSB*", "ttyACM*")
_DEVICES = (*_BY_USB, "ttyS*", "ttyAMA*", "rfcomm*")


OpenPort = serial.Serial
"""A port that was opened: `fileno` and `close` are all that others use of it."""


class NoPort(OSError):
    """There is no such port, or more than one that fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A port and how it is set."""

    port: str
    """A path, or usb:VID:PID[:SERIAL]."""
    baud: int = 9600
    bits: str = "8N1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugged:
    """A port of this machine."""

    device: str
    vid: int | None = None
    pid: int | None = None
    serial_number: str = ""
    product: str = ""
    maker: str = ""

    @property
    def usb(self) -> str:
        """Return "usb:VID:PID[:SERIAL]"; "" when it is not by USB."""
        if self.vid is None or self.pid is None:
            return ""
        number = f":{self.serial_number}" if self.serial_number else ""
        return f"usb:{self.vid:04x}:{self.pid:04x}{number}"


def plugged(patterns: tuple[str, ...] = _DEVICES) -> list[Plugged]:
    """Return the ports that this machine has now; built-in ones only when something is there."""
    devices = [device for pattern in patterns for device in sorted(Path("/dev").glob(pattern))]
    found = [SysFS(str(device)) for device in devices]
    return [
        Plugged(
            device=one.device,
            vid=one.vid,
            pid=one.pid,
            serial_number=one.serial_number or "",
            product=one.product or "",
            maker=one.manufacturer or "",
        )
        for one in found
        if one.subsystem != "platform"  # drivers reserve numbers for ports that are not soldered
    ]


def node(port: str) -> str:
    """Return the path of a port that is there; NoPort says why there is none."""
    if not port.startswith("usb:"):
        if not os.path.exists(port):  # noqa: PTH110 (called each second for what is not there)
            raise NoPort(f"{port}: there is no such port")
        return port
    return fitting(port, plugged(_BY_USB))


def fitting(port: str, found: Iterable[Plugged]) -> str:
    """Return the device of the only port that a usb:VID:PID[:SERIAL] fits; else NoPort."""
    wanted = port.lower().split(":", 3)
    devices = [
        one.device for one in found if one.usb.lower().split(":", 3)[: len(wanted)] == wanted
    ]
    if len(devices) > 1:
        raise NoPort(f"{port} fits {' and '.join(devices)}: add the serial number, or use a path")
    if not devices:
        raise NoPort(f"{port}: there is no such port")
    return devices[0]


def opened(path: str, wire: Wire) -> serial.Serial:
    """Open a port for us alone; OSError, ValueError or termios.error when it cannot be had."""
    bits, parity, stop = int(wire.bits[0]), wire.bits[1], int(wire.bits[2])
    port = serial.Serial(
        path,
        wire.baud,
        bytesize=bits,
        parity=parity,
        stopbits=stop,
        timeout=0,
        exclusive=True,
    )
    try:
        # pyserial's lock stops only programs that ask for one; this stops all but root's.
        fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
        _leave_lines_up(port.fileno())
    except (OSError, termios.error):
        port.close()
        raise
    return port


def _leave_lines_up(descriptor: int) -> None:
    """Let DTR stay when we close: some printers and boards take a change of it for a reset."""
    settings = termios.tcgetattr(descriptor)
    settings[2] &= ~termios.HUPCL
    termios.tcsetattr(descriptor, termios.TCSANOW, settings)


def sentence(path: str, error: Exception) -> str:
    """Return why a port cannot be opened, for whoever mends it."""
    if isinstance(error, NoPort):
        return str(error)
    number = getattr(error, "errno", None)
    if number in _HELD:
        ours = open_here(path)
        return f"{path} is in use by {'another reader' if ours else file_holder(path)}"
    if number == errno.ENOENT:
        return f"{path}: there is no such port"
    if number == errno.EACCES:
        return f"{path}: no permission to open it (is the user in group dialout?)"
    if number == errno.EISDIR or isinstance(error.__context__, termios.error):
        return f"{path} is no serial port, or none that can be set so: {error}"
    return f"{path}: {error}"


class SerialPort:
    """One port; `run` keeps it open for as long as it is there."""

    def __init__(
        self,
        wire: Wire,
        *,
        received: Callable[[bytes], None],
        changed: Callable[[], None],
        talks: bool = False,
    ) -> None:
        """`received` gets bytes as they come; `changed` is called when the port comes or goes.

        Only a port that `talks` can ever write a byte.
        """
        self.open = False
        self.trouble: str | None = None
        """Why it is not open; None while it is."""
        self.openings = 0
        self._wire = wire
        self._talks = talks
        self._received = received
        self._changed = changed
        self._descriptor: int | None = None
        self._unsent = bytearray()

    @property
    def listening(self) -> bool:
        """Whether the device's bytes arrive."""
        return self.open

    async def run(self) -> None:
        """Open the port again and again, until cancelled."""
        pause = FIRST_PAUSE_S
        while True:
            wire = self._wire
            path = wire.port
            try:
                path = node(wire.port)
                port = await asyncio.to_thread(opened, path, wire)
            except (OSError, ValueError, termios.error) as error:
                self._note(sentence(path, error))
                away = isinstance(error, NoPort)
                pause = FIRST_PAUSE_S if away else min(2 * pause, LONGEST_PAUSE_S)
                await asyncio.sleep(LOOK_EVERY_S if away else pause)
                continue
            logger.info("%s: open at %s baud, %s", path, wire.baud, wire.bits)
            began = time.monotonic()
            try:
                why = await self._read(port)
            finally:
                port.close()
            self._note(why)
            flaps = time.monotonic() - began < _SHORT_LIFE_S
            pause = min(2 * pause, LONGEST_PAUSE_S) if flaps else FIRST_PAUSE_S
            await asyncio.sleep(pause)

    def send(self, data: bytes) -> None:
        """Write soon; what is not taken in time, or while the port is away, is lost."""
        if not self._talks or self._descriptor is None:
            return
        if len(self._unsent) + len(data) > MAX_UNSENT_BYTES:
            logger.debug("%s takes no bytes: %s dropped", self._wire.port, len(data))
            return
        waiting = bool(self._unsent)
        self._unsent += data
        if not waiting:
            self._write()

    def _write(self) -> None:
        descriptor, loop = self._descriptor, asyncio.get_running_loop()
        if descriptor is None:
            return
        try:
            del self._unsent[: os.write(descriptor, self._unsent)]
        except BlockingIOError:
            pass
        except OSError:  # unplugged: reading says so, too
            self._unsent.clear()
        if self._unsent:
            loop.add_writer(descriptor, self._write)
        else:
            loop.remove_writer(descriptor)

    async def _read(self, port: serial.Serial) -> str:
        """Read until the port is gone; return why."""
        loop = asyncio.get_running_loop()
        gone: asyncio.Future[str] = loop.create_future()
        descriptor = port.fileno()

        def readable() -> None:
            try:
                data = os.read(descriptor, READ_BYTES)
            except BlockingIOError:
                return
            except OSError as error:
                data, why = b"", f"{self._wire.port}: {error.strerror}"
            else:
                why = f"{self._wire.port}: unplugged"
            if data:
                self._received(data)
                return
            # An unplugged port is readable for ever and gives nothing.
            loop.remove_reader(descriptor)
            if not gone.done():
                gone.set_result(why)

        loop.add_reader(descriptor, readable)
        self._descriptor = descriptor
        self.open, self.trouble = True, None
        self.openings += 1
        self._changed()
        try:
            return await gone
        finally:
            loop.remove_reader(descriptor)
            loop.remove_writer(descriptor)
            self._descriptor = None
            self._unsent.clear()
            self.open = False

    def _note(self, trouble: str) -> None:
        if trouble != self.trouble:
            logger.warning("%s; trying again until it is there", trouble)
            self.trouble = trouble
            self._changed()
