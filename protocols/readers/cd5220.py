"""Listens to the bytes on their way from a till to its customer display: CD5220, UTC, LED8N.

The bytes are carried out on a screen of two lines of twenty columns. What it shows is judged when
the till stops writing for a moment, or begins a new picture: goods with a price, or the total.
Advertising that scrolls gives nothing; the same picture again gives nothing.

Commands: manuals of CD5220 and its likes (CD5220 standard mode, UTC mode, Epson's US commands).
LED8N has eight digits and lamps for price, total, received and change (ESC s, 2400 baud).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from protocols.readers.base import Counts
from protocols.readers.display_text import Lamp, Shown, goods_or_total
from protocols.readers.events import ItemShown, ReaderEvent, TotalShown
from protocols.readers.noise import Noise
from protocols.readers.screen import COLUMNS, Screen

IDLE_SECONDS = 0.15
"""A till that refreshes both lines at 2400 baud pauses for less."""
_ESC, _US, _CLEAR = 0x1B, 0x1F, 0x0C
_LONGEST_LINE_BYTES = 200
_LAMPS: Mapping[int, Lamp] = {
    0x31: Lamp.PRICE,
    0x32: Lamp.TOTAL,
    0x33: Lamp.RECEIVED,
    0x34: Lamp.CHANGE,
}
# How many bytes a command has in all; ESC Q and ESC u have a text that ends with CR.
_ESC_SIZES: Mapping[int, int] = {
    **dict.fromkeys(b"@\x11\x12\x13d", 2),
    **dict.fromkeys(b"*_fc=%?#s[tR", 3),
    **dict.fromkeys(b"l", 4),
    **dict.fromkeys(b"W", 6),
}
_US_SIZES: Mapping[int, int] = {
    **dict.fromkeys(b"\x01\x02\x03\n\rBv@:U", 2),
    **dict.fromkeys(b"XCErM", 3),
    **dict.fromkeys(b"$T", 4),
}
_CONTROL = re.compile(rb"[\x00-\x1f]")
_MOVES: Mapping[bytes, str] = {
    b"\x08": "left",
    b"\x1b[D": "left",
    b"\x09": "right",
    b"\x1b[C": "right",
    b"\x1f\n": "up",
    b"\x1b[A": "up",
    b"\n": "down",
    b"\x1b[B": "down",
    b"\x0b": "home",
    b"\x1b[H": "home",
    b"\r": "line_start",
    b"\x1b[L": "line_start",
    b"\x1f\r": "line_end",
    b"\x1b[R": "line_end",
    b"\x1fB": "bottom",
    b"\x1b[K": "bottom",
}


class Cd5220Reader:
    """Reads what one customer display shows; `encoding` is the till's (a Python codec name)."""

    def __init__(self, *, encoding: str = "gb18030", idle_seconds: float = IDLE_SECONDS) -> None:
        self.counts = Counts()
        self._noise = Noise(self.counts)
        self._encoding = encoding
        self._idle_seconds = idle_seconds
        self._screen = Screen()
        self._lamp: Lamp | None = None
        self._pending = bytearray()
        self._last_t: float | None = None
        self._last_shown: Shown | None = None
        self._changed = False
        self._scrolls = False
        """Advertising runs through the upper line."""

    def feed(self, data: bytes, t: float) -> list[ReaderEvent]:
        """Add received bytes and return what the pictures show that they completed."""
        events = self.idle(t)
        if data:
            self.counts.received_bytes += len(data)
            self._last_t = t
            self._pending += data
            events += self._parse()
        return events

    def idle(self, t: float) -> list[ReaderEvent]:
        """Return what the display shows, now that the till pauses."""
        if self._last_t is None or t - self._last_t < self._idle_seconds:
            return []
        return self._pause()

    def close(self) -> list[ReaderEvent]:
        """Return what the display shows at the end of the stream."""
        events = [] if self._last_t is None else self._pause()
        self._screen.clear()
        self._last_shown = self._lamp = None
        self._scrolls = False
        return events

    def _pause(self) -> list[ReaderEvent]:
        self._last_t = None
        if self._pending:
            # Half a command: what it held is nothing that the display shows.
            self.counts.damaged += 1
            self.counts.resyncs += 1
            self.counts.dropped_bytes += len(self._pending)
            self._pending.clear()
        return self._look() + self._noise.paused()

    def _parse(self) -> list[ReaderEvent]:
        events: list[ReaderEvent] = []
        pending, at = bytes(self._pending), 0
        while at < len(pending):
            size = _size(pending, at)
            if size is None:
                break
            events += self._obey(pending[at : at + size])
            at += size
        del self._pending[:at]
        return events

    def _obey(self, command: bytes) -> list[ReaderEvent]:
        """Carry out a command or a run of text; return what was shown before it."""
        first = command[0]
        if first >= 0x20:
            self._screen.write(command)
            self._changed = True
            return []
        if command in _MOVES:
            self._screen.move(_MOVES[command])
            return []
        if first == _CLEAR or command == b"\x1b@":
            events = self._look()
            self._screen.clear()
            self._lamp, self._scrolls = None, False
            return events
        if first == 0x18:
            self._screen.clear_line()
            return []
        if first == _ESC:
            return self._escape(command)
        if command[:2] == b"\x1f$" or command[:2] == b"\x1bl":
            self._screen.go(command[2], command[3])
        elif first not in (0x00, _US, 0x0E, 0x0F, 0x11, 0x12, 0x13, 0x14):
            self.counts.dropped_bytes += len(command)
        return []

    def _escape(self, command: bytes) -> list[ReaderEvent]:
        kind = command[1:2]
        if kind in (b"Q", b"u"):
            return self._whole_line(command[2:3], command[3:])
        if kind == b"l":
            self._screen.go(command[2], command[3])
        elif kind == b"s" and 0x30 <= command[2] <= 0x39:
            self._lamp = _LAMPS.get(command[2])
            self._changed = True
        elif len(command) == 1 or command[1] not in _ESC_SIZES:
            self.counts.dropped_bytes += len(command)
            self.counts.damaged += 1
        return []

    def _whole_line(self, which: bytes, text: bytes) -> list[ReaderEvent]:
        """Write a line by ESC Q or ESC u; a line that was already written ends the picture."""
        row = {b"A": 0, b"B": 1}.get(which)
        if row is None:
            # D and F scroll a text through the upper line, E tells the time.
            events = self._look()
            self._screen.put(0, b"")
            self._scrolls, self._last_shown = True, None
            return events
        content = text.removesuffix(b"\r")
        if content == text and len(content) < COLUMNS:
            # Cut off: half a price is another price.
            self.counts.damaged += 1
            self.counts.dropped_bytes += len(text)
            return []
        events = self._look() if self._screen.is_fresh(row) else []
        self._screen.put(row, content[:COLUMNS])
        self._scrolls = self._scrolls and row == 1
        self._changed = True
        return events

    def _look(self) -> list[ReaderEvent]:
        """Judge the picture, when it is another one than the last."""
        if not self._changed:
            return []
        self._changed = False
        lines = [bytes(line).decode(self._encoding, errors="replace") for line in self._screen.rows]
        # Under a new name, a price that was told already is that of the goods before.
        old_price = self._screen.is_fresh(0) and not self._screen.is_fresh(1)
        shown = goods_or_total((lines[0], "" if old_price else lines[1]), self._lamp)
        if shown is None or (self._scrolls and shown.name is not None):
            if any(line.strip() for line in lines):
                self._last_shown = None  # a welcome lies between two sales
            return []
        self.counts.messages += 1
        self._screen.understood()
        again, self._last_shown = shown == self._last_shown, shown
        if again:
            return []
        if shown.name is None:
            return [TotalShown(total=shown.amount)]
        return [ItemShown(name=shown.name, price=shown.amount)]


def _size(data: bytes, at: int) -> int | None:
    """Return the size of the command or run of text at `at`; None when it is not all there."""
    first = data[at]
    if first >= 0x20:
        control = _CONTROL.search(data, at)
        return (control.start() if control else len(data)) - at
    if first not in (_ESC, _US):
        return 1
    following = data[at + 1 : at + 2]
    if not following:
        return None
    if first == _ESC and following in (b"Q", b"u"):
        return _line_size(data, at)
    sizes = _ESC_SIZES if first == _ESC else _US_SIZES
    size = sizes.get(following[0], 2 if following[0] >= 0x20 else 1)
    return size if at + size <= len(data) else None


def _line_size(data: bytes, at: int) -> int | None:
    """Return the size of ESC Q or ESC u with its text, which another command may cut off."""
    found = _CONTROL.search(data, at + 2, at + _LONGEST_LINE_BYTES)
    if found is not None:
        return max(2, found.start() + (found[0] == b"\r") - at)
    return _LONGEST_LINE_BYTES if len(data) - at >= _LONGEST_LINE_BYTES else None
