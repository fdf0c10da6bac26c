"""What a till prints, line by line: text in the right code page, rules and pictures left out.

Two things decide how a byte is read: the double-byte set of the till (nothing in the stream names
it, so it is a setting) while FS & is on, and the page of ESC t while it is off. Lines are decoded
whole: a column move may come between two characters, never inside one.
"""

from __future__ import annotations

import codecs

from protocols.readers.commands import ESC, GS

# Epson's numbers; makers differ, and a till may have its own setting instead.
PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    13: "cp857",
    14: "cp737",
    15: "iso8859_7",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    33: "cp775",
    34: "cp855",
    36: "cp862",
    37: "cp864",
    45: "cp1250",
    46: "cp1251",
    47: "cp1253",
    48: "cp1254",
    49: "cp1255",
    50: "cp1256",
    51: "cp1257",
    52: "cp1258",
}
_DOUBLE_BYTE = frozenset(
    {"gb2312", "gbk", "gb18030", "big5", "cp950", "shift_jis", "cp932", "cp949"}
)
_CUTS = frozenset({(GS, ord("V")), (ESC, ord("i")), (ESC, ord("m"))})
_MOVES = frozenset({(ESC, ord("$")), (ESC, ord("\\")), (GS, ord("$")), (GS, ord("\\"))})
_FEEDS = frozenset({(ESC, ord("d")), (ESC, ord("J")), (ESC, 0x0C)})
_MAX_LINE_BYTES = 1024
_MAX_LINES = 1000
_REPLACEMENT = "\ufffd"
_COLUMN = "  "


def is_double_byte(encoding: str) -> bool:
    """Return whether an encoding is one of those that FS & switches on; LookupError if unknown."""
    return codecs.lookup(encoding).name in {codecs.lookup(name).name for name in _DOUBLE_BYTE}


class Printout:
    """The lines of one job at the printer."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._has_double_byte = is_double_byte(encoding)
        self._runs: list[tuple[str, bytearray]] = []
        self._line_bytes = 0
        self.lines: list[str] = []
        self.damage = 0
        self._page: str | None = None
        self._reset()

    def start_job(self) -> None:
        """Forget the lines; the printer keeps its modes, unless damage may have changed them."""
        if self.damage:
            self._reset()
        self.lines = []
        self.damage = 0
        self._drop_line()

    def text(self, data: bytes) -> None:
        """Print characters at the current place."""
        if self._line_bytes + len(data) > _MAX_LINE_BYTES:
            self.damage += 1
            data = data[: _MAX_LINE_BYTES - self._line_bytes]
        if not data:
            return
        codec = self._codec()
        if not self._runs or self._runs[-1][0] != codec:
            self._runs.append((codec, bytearray()))
        self._runs[-1][1].extend(data)
        self._line_bytes += len(data)

    def column(self) -> None:
        """Move to another place of the same paper line."""
        if self._runs and self._runs[-1][0]:
            self._runs.append(("", bytearray()))

    def end_line(self) -> None:
        """Feed the paper."""
        if not self._runs:
            return
        line = "".join(self._decoded(codec, data) for codec, data in self._runs).strip()
        self._drop_line()
        if line and len(self.lines) < _MAX_LINES:
            self.lines.append(line)

    def command(self, command: bytes) -> bool:
        """Obey a command; True when it cuts the paper and so ends the job."""
        name = (command[0], command[1])
        if name in _CUTS:
            self.end_line()
            return True
        if name in _MOVES:
            self.column()
        elif name in _FEEDS:
            self.end_line()
        else:
            self._switch(name, command)
        return False

    def _switch(self, name: tuple[int, int], command: bytes) -> None:
        match name:
            case (0x1B, 0x40):  # ESC @
                self.end_line()
                self._reset()
            case (0x1B, 0x74):  # ESC t
                self._page = PAGES.get(command[2])
            case (0x1C, 0x26):  # FS &
                self._double_byte_on = True
            case (0x1C, 0x2E):  # FS .
                self._double_byte_on = False
            case _:
                pass

    def _reset(self) -> None:
        # Printers sold for double-byte scripts have the mode on from power-up.
        self._double_byte_on = True
        self._page = None

    def _codec(self) -> str:
        if self._has_double_byte and self._double_byte_on:
            return self._encoding
        if self._page is not None:
            return self._page
        return "cp437" if self._has_double_byte else self._encoding

    def _decoded(self, codec: str, data: bytearray) -> str:
        if not codec:
            return _COLUMN
        text = data.decode(codec, errors="replace")
        self.damage += text.count(_REPLACEMENT)
        return text

    def _drop_line(self) -> None:
        self._runs = []
        self._line_bytes = 0
