"""A till that writes to its customer display, as several makes do it."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from simulator.pty_line import PtyLine

COLUMNS = 20


class DisplayMode(Enum):
    """How a till drives its display."""

    CD5220 = auto()
    """ESC Q A, ESC Q B."""
    UTC = auto()
    """ESC u A, ESC u B."""
    PLAIN = auto()
    """Clear, and then forty columns of text."""
    LED8N = auto()
    """Eight digits, and lamps that say what they are."""


class DisplayHabit(Enum):
    """What a till does to its display that nobody asked for."""

    REFRESH = auto()
    """It writes the same picture three times."""
    HALF = auto()
    """It stops within the second line."""
    NOISE = auto()
    CLEAR_FIRST = auto()


class DisplayTill:
    """Shows goods and totals on a display at the end of a line."""

    def __init__(
        self, port: Path, mode: DisplayMode = DisplayMode.CD5220, encoding: str = "gb18030"
    ) -> None:
        self.line = PtyLine(port)
        self._mode = mode
        self._encoding = encoding

    def item(self, name: str, price: str, habit: DisplayHabit | None = None) -> None:
        """Show goods and their price."""
        self._show(name, price, lamp=b"1", habit=habit)

    def total(self, label: str, amount: str, habit: DisplayHabit | None = None) -> None:
        """Show what is to be paid."""
        self._show(label, amount, lamp=b"2", habit=habit)

    def welcome(self, text: str) -> None:
        """Clear the display and let a text scroll."""
        self.line.send(b"\x0c\x1bQD" + text.encode(self._encoding) + b"\r")

    def close(self) -> None:
        """Pull the plug."""
        self.line.close()

    def _show(self, upper: str, lower: str, *, lamp: bytes, habit: DisplayHabit | None) -> None:
        picture = self._picture(upper, lower, lamp)
        if habit is DisplayHabit.HALF:
            picture = picture[:-4]
        before = {DisplayHabit.NOISE: b"\x00\x00", DisplayHabit.CLEAR_FIRST: b"\x0c"}
        whole = before.get(habit, b"") + picture if habit else picture
        self.line.send([whole] * (3 if habit is DisplayHabit.REFRESH else 1))

    def _picture(self, upper: str, lower: str, lamp: bytes) -> bytes:
        first = upper.encode(self._encoding)[:COLUMNS].ljust(COLUMNS)
        second = lower.encode(self._encoding)[:COLUMNS].rjust(COLUMNS)
        if self._mode is DisplayMode.LED8N:
            return b"\x1bQA" + lower.encode("ascii") + b"\r\x1bs" + lamp
        if self._mode is DisplayMode.PLAIN:
            return b"\x0c" + first + second
        kind = b"\x1bQ" if self._mode is DisplayMode.CD5220 else b"\x1bu"
        return kind + b"A" + first + b"\r" + kind + b"B" + second + b"\r"
