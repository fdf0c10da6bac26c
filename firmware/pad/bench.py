"""A pad without a board, for tests and the demo: MicroPython's unix port, files and pipes.

The line is standard input and output, as it is on a board's USB. Fingers come as lines on a file
of their own; the flash is a file, and what the pad would show is told on standard error.

    press KEY [MILLISECONDS]    a finger on a key for so long, then off for as long (0: one look)
    cut BYTES                   the power goes after so many more bytes of flash were written
"""

import binascii
import os
import select
import sys
import time

from firmware.pad.hardware import Hardware, Uptime
from firmware.pad.ring import Flash

_READ_BYTES = 256
_REST_MS = 5


class PowerCut(Exception):
    """There is no power any more, in the midst of whatever it was."""


class FileFlash(Flash):
    """NOR flash in a file: programming only clears bits, and power may go at any byte."""

    def __init__(self, path: str, sectors: int = 20) -> None:
        self.sectors = sectors
        self.left: int | None = None
        """Bytes that may still be written before the power goes; None: as many as ever."""
        try:
            os.stat(path)
        except OSError:
            with open(path, "wb") as blank:
                for _ in range(sectors):
                    blank.write(b"\xff" * self.sector_bytes)
        self._file = open(path, "r+b")  # held for as long as there is power

    def read(self, at: int, count: int) -> bytes:
        """Return `count` bytes from offset `at`."""
        self._file.seek(at)
        return self._file.read(count)

    def program(self, at: int, data: bytes) -> None:
        """Clear the bits that are 0 in `data`."""
        before = self.read(at, len(data))
        self._write(at, bytes([old & new for old, new in zip(before, data)]))

    def erase(self, sector: int) -> None:
        """Set every byte of a sector to 0xFF."""
        self._write(sector * self.sector_bytes, b"\xff" * self.sector_bytes)

    def _write(self, at: int, data: bytes) -> None:
        cut = self.left is not None and len(data) > self.left
        if self.left is not None:
            data = data[: self.left]
            self.left -= len(data)
        self._file.seek(at)
        self._file.write(data)
        self._file.flush()
        if cut:
            raise PowerCut


class Bench(Hardware):
    """Everything a pad needs, of files."""

    def __init__(self, flash: str, fingers: str, debounce_ms: int, lockout_ms: int) -> None:
        self.flash = self._cells = FileFlash(flash)
        self.debounce_ms, self.lockout_ms = debounce_ms, lockout_ms
        self.uid = (binascii.crc32(flash.encode()) | 1 << 32).to_bytes(8, "big")
        self._fingers = open(fingers, "rb")
        self._waiting: list[tuple[int, int]] = []
        self._down, self._until_ms, self._hold_ms = 0, 0, 0
        self._uptime = Uptime(time.ticks_ms, time.ticks_diff)
        self._line = select.poll()
        self._line.register(sys.stdin, select.POLLIN)
        self._room = select.poll()
        self._room.register(sys.stdout, select.POLLOUT)
        self._orders = select.poll()
        self._orders.register(self._fingers, select.POLLIN)
        self._ended = False

    def now_ms(self) -> int:
        """Return milliseconds since the start."""
        return self._uptime.now_ms()

    def random(self) -> int:
        """Return 32 random bits, never 0."""
        return int.from_bytes(os.urandom(4), "big") or 1

    def keys(self) -> int:
        """Return which keys the fingers hold down."""
        self._hear_orders()
        now_ms = self.now_ms()
        if self._down and now_ms >= self._until_ms:
            self._down, self._until_ms = 0, now_ms + self._hold_ms
        elif not self._down and self._waiting and now_ms >= self._until_ms:
            key, self._hold_ms = self._waiting.pop(0)
            self._down, self._until_ms = 1 << (key - 1), now_ms + self._hold_ms
        return self._down

    def light(self, lamp: int) -> None:
        """Tell which lamp is lit."""
        self._tell("lamp %d" % lamp)

    def beep(self, times: int) -> None:
        """Tell that it beeps."""

    def kept(self, seq: int, key: int) -> None:
        """Tell that a press is safe."""
        self._tell("kept %d %d" % (seq, key))

    def receive(self) -> "bytes | None":
        """Return what the line brought; None when it has ended."""
        if not self._line.poll(0):
            return None if self._ended else b""
        received = sys.stdin.buffer.read(_READ_BYTES)
        if received == b"":  # readable, and nothing there: hung up
            self._ended = True
        return received or (None if self._ended else b"")

    def send(self, data: bytes) -> None:
        """Write what the line takes."""
        if self._room.poll(0):
            sys.stdout.buffer.write(data)

    def rest(self) -> None:
        """Wait for the line, or a few milliseconds; not while fingers are at work."""
        if not self._waiting:
            self._line.poll(_REST_MS)

    def _hear_orders(self) -> None:
        while self._orders.poll(0):
            words = self._fingers.readline().split()
            if not words:  # whoever pressed is gone
                self._orders.unregister(self._fingers)
                return
            name, number = words[0], int(words[1])
            if name == b"press":
                self._waiting.append((number, int(words[2]) if len(words) > 2 else 0))
            elif name == b"cut":
                self._cells.left = number

    def _tell(self, what: str) -> None:
        sys.stderr.write(what + "\n")
