"""The bytes that a till sends to its printer: lines, columns, sizes, codes, drawer, cut."""

from __future__ import annotations

from collections.abc import Sequence

ESC, GS, FS = b"\x1b", b"\x1d", b"\x1c"
_PAGES = {"cp437": 0, "cp850": 2, "cp1252": 16, "cp858": 19}
_DOTS_PER_COLUMN = 12


class Paper:
    """A print job that is being written.

    `columns` are those of font A: 32 on 58 mm, 42 or 48 on 80 mm; a hanzi takes two. `absolute`
    places columns with ESC $, as many tills do, instead of with blanks.
    """

    def __init__(self, encoding: str, *, columns: int = 42, absolute: bool = False) -> None:
        self._encoding = encoding
        self._columns = columns
        self._absolute = absolute
        page = _PAGES.get(encoding)
        # Chinese and Korean firmware has its double-byte set on from power-up; saying so is usual.
        mode = FS + b"&" if page is None else ESC + b"t" + bytes([page])
        self._bytes = bytearray(ESC + b"@" + mode)

    def line(self, text: str = "", *, centre: bool = False, double: bool = False) -> None:
        """Print a line."""
        before = (ESC + b"a\x01" if centre else b"") + (GS + b"!\x11" if double else b"")
        after = (GS + b"!\x00" if double else b"") + (ESC + b"a\x00" if centre else b"")
        self._bytes += before + self._encoded(text) + b"\n" + after

    def row(self, cells: Sequence[str], *, bold: bool = False) -> None:
        """Print a line of columns: the first at the left edge, the last at the right."""
        if bold:
            self._bytes += ESC + b"E\x01"
        self._bytes += self._placed(cells) if self._absolute else self._spaced(cells)
        self._bytes += b"\n"
        if bold:
            self._bytes += ESC + b"E\x00"

    def rule(self, mark: str = "-") -> None:
        """Print a line across the paper."""
        self._bytes += mark.encode() * self._columns + b"\n"

    def bar_code(self, text: str) -> None:
        """Print a CODE128 with its text below."""
        data = b"{B" + text.encode("ascii")
        self._bytes += GS + b"h\x50" + GS + b"H\x02" + GS + b"kI" + bytes([len(data)]) + data

    def qr(self, text: str) -> None:
        """Print a QR code that the printer itself draws."""
        data = text.encode()
        size = len(data) + 3
        self._bytes += GS + b"(k\x04\x00\x31\x41\x32\x00" + GS + b"(k\x03\x00\x31\x43\x04"
        self._bytes += GS + b"(k" + bytes([size % 256, size // 256]) + b"1P0" + data
        self._bytes += GS + b"(k\x03\x00\x31\x51\x30"

    def drawer(self) -> None:
        """Open the cash drawer."""
        self._bytes += ESC + b"p\x00\x19\xfa"

    def cut(self) -> bytes:
        """Feed, cut and return the whole job."""
        self._bytes += ESC + b"d\x03" + GS + b"VB\x00"
        return bytes(self._bytes)

    def _encoded(self, text: str) -> bytes:
        return text.encode(self._encoding, errors="replace")

    def _spaced(self, cells: Sequence[str]) -> bytes:
        """A hanzi has two bytes and two columns, so bytes are columns here."""
        parts = [self._encoded(cell) for cell in cells]
        free = max(self._columns - sum(map(len, parts)), 2 * (len(parts) - 1))
        gaps = max(len(parts) - 1, 1)
        widths = [free // gaps + (free % gaps if gap == 0 else 0) for gap in range(gaps)]
        line = parts[0]
        for part, width in zip(parts[1:], widths, strict=False):
            line += b" " * width + part
        return line

    def _placed(self, cells: Sequence[str]) -> bytes:
        line = self._encoded(cells[0])
        for place, cell in enumerate(cells[1:], start=1):
            column = max(0, self._columns * place // (len(cells) - 1) - len(self._encoded(cell)))
            dots = column * _DOTS_PER_COLUMN
            line += ESC + b"$" + bytes([dots % 256, dots // 256]) + self._encoded(cell)
        return line
