"""What a till prints, line by line: text in the right code page, at its place on the paper.

Three things decide how a line reads: the double-byte set of the till (nothing in the stream names
it, so it is a setting) while FS & is on, the page of ESC t while it is off, and where columns were
moved to. Lines are decoded whole: a change of style may come inside a character.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass

from protocols.readers.pages import PAGE_TABLES, decoded, is_double_byte

REPLACEMENT = "\ufffd"
MAX_LINES = 1000
_MAX_LINE_CHARACTERS = 512
# No codec takes more than four bytes for a character: so many hold one character too many.
_MAX_LINE_BYTES = 4 * _MAX_LINE_CHARACTERS + 1
_MAX_RUNS = 256
_COLUMN = "  "
_TAB = "  "
_LINE_ENDS = b"\n\r\x0b\x0c"
_KEPT = _LINE_ENDS + b"\t"
_TO_LINE_FEED = bytes.maketrans(_LINE_ENDS, b"\n" * len(_LINE_ENDS))
_CONTROLS = bytes(byte for byte in (*range(0x20), 0x7F) if byte not in _KEPT)
_CANCEL = b"\x18"
_FORM_FEED = b"\x0c"
# Epson's line spacing at power-up: 1/6 inch at 180 dots per inch.
_SPACING = 30
# Lines of one sign that the set does not have are drawn in another (0x95 on a Big5 printer).
_SHORTEST_RULE = 8
_RULE_SIGNS = REPLACEMENT + " \t"
# Printers made for Japan and Korea have their money where others have a backslash.
_MONEY = {"shift_jis": "¥", "cp932": "¥", "cp949": "₩", "euc_kr": "₩"}
# Suspicion looks at so much of a job's own bytes.
MAX_EVIDENCE = 4 * 1024


@dataclass(slots=True)
class _Piece:
    """Text from one absolute place on; a run of another page begins another part."""

    x: int
    parts: list[tuple[str, bytearray]]


class Printout:
    """The lines of one job at the printer."""

    def __init__(self, encoding: str, page_table: str = "epson") -> None:
        self._encoding = encoding
        self._pages: Mapping[int, str] = PAGE_TABLES[page_table]
        self._has_double_byte = is_double_byte(encoding)
        # Pages of 256 characters mean nothing to a printer that is set to UTF-8.
        self._is_unicode = codecs.lookup(encoding).name == "utf-8"
        self._is_shift_jis = codecs.lookup(encoding).name in {"shift_jis", "cp932"}
        self._money = _MONEY.get(codecs.lookup(encoding).name, "\\")
        # Text of the current codec that nothing followed yet but text.
        self._open = b""
        self._line: list[_Piece] = []
        self._line_bytes = 0
        self._line_cut = False
        self._runs = 0
        self._codec = encoding
        self._page_codec: str | None = None
        self._double_byte_on = self._shift_jis_on = False
        self._page: _Sheet | None = None
        self.lines: list[str] = []
        self.damage = 0
        """How often something could not be read or kept."""
        self.unreadable = 0
        """Characters that the encoding does not have."""
        self.odd_bytes = 0
        """Control characters that mean nothing to a printer."""
        self.text_bytes = 0
        self.evidence = bytearray()
        """What was printed in the till's own encoding, undecoded; bounded, gone with the job."""
        self.reset()

    def start_job(self) -> None:
        """Forget the lines; the printer keeps its modes, unless damage may have changed them."""
        if self.damage:
            self.reset()
        self.lines = []
        self.damage = self.unreadable = self.odd_bytes = self.text_bytes = 0
        self.evidence.clear()
        self._page = None
        self._drop_line()

    @property
    def blank(self) -> bool:
        """Whether nothing was printed yet."""
        return not (self.lines or self._open or self._line or self._page)

    # --- what is printed ---

    def text(self, data: bytes) -> None:
        """Print characters, with their line ends."""
        if self._page is not None and (_CANCEL in data or _FORM_FEED in data):
            self._text_on_page(data)
            return
        plain = data.translate(_TO_LINE_FEED, _CONTROLS)
        self.odd_bytes += len(data) - len(plain)
        self.text_bytes += len(plain)
        room = MAX_EVIDENCE - len(self.evidence)
        if room and (self._codec == self._encoding or not self._has_double_byte):
            self.evidence += plain[:room]
        while self._line or self._page is not None:
            line, feed, plain = plain.partition(b"\n")
            self._open = (self._open + line)[:_MAX_LINE_BYTES]
            if not feed:
                return
            self.end_line()
        end = plain.rfind(b"\n")
        if end >= 0:
            self._whole_lines(self._open + plain[:end])
            self._open, plain = b"", plain[end + 1 :]
        self._open = (self._open + plain)[:_MAX_LINE_BYTES]

    def _whole_lines(self, data: bytes) -> None:
        """Print lines that nothing interrupts: all at once, as most text comes."""
        text = decoded(data, self._codec).replace("\\", self._money)
        lines = text.split("\n")
        if (
            REPLACEMENT in text
            or "\t" in text
            or len(text) > _MAX_LINE_CHARACTERS < _longest(lines)
        ):
            for line in lines:
                self._keep(line)
            return
        kept = [line for line in map(str.strip, lines) if line]
        self.lines += kept[: MAX_LINES - len(self.lines)]

    def _text_on_page(self, data: bytes) -> None:
        for at in range(len(data)):
            byte = data[at : at + 1]
            if byte == _FORM_FEED:
                self.print_page(stay=False)
            elif byte == _CANCEL and self._page is not None:
                self._drop_line()
                self._page = _Sheet()
            else:
                self.text(byte)

    def _put(self) -> None:
        """Give the open text its place in the line."""
        data, self._open = self._open[: _MAX_LINE_BYTES - self._line_bytes], b""
        if not data:
            return
        if not self._line:
            self._line.append(_Piece(0, []))
        parts = self._line[-1].parts
        if parts and parts[-1][0] == self._codec:
            parts[-1][1].extend(data)
        elif self._runs < _MAX_RUNS:
            self._runs += 1
            parts.append((self._codec, bytearray(data)))
        else:
            self._line_cut = True
        self._line_bytes += len(data)

    def end_line(self) -> None:
        """Feed the paper."""
        if self._page is not None:
            self._put_on_page()
            self._page.y += self._spacing
        elif self._line:
            self._put()
            self._keep(self._line_text(), cut=self._line_cut)
        elif self._open:
            self._whole_lines(self._open)
        self._drop_line()

    def _line_text(self) -> str:
        pieces = [self._piece_text(piece) for piece in sorted(self._line, key=lambda one: one.x)]
        # Bold may be made by printing the same at the same place again.
        pieces = [text for at, text in enumerate(pieces) if not at or text != pieces[at - 1]]
        return _COLUMN.join(pieces).replace("\\", self._money)

    def _piece_text(self, piece: _Piece) -> str:
        return "".join(
            decoded(bytes(data), codec) if codec else _COLUMN for codec, data in piece.parts
        )

    def _keep(self, text: str, *, cut: bool = False) -> None:
        if cut or len(text) > _MAX_LINE_CHARACTERS:
            self.damage += 1
            text = text[:_MAX_LINE_CHARACTERS]
        if REPLACEMENT in text:
            unreadable = text.count(REPLACEMENT)
            if unreadable > _SHORTEST_RULE and not text.strip(_RULE_SIGNS):
                return
            self.damage += 1
            self.unreadable += unreadable
        if "\t" in text:
            text = text.replace("\t", _TAB)
        text = text.strip()
        if text and len(self.lines) < MAX_LINES:
            self.lines.append(text)

    def _drop_line(self) -> None:
        self._line = []
        self._open = b""
        self._line_bytes = 0
        self._line_cut = False
        self._runs = 0

    # --- where it is printed ---

    def move_to(self, x: int) -> None:
        """Go on at a place of the same line, in dots from its left."""
        self._put()
        if self._runs >= _MAX_RUNS:
            return
        self._runs += 1
        if self._line and not self._line[-1].parts:
            self._line.pop()
        self._line.append(_Piece(x, []))

    def move_by(self) -> None:
        """Leave a gap."""
        self._put()
        if self._line and self._line[-1].parts and self._line[-1].parts[-1][0]:
            self._line[-1].parts.append(("", bytearray()))

    def begin_page(self) -> None:
        """Collect text on a page instead of printing it line by line (ESC L)."""
        if self._page is None:
            self.end_line()
            self._page = _Sheet()

    def page_area(self, x: int, y: int) -> None:
        """Count places on the page from here (ESC W)."""
        if self._page is not None:
            self._put_on_page()
            self._page.left, self._page.top, self._page.y = x, y, 0

    def down(self, dots: int, *, by: bool) -> None:
        """Go to a height of the page, or by so much further down."""
        if self._page is not None:
            self._put_on_page()
            self._page.y = self._page.y + dots if by else dots

    def spacing(self, dots: int) -> None:
        """Let a line feed move so many dots."""
        self._spacing = dots

    def print_page(self, *, stay: bool) -> None:
        """Print what is on the page, from the top, from the left."""
        if self._page is None:
            self.end_line()
            return
        self._put_on_page()
        page, self._page = self._page, None
        for text in page.read():
            self._keep(text.replace("\\", self._money))
        if stay:
            self._page = _Sheet(left=page.left, top=page.top)

    def drop_page(self) -> None:
        """Forget the page and print line by line again (ESC S)."""
        if self._page is not None:
            self._drop_line()
            self._page = None

    def _put_on_page(self) -> None:
        self._put()
        page = self._page
        if page is None or len(page.put) >= MAX_LINES:
            return
        for piece in self._line:
            text = self._piece_text(piece)
            if text.strip():
                page.put.append((page.top + page.y, page.left + piece.x, text))
        self._drop_line()

    # --- modes ---

    def page_number(self, number: int) -> None:
        """Use another code page (ESC t); a number that the make does not have is none."""
        self._page_codec = self._pages.get(number)
        self._choose()

    def double_byte(self, on: bool) -> None:
        """Read pairs of bytes as the till's set (FS &), or not (FS .)."""
        # Shift JIS needs no mode: its leads are told from katakana.
        self._double_byte_on = on or self._shift_jis_on
        self._choose()

    def shift_jis(self, on: bool) -> None:
        """Read pairs of bytes as Shift JIS, or not (FS C, Star's ESC $): if that is the set."""
        if self._is_shift_jis:
            self._shift_jis_on = self._double_byte_on = on
            self._choose()

    def reset(self) -> None:
        """Go back to how the printer is after power-up (ESC @)."""
        # Printers sold for double-byte scripts have the mode on.
        self._double_byte_on = True
        self._shift_jis_on = False
        self._page_codec = None
        self._spacing = _SPACING
        self._choose()

    def _choose(self) -> None:
        codec = self._page_codec or self._encoding
        if self._is_unicode:
            codec = self._encoding
        elif self._has_double_byte:
            codec = self._encoding if self._double_byte_on else self._page_codec or "cp437"
        if codec != self._codec:
            self._put()
            self._codec = codec


def _longest(lines: list[str]) -> int:
    return max(map(len, lines))


class _Sheet:
    """Page mode: texts with their places, in dots."""

    def __init__(self, left: int = 0, top: int = 0) -> None:
        self.left, self.top, self.y = left, top, 0
        self.put: list[tuple[int, int, str]] = []

    def read(self) -> list[str]:
        rows: dict[int, list[str]] = {}
        for y, _, text in sorted(self.put, key=lambda one: one[:2]):
            rows.setdefault(y, []).append(text)
        return [_COLUMN.join(texts) for texts in rows.values()]
