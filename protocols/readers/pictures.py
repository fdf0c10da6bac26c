"""Pictures on a receipt, put together from the bands in which tills send them.

A QR is often drawn by the till itself, as a raster; whoever can read it (`ReadPicture`) is given
the whole picture. One dot is one bit, rows are whole bytes, the left dot is the highest bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from protocols.readers.commands import Action
from protocols.readers.events import Code

MAX_PICTURE_BYTES = 256 * 1024
# The smallest QR has 21 modules a side.
_SMALLEST_SIDE = 21
# The widest receipt printers have 1,248 dots a line; a wider picture is a damaged length.
_WIDEST = 2048
_HIGHEST = 8192
_ROWS_24 = frozenset({32, 33})


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One bit a dot, 1 is black; each of `height` rows is (width + 7) // 8 bytes."""

    width: int
    height: int
    rows: bytes


ReadPicture = Callable[[Picture], tuple[Code, ...]]


def band(action: Action, command: bytes) -> Picture | None:
    """Return what one command draws; None when it is no picture or an empty one."""
    match action:
        case Action.RASTER:
            width = _word(command, 4) * 8
            return _picture(width, _word(command, 6), command[8:])
        case Action.GRAPHICS:
            return _graphics(command)
        case Action.COLUMNS:
            return _columns(command[2], command[5:])
        case Action.STAR_RASTER:
            return _picture(_word(command, 4) * 8, _word(command, 6), command[9:])
        case Action.STAR_BAND:
            return _picture(_word(command, 2) * 8, 24, command[4:])
        case _:
            return None


def _word(command: bytes, at: int) -> int:
    return command[at] | command[at + 1] << 8


def _picture(width: int, height: int, rows: bytes) -> Picture | None:
    size = (width + 7) // 8 * height
    if not size or len(rows) < size:
        return None
    return Picture(width=width, height=height, rows=rows[:size])


def _graphics(command: bytes) -> Picture | None:
    """GS ( L or GS 8 L, function 112: a raster to be printed; logos that stay are left out."""
    body = command[7:] if command[1] == ord("8") else command[5:]
    if len(body) < 10 or body[1] != 112:
        return None
    return _picture(_word(body, 6), _word(body, 8), body[10:])


def _columns(mode: int, data: bytes) -> Picture | None:
    """ESC *: columns of 8 or 24 dots; all dots are made square."""
    tall = 3 if mode in _ROWS_24 else 1
    columns = len(data) // tall
    if not 0 < columns <= _WIDEST:
        return None
    bits = 8 * tall
    upright = (
        f"{int.from_bytes(data[at * tall : at * tall + tall], 'big'):0{bits}b}"
        for at in range(columns)
    )
    wide = 1 if mode in {1, 33} else 2
    width = columns * wide
    padding = "0" * (-width % 8)
    rows = b"".join(
        int("".join(dot * wide for dot in row) + padding, 2).to_bytes((width + 7) // 8, "big")
        * (1 if tall == 3 else 3)
        for row in zip(*upright, strict=True)
    )
    return Picture(width=width, height=24, rows=rows)


class Bands:
    """Joins bands of the same width that follow each other."""

    def __init__(self) -> None:
        self._width = 0
        self._rows = bytearray()
        self.open = False
        """Whether a picture has begun."""

    def add(self, drawn: Picture) -> Picture | None:
        """Add a band; return the picture that was over before it."""
        done = None
        if drawn.width > _WIDEST:
            return self.take()
        wide = (drawn.width + 7) // 8
        grown = len(self._rows) + len(drawn.rows)
        if drawn.width != self._width or grown > min(MAX_PICTURE_BYTES, _HIGHEST * wide):
            done = self.take()
        self._width, self.open = drawn.width, True
        self._rows += drawn.rows[: min(MAX_PICTURE_BYTES // wide, _HIGHEST) * wide]
        return done

    def take(self) -> Picture | None:
        """Return the picture so far and begin anew; None: there is none that can hold a code."""
        width, rows = self._width, bytes(self._rows)
        self._width, self._rows, self.open = 0, bytearray(), False
        height = len(rows) // ((width + 7) // 8) if width else 0
        if min(width, height) < _SMALLEST_SIDE:
            return None
        return Picture(width=width, height=height, rows=rows)
