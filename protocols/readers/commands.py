"""How long each ESC/POS command is: a table of fixed lengths, and rules for the computed ones.

Lengths are from Epson's ESC/POS reference, with the Chinese additions of common printers (FS SO,
FS DC4, ESC 9, ESC B). A rule says INCOMPLETE until enough bytes are there to know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

ESC, GS, FS, DLE = 0x1B, 0x1D, 0x1C, 0x10
LEADS = frozenset({ESC, GS, FS, DLE})
# A till's logo is some 50 KB. What claims more than this is a damaged length: 4 GiB can be claimed.
MAX_COMMAND_BYTES = 256 * 1024
_MAX_BARCODE = 255
_MAX_TABS = 32


class Incomplete(Exception):
    """More bytes are needed to know how long this command is."""


class Unknown(Exception):
    """No command begins like this."""


_Rule = Callable[[bytearray, int], int]


def length(data: bytearray, at: int) -> int:
    """Return the bytes of the command at `data[at]`; raises Incomplete or Unknown."""
    second = _byte(data, at + 1)
    rule = _RULES[data[at]].get(second)
    if rule is None:
        raise Unknown
    size = 2 + rule if isinstance(rule, int) else rule(data, at)
    if size > MAX_COMMAND_BYTES:
        raise Unknown
    return size


def _byte(data: bytearray, at: int) -> int:
    if at >= len(data):
        raise Incomplete
    return data[at]


def _word(data: bytearray, at: int) -> int:
    return _byte(data, at) | _byte(data, at + 1) << 8


def _sized(data: bytearray, at: int) -> int:
    """GS ( x pL pH, and the like of ESC and FS."""
    return 5 + _word(data, at + 3)


def _until_nul(limit: int, header: int) -> _Rule:
    def rule(data: bytearray, at: int) -> int:
        end = data.find(0, at + header, at + header + limit)
        if end >= 0:
            return end + 1 - at
        if len(data) >= at + header + limit:
            raise Unknown
        raise Incomplete

    return rule


_nul_barcode = _until_nul(_MAX_BARCODE, 3)


def _barcode(data: bytearray, at: int) -> int:
    """GS k m: up to m 6 the data end with NUL, from 65 on they begin with their length."""
    kind = _byte(data, at + 2)
    if kind <= 6:
        return _nul_barcode(data, at)
    if 65 <= kind <= 79:
        return 4 + _byte(data, at + 3)
    raise Unknown


def _bit_image(data: bytearray, at: int) -> int:
    """ESC * m nL nH: modes 32 and 33 have three bytes a column."""
    mode = _byte(data, at + 2)
    return 5 + _word(data, at + 3) * (3 if mode in {32, 33} else 1)


def _raster(data: bytearray, at: int) -> int:
    """GS v 0 m xL xH yL yH, and GS Q likewise."""
    if _byte(data, at + 2) != 0x30:
        raise Unknown
    return 8 + _word(data, at + 4) * _word(data, at + 6)


def _large_graphics(data: bytearray, at: int) -> int:
    """GS 8 L p1 p2 p3 p4."""
    if _byte(data, at + 2) != 0x4C:
        raise Unknown
    return 7 + (_word(data, at + 3) | _word(data, at + 5) << 16)


def _defined_image(data: bytearray, at: int) -> int:
    """GS * x y."""
    return 4 + _byte(data, at + 2) * _byte(data, at + 3) * 8


def _cut(data: bytearray, at: int) -> int:
    """GS V m [n]."""
    return 4 if _byte(data, at + 2) in {65, 66, 97, 98, 103, 104} else 3


def _counter(data: bytearray, at: int) -> int:
    """GS C 0|1|2 …, or GS C ; and five numbers in digits."""
    sizes = {0x30: 5, 0x31: 9, 0x32: 5}
    size = sizes.get(_byte(data, at + 2))
    if size is None:
        raise Unknown
    return size


def _user_characters(data: bytearray, at: int) -> int:
    """ESC & y c1 c2, then for each character x and x * y bytes."""
    height, first, last = (_byte(data, at + 2 + place) for place in range(3))
    end = at + 5
    for _ in range(first, last + 1):
        end += 1 + height * _byte(data, end)
    return end - at


def _chinese_qr(data: bytearray, at: int) -> int:
    """ESC Z m n k dL dH, as printers made in China have it."""
    return 7 + _word(data, at + 5)


def _stored_images(data: bytearray, at: int) -> int:
    """FS q n, then for each image xL xH yL yH and their product times 8."""
    end = at + 3
    for _ in range(_byte(data, at + 2)):
        end += 4 + _word(data, end) * _word(data, end + 2) * 8
        if end - at > MAX_COMMAND_BYTES:
            raise Unknown
    return end - at


def _memory(data: bytearray, at: int) -> int:
    """FS g 1|2 …."""
    if _byte(data, at + 2) == 0x31:
        return 10 + _word(data, at + 8)
    return 10


def _status(data: bytearray, at: int) -> int:
    """DLE EOT n [a]."""
    return 4 if _byte(data, at + 2) in {7, 8, 18} else 3


def _realtime(data: bytearray, at: int) -> int:
    """DLE DC4 fn …."""
    sizes = {1: 5, 2: 5, 3: 5, 7: 4, 8: 10}
    size = sizes.get(_byte(data, at + 2))
    if size is None:
        raise Unknown
    return size


def _plain(spec: Mapping[int, bytes]) -> dict[int, int | _Rule]:
    return {letter: size for size, letters in spec.items() for letter in letters}


_RULES: dict[int, dict[int, int | _Rule]] = {
    ESC: {
        **_plain(
            {
                0: b"@2imSL45<\x0cv",
                1: b"!-EGMadeJKjtR 3{VT=?%rUu9AlQ",
                2: b"\\$cfB",
                3: b"p",
                8: b"W",
            }
        ),
        ord("D"): _until_nul(_MAX_TABS + 1, 2),
        ord("*"): _bit_image,
        ord("&"): _user_characters,
        ord("Z"): _chinese_qr,
        ord("("): _sized,
    },
    GS: {
        **_plain({0: b":c", 1: b"!aBbfhwHIrj/TEZ", 2: b"LWP\\$", 3: b"^z", 4: b"g"}),
        ord("k"): _barcode,
        ord("v"): _raster,
        ord("Q"): _raster,
        ord("8"): _large_graphics,
        ord("*"): _defined_image,
        ord("("): _sized,
        ord("V"): _cut,
        ord("C"): _counter,
    },
    FS: {
        **_plain({0: b"&.\x0e\x14", 1: b"!-WC", 2: b"Sp?", 74: b"2"}),
        ord("q"): _stored_images,
        ord("g"): _memory,
        ord("("): _sized,
    },
    DLE: {0x04: _status, 0x05: 1, 0x14: _realtime},
}
