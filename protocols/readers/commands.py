"""The commands of receipt printers: how long each is, and what it does to the text on the paper.

Lengths are from Epson's ESC/POS reference, with the Chinese additions of common printers (FS SO,
FS DC4, ESC 9, ESC B, ESC Z), and from Star's line mode. A rule raises Incomplete until enough
bytes are there to know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

ESC, GS, FS, DLE = 0x1B, 0x1D, 0x1C, 0x10
# 72 bytes a row (80 mm paper): a picture 90 cm long. What claims more is a damaged length: 4 GiB
# can be claimed.
MAX_COMMAND_BYTES = 512 * 1024
_MAX_BARCODE = 255
_MAX_TABS = 32


class Action(Enum):
    """What a command does that a reader of text, codes and pictures must know."""

    CUT = auto()
    RESET = auto()
    FEED = auto()
    """The paper moves: a line is over."""
    PAGE = auto()
    """The last byte is the number of a code page."""
    DOUBLE_BYTE = auto()
    SINGLE_BYTE = auto()
    SHIFT_JIS = auto()
    """The last byte says whether pairs of bytes are Shift JIS, on printers made for Japan."""
    MOVE_TO = auto()
    """The last two bytes are a place in the line, in dots."""
    MOVE_BY = auto()
    DOWN_TO = auto()
    """The last two bytes are a place on the page, in dots; only in page mode."""
    DOWN_BY = auto()
    SPACING = auto()
    """The last byte is what a line feed moves, in dots."""
    PAGE_MODE = auto()
    PAGE_AREA = auto()
    PAGE_PRINT = auto()
    PAGE_DROP = auto()
    DRAWER = auto()
    BARCODE = auto()
    SYMBOL = auto()
    """GS ( k: QR, PDF417, Data Matrix and others, told in several commands."""
    QR = auto()
    """ESC Z, as printers made in China have it."""
    RASTER = auto()
    GRAPHICS = auto()
    COLUMNS = auto()
    STAR_BARCODE = auto()
    STAR_SYMBOL = auto()
    STAR_RASTER = auto()
    STAR_BAND = auto()


class Incomplete(Exception):
    """More bytes are needed to know how long this command is."""

    def __init__(self, needed: int) -> None:
        super().__init__(f"{needed} bytes are needed")
        self.needed = needed


class Unknown(Exception):
    """No command begins like this."""


_Rule = Callable[[bytes, int], int]
_Rules = Mapping[int, "int | _Rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What a printer understands. A rule is how many bytes follow the second one, or works it out.

    A lead of one byte alone has no rules: it is a whole command.
    """

    rules: Mapping[int, _Rules]
    actions: Mapping[bytes, Action]
    """By the first two bytes of a command; three where Star has them, one where that is all."""
    lead: re.Pattern[bytes] = field(init=False)
    """The bytes that begin a command."""
    tokens: re.Pattern[bytes] = field(init=False)
    """Group 1: text up to the next command. Group 2: commands that do nothing a reader minds."""

    def __post_init__(self) -> None:
        leads = re.escape(bytes(self.rules))
        quiet = b"|".join(self._quiet(lead) for lead in self.rules if self.rules[lead])
        pattern = re.compile(b"([^" + leads + b"]+)|((?:" + quiet + b")+)", re.DOTALL)
        object.__setattr__(self, "lead", re.compile(b"[" + leads + b"]"))
        object.__setattr__(self, "tokens", pattern)

    def _quiet(self, lead: int) -> bytes:
        by_size: dict[int, bytes] = {}
        for second, rule in self.rules[lead].items():
            if isinstance(rule, int) and bytes((lead, second)) not in self.actions:
                by_size[rule] = by_size.get(rule, b"") + bytes((second,))
        kinds = (
            b"[" + re.escape(letters) + b"]" + b"." * size for size, letters in by_size.items()
        )
        return re.escape(bytes((lead,))) + b"(?:" + b"|".join(kinds) + b")"

    def length(self, data: bytes, at: int) -> int:
        """Return the bytes of the command at `data[at]`; raises Incomplete or Unknown."""
        rules = self.rules[data[at]]
        if not rules:
            return 1
        rule = rules.get(_byte(data, at + 1))
        if rule is None:
            raise Unknown
        size = 2 + rule if isinstance(rule, int) else rule(data, at)
        if size > MAX_COMMAND_BYTES:
            raise Unknown
        return size

    def action(self, data: bytes, at: int) -> Action | None:
        """Return what the command at `data[at]` does; None: nothing that a reader minds."""
        name = data[at : at + 3]
        return self.actions.get(name[:2]) or self.actions.get(name) or self.actions.get(name[:1])


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise Incomplete(at + 1)
    return data[at]


def _word(data: bytes, at: int) -> int:
    return _byte(data, at) | _byte(data, at + 1) << 8


def _sized(data: bytes, at: int) -> int:
    """GS ( x pL pH, and the like of ESC and FS."""
    return 5 + _word(data, at + 3)


def _until(mark: int, limit: int, header: int) -> _Rule:
    def rule(data: bytes, at: int) -> int:
        end = data.find(mark, at + header, at + header + limit)
        if end >= 0:
            return end + 1 - at
        if len(data) >= at + header + limit:
            raise Unknown
        raise Incomplete(max(len(data), at + header) + 1)

    return rule


def _by_third(sizes: Mapping[int, int | _Rule], usual: int | None = None) -> _Rule:
    """The third byte decides; sizes are of the whole command."""

    def rule(data: bytes, at: int) -> int:
        size = sizes.get(_byte(data, at + 2), usual)
        if size is None:
            raise Unknown
        return size if isinstance(size, int) else size(data, at)

    return rule


_nul_barcode = _until(0, _MAX_BARCODE, 3)


def _barcode(data: bytes, at: int) -> int:
    """GS k m: up to m 6 the data end with NUL, from 65 on they begin with their length."""
    kind = _byte(data, at + 2)
    if kind <= 6:
        return _nul_barcode(data, at)
    if 65 <= kind <= 79:
        return 4 + _byte(data, at + 3)
    if kind == 97:  # a QR: version, level, length
        return 7 + _word(data, at + 5)
    raise Unknown


def _bit_image(data: bytes, at: int) -> int:
    """ESC * m nL nH: modes 32 and 33 have three bytes a column."""
    mode = _byte(data, at + 2)
    return 5 + _word(data, at + 3) * (3 if mode in {32, 33} else 1)


def _raster(data: bytes, at: int) -> int:
    """GS v 0 m xL xH yL yH, and GS Q likewise."""
    if _byte(data, at + 2) != 0x30:
        raise Unknown
    return 8 + _word(data, at + 4) * _word(data, at + 6)


def _large(data: bytes, at: int) -> int:
    """GS 8 L p1 p2 p3 p4."""
    if _byte(data, at + 2) != 0x4C:
        raise Unknown
    return 7 + (_word(data, at + 3) | _word(data, at + 5) << 16)


def _defined_image(data: bytes, at: int) -> int:
    """GS * x y."""
    return 4 + _byte(data, at + 2) * _byte(data, at + 3) * 8


def _user_characters(data: bytes, at: int) -> int:
    """ESC & y c1 c2, then for each character x and x * y bytes."""
    height, first, last = (_byte(data, at + 2 + place) for place in range(3))
    end = at + 5
    for _ in range(first, last + 1):
        end += 1 + height * _byte(data, end)
        if end - at > MAX_COMMAND_BYTES:
            raise Unknown
    return end - at


def _chinese_qr(data: bytes, at: int) -> int:
    """ESC Z m n k dL dH."""
    return 7 + _word(data, at + 5)


def _stored_images(data: bytes, at: int) -> int:
    """FS q n, then for each image xL xH yL yH and their product times 8."""
    end = at + 3
    for _ in range(_byte(data, at + 2)):
        end += 4 + _word(data, end) * _word(data, end + 2) * 8
        if end - at > MAX_COMMAND_BYTES:
            raise Unknown
    return end - at


def _memory(data: bytes, at: int) -> int:
    """FS g 1|2 …."""
    return 10 + (_word(data, at + 8) if _byte(data, at + 2) == 0x31 else 0)


def _star_symbol(data: bytes, at: int) -> int:
    """ESC GS y|x: S sets, D brings the data, P prints, I asks."""
    kind, step = _byte(data, at + 2), _byte(data, at + 3)
    if step == ord("S"):
        return 8 if kind == ord("x") and _byte(data, at + 4) in b"\x000" else 6
    if step == ord("D"):
        header = 8 if kind == ord("y") else 6
        return header + _word(data, at + header - 2)
    if step in b"PI":
        return 4
    raise Unknown


def _star_raster(data: bytes, at: int) -> int:
    """ESC GS S m xL xH yL yH n."""
    return 9 + _word(data, at + 4) * _word(data, at + 6)


def _star_image(bytes_a_column: int) -> _Rule:
    def rule(data: bytes, at: int) -> int:
        return 4 + _word(data, at + 2) * bytes_a_column

    return rule


def _plain(spec: Mapping[int, bytes]) -> dict[int, int | _Rule]:
    return {letter: size for size, letters in spec.items() for letter in letters}


EPSON = Dialect(
    rules={
        ESC: {
            **_plain(
                {
                    0: b"@2imSL45<\x0cvF\x0e\x14H",
                    1: b"!-EGMadeJKjtR 3{VT=?%rUu9AlQxsNO",
                    2: b"\\$cfBX",
                    3: b"p",
                    8: b"W",
                }
            ),
            ord("D"): _until(0, _MAX_TABS + 1, 2),
            ord("*"): _bit_image,
            ord("&"): _user_characters,
            ord("Z"): _chinese_qr,
            ord("("): _sized,
        },
        GS: {
            **_plain({0: b":c", 1: b"!aBbfhwHIrj/TEZndiu", 2: b"LWP\\$Ae", 3: b"^z", 4: b"g"}),
            ord("k"): _barcode,
            ord("v"): _raster,
            ord("Q"): _raster,
            ord("8"): _large,
            ord("*"): _defined_image,
            ord("("): _sized,
            ord("V"): _by_third(dict.fromkeys((65, 66, 97, 98, 103, 104), 4), 3),
            # GS C ; is five numbers, each ended by a semicolon but the last; then N.
            ord("C"): _by_third({0x30: 5, 0x31: 9, 0x32: 5, 0x3B: _until(ord("N"), 32, 3)}),
        },
        FS: {
            **_plain({0: b"&.\x0e\x14\x0f\x12", 1: b"!-WC", 2: b"Sp?", 74: b"2"}),
            ord("q"): _stored_images,
            ord("g"): _memory,
            ord("("): _sized,
        },
        DLE: {
            0x04: _by_third(dict.fromkeys((7, 8, 18), 4), 3),
            0x05: 1,
            0x14: _by_third({1: 5, 2: 5, 3: 5, 7: 4, 8: 10}),
        },
    },
    actions={
        b"\x1dV": Action.CUT,
        b"\x1bi": Action.CUT,
        b"\x1bm": Action.CUT,
        b"\x1b@": Action.RESET,
        b"\x1bd": Action.FEED,
        b"\x1bJ": Action.FEED,
        b"\x1bK": Action.FEED,
        b"\x1be": Action.FEED,
        b"\x1bt": Action.PAGE,
        b"\x1c&": Action.DOUBLE_BYTE,
        b"\x1c.": Action.SINGLE_BYTE,
        b"\x1cC": Action.SHIFT_JIS,
        b"\x1b$": Action.MOVE_TO,
        b"\x1b\\": Action.MOVE_BY,
        b"\x1d$": Action.DOWN_TO,
        b"\x1d\\": Action.DOWN_BY,
        b"\x1b3": Action.SPACING,
        b"\x1bL": Action.PAGE_MODE,
        b"\x1bW": Action.PAGE_AREA,
        b"\x1b\x0c": Action.PAGE_PRINT,
        b"\x1bS": Action.PAGE_DROP,
        b"\x1bp": Action.DRAWER,
        b"\x10\x14": Action.DRAWER,
        b"\x1dk": Action.BARCODE,
        b"\x1bZ": Action.QR,
        b"\x1d(k": Action.SYMBOL,
        b"\x1d(L": Action.GRAPHICS,
        b"\x1d8": Action.GRAPHICS,
        b"\x1dv": Action.RASTER,
        b"\x1dQ": Action.RASTER,
        b"\x1b*": Action.COLUMNS,
    },
)
# FS, SUB, EM and BEL each drive a drawer or a buzzer, and are whole commands.
STAR = Dialect(
    rules={
        ESC: {
            **_plain(
                {
                    0: b"@012EF45MP:pq67HG\x0e\x0f\x18O\x05",
                    1: b" zlQ$R-_WhdaJIjCNA!",
                    2: b"si\x07",
                }
            ),
            0x06: 1,
            0x1E: 2,
            ord("D"): _until(0, _MAX_TABS + 1, 2),
            ord("B"): _until(0, _MAX_TABS + 1, 2),
            ord("b"): _until(0x1E, _MAX_BARCODE, 6),
            ord("k"): _star_image(24),
            ord("X"): _star_image(3),
            ord("K"): _star_image(1),
            ord("L"): _star_image(1),
            ord("*"): _until(0, 16, 3),
            GS: _by_third(
                {
                    **dict.fromkeys(b"tahcbe", 4),
                    **dict.fromkeys(b"AR\x04", 5),
                    **dict.fromkeys(b"\x03\x07", 6),
                    ord("S"): _star_raster,
                    ord("y"): _star_symbol,
                    ord("x"): _star_symbol,
                    ord("("): lambda data, at: 6 + _word(data, at + 4),
                    ord("#"): _until(0, 64, 3),
                }
            ),
        },
        FS: {},
        0x07: {},
        0x19: {},
        0x1A: {},
    },
    actions={
        b"\x1bd": Action.CUT,
        b"\x1b@": Action.RESET,
        b"\x1ba": Action.FEED,
        b"\x1bJ": Action.FEED,
        b"\x1bI": Action.FEED,
        b"\x1b\x1dt": Action.PAGE,
        b"\x1bp": Action.DOUBLE_BYTE,
        b"\x1bq": Action.SINGLE_BYTE,
        b"\x1b$": Action.SHIFT_JIS,
        b"\x1b\x1dA": Action.MOVE_TO,
        b"\x1b\x1dR": Action.MOVE_BY,
        b"\x1bb": Action.STAR_BARCODE,
        b"\x1b\x1dy": Action.STAR_SYMBOL,
        b"\x1b\x1dx": Action.STAR_SYMBOL,
        b"\x1b\x1dS": Action.STAR_RASTER,
        b"\x1bk": Action.STAR_BAND,
        b"\x07": Action.DRAWER,
        b"\x1c": Action.DRAWER,
        b"\x1a": Action.DRAWER,
    },
)
