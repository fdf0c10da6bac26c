"""A pad on a microcontroller: RP2040 (Pico) or ESP32, by MicroPython's `machine`.

Keys pull their pin low; the lamp has a pin for red, green and blue; the beeper is a piezo. The
ring lies in flash that no file system uses: at the end of it on RP2040, in a partition named
"presses" on ESP32 (docs/pad-protocol.md, "A pad of your own").
"""

import os
import select
import sys
import time

import machine

from firmware.pad import settings
from firmware.pad.block_flash import BLOCK_COUNT, BlockFlash
from firmware.pad.hardware import ESP32, RP2040, Hardware, Uptime
from firmware.pad.ring import Flash

_ON_RP2040 = sys.platform == "rp2"
# Red, green, blue of: dark, white, green, amber.
_COLOURS = ((0, 0, 0), (1, 1, 1), (0, 1, 0), (1, 1, 0))
_TONE_HZ = 2_700
_BEEP_MS, _PAUSE_MS = 80, 80
_WATCHDOG_MS = 8_000
_REST_MS = 5
_MOST_BYTES_A_TURN = 256
_RP2040_PAGE_BYTES = 256


def _flash() -> Flash:
    size = Flash.sectors * Flash.sector_bytes
    if not _ON_RP2040:
        import esp32

        found = esp32.Partition.find(esp32.Partition.TYPE_DATA, label="presses")
        return BlockFlash(found[0], 1)
    import rp2

    start = rp2.Flash().ioctl(BLOCK_COUNT, 0) * Flash.sector_bytes - size
    system = os.statvfs("/")
    if system[1] * system[2] > start:  # its files and our presses would overwrite each other
        raise OSError("the file system must end 80 KiB before the flash does")
    return BlockFlash(rp2.Flash(start=start, len=size), _RP2040_PAGE_BYTES)


class Usb:
    """The line by USB: what the board prints goes there too, between frames."""

    def __init__(self) -> None:
        import micropython

        micropython.kbd_intr(-1)  # a byte 3 is data, not Ctrl-C
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)

    def receive(self) -> bytes:
        """Return what there is."""
        taken = bytearray()
        while len(taken) < _MOST_BYTES_A_TURN and self._poll.poll(0):
            taken.extend(sys.stdin.buffer.read(1))  # more would wait for more
        return bytes(taken)

    def send(self, data: bytes) -> None:
        """Write."""
        sys.stdout.buffer.write(data)


class Uart:
    """The line by RS-232, through a level converter."""

    def __init__(self, number: int, baud: int) -> None:
        self._uart = machine.UART(number, baudrate=baud, rxbuf=1024, txbuf=1024)

    def receive(self) -> bytes:
        """Return what there is."""
        return self._uart.read(_MOST_BYTES_A_TURN) or b""

    def send(self, data: bytes) -> None:
        """Write."""
        self._uart.write(data)


class Board(Hardware):
    """Everything a pad needs, of pins."""

    kind = RP2040 if _ON_RP2040 else ESP32

    def __init__(self) -> None:
        said = settings.read("pad.json")
        self.debounce_ms, self.lockout_ms = said.debounce_ms, said.lockout_ms
        self.uid = (machine.unique_id() + bytes(8))[:8]
        self.flash = _flash()
        self._keys = [machine.Pin(pin, machine.Pin.IN, machine.Pin.PULL_UP) for pin in said.keys]
        self._lamps = [machine.Pin(pin, machine.Pin.OUT, value=0) for pin in said.lamps]
        self._beeper = machine.PWM(machine.Pin(said.beeper), freq=_TONE_HZ, duty_u16=0)
        self._beep_ends: list[int] = []
        self._line = Usb() if said.uart < 0 else Uart(said.uart, said.baud)
        self._uptime = Uptime(time.ticks_ms, time.ticks_diff)
        self._watchdog = machine.WDT(timeout=_WATCHDOG_MS)

    def now_ms(self) -> int:
        """Return milliseconds since the start."""
        return self._uptime.now_ms()

    def random(self) -> int:
        """Return 32 random bits, never 0."""
        return int.from_bytes(os.urandom(4), "big") or 1

    def keys(self) -> int:
        """Return which keys are down."""
        down = 0
        for place, pin in enumerate(self._keys):
            down |= (not pin.value()) << place
        return down

    def light(self, lamp: int) -> None:
        """Light the lamp in its colour."""
        for pin, on in zip(self._lamps, _COLOURS[lamp % len(_COLOURS)]):
            pin.value(on)

    def beep(self, times: int) -> None:
        """Begin to beep."""
        now_ms = self.now_ms()
        # Times at which the tone changes: on, off, on, off.
        self._beep_ends = [
            now_ms + beep * (_BEEP_MS + _PAUSE_MS) + part
            for beep in range(min(times, 5))
            for part in (0, _BEEP_MS)
        ]

    def receive(self) -> "bytes | None":
        """Return what the line brought; a board's line never ends."""
        return self._line.receive()

    def send(self, data: bytes) -> None:
        """Write."""
        self._line.send(data)

    def rest(self) -> None:
        """Feed the watchdog, go on beeping, and wait a little."""
        self._watchdog.feed()
        while self._beep_ends and self.now_ms() >= self._beep_ends[0]:
            self._beep_ends.pop(0)
            self._beeper.duty_u16(32_768 if len(self._beep_ends) % 2 else 0)
        time.sleep_ms(_REST_MS)
