"""The bar codes, QR and other symbols that a till tells its printer to draw, as their text."""

from __future__ import annotations

from collections.abc import Mapping

from protocols.readers.events import Code

LONGEST_TEXT = 4096
_ITF, _CODE39, _CODABAR, _CODE128, _GS1_128 = "itf", "code39", "codabar", "code128", "gs1_128"
# GS k m; 65 and up are the same with a length in front. CODE93 (72) has no name of its own.
_BARS: Mapping[int, str] = {
    **dict(enumerate(("upca", "upce", "ean13", "ean8", _CODE39, _ITF, _CODABAR))),
    **dict(enumerate(("upca", "upce", "ean13", "ean8", _CODE39, _ITF, _CODABAR), 65)),
    73: _CODE128,
    74: _GS1_128,
    **dict.fromkeys(range(75, 79), "databar"),
    79: _CODE128,
}
# Without their check digit, which the printer adds.
_UNCHECKED = {"ean13": 12, "ean8": 7, "upca": 11}
_SYMBOLS = {48: "pdf417", 49: "qr", 51: "databar", 54: "data_matrix"}
_STAR_BARS = dict(
    zip(b"012345689:", ("upce", "upca", "ean8", "ean13", _CODE39, _ITF, _CODE128, _CODABAR,
                        _GS1_128, "databar"), strict=True)
)  # fmt: skip
_STORE, _PRINT = 80, 81
_BRACE = ord("{")
_GROUP_SEPARATOR = "\x1d"


def barcode(command: bytes) -> Code | None:
    """Return what GS k draws; None when it holds nothing."""
    kind = command[2]
    if kind == 97:
        return _code("qr", _text(command[7:]))
    raw = command[4:] if kind >= 65 else command[3:-1]
    symbology = _BARS.get(kind, "")
    if kind in {73, 74}:
        return _code128(raw, symbology)
    return _code(symbology, _plain(symbology, raw.decode("latin_1")))


def qr(command: bytes) -> Code | None:
    """Return what ESC Z draws."""
    return _code("qr", _text(command[7:]))


def star_barcode(command: bytes) -> Code | None:
    """Return what Star's ESC b draws."""
    symbology = _STAR_BARS.get(command[2], "")
    text = command[6:-1].decode("latin_1")
    if symbology == _CODE128:
        text = text.replace("%0", "%")
    return _code(symbology, _plain(symbology, text))


class Symbols:
    """GS ( k and Star's ESC GS y: data are stored by one command and drawn by another."""

    def __init__(self) -> None:
        self._stored: dict[int, bytes] = {}

    def take(self, command: bytes) -> Code | None:
        """Obey GS ( k pL pH cn fn [m d1…dk]; return the symbol when it is drawn."""
        if len(command) < 8:
            return None
        kind, step = command[5], command[6]
        if step == _STORE:
            self._stored[kind] = command[8:]
        if step != _PRINT:
            return None
        return _code(_SYMBOLS.get(kind, ""), _text(self._stored.get(kind, b"")))

    def take_star(self, command: bytes) -> Code | None:
        """Obey ESC GS y|x …; return the symbol when it is drawn."""
        kind, step = command[2], command[3]
        if step == ord("D"):
            self._stored[kind] = command[8:] if kind == ord("y") else command[6:]
        if step != ord("P"):
            return None
        return _code("qr" if kind == ord("y") else "pdf417", _text(self._stored.get(kind, b"")))


def _code(symbology: str, text: str) -> Code | None:
    return Code(symbology=symbology, text=text[:LONGEST_TEXT]) if text else None


def _text(raw: bytes) -> str:
    """Symbols hold UTF-8 almost always; else GB18030, which every other byte sequence is not."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin_1")


def _plain(symbology: str, text: str) -> str:
    if symbology == _CODE39:
        return text.strip("*")
    if len(text) == _UNCHECKED.get(symbology) and text.isascii() and text.isdigit():
        return text + check_digit(text)
    return text


def check_digit(digits: str) -> str:
    """Return the check digit of an EAN or UPC without one."""
    weighted = sum(int(digit) * (1 + 2 * (place % 2 == 0)) for place, digit in
                   enumerate(reversed(digits)))  # fmt: skip
    return str(-weighted % 10)


def _code128(raw: bytes, symbology: str) -> Code | None:
    """Undo {A {B {C, {S, {1 to {4 and {{; in set C a byte is two digits.

    Without them it is plain text, or a maker's own way, which is not known here (SII).
    """
    if not raw.startswith(b"{") and not raw.decode("latin_1").isprintable():
        return None
    text: list[str] = []
    in_c, at = False, 0
    while at < len(raw):
        here, following = raw[at], raw[at + 1 : at + 2]
        if here == _BRACE and following:
            at += 2
            in_c = following == b"C" if following in _SETS else in_c
            text.append(_ESCAPED.get(following, following.decode("latin_1")))
            continue
        text.append(f"{here:02d}" if in_c and here < 100 else chr(here))
        at += 1
    read = "".join(text)
    if symbology == _GS1_128:
        read = read.translate(_NOT_DRAWN)
    if read.startswith(_GROUP_SEPARATOR):
        symbology, read = _GS1_128, read.removeprefix(_GROUP_SEPARATOR)
    return _code(symbology, read)


_SETS = (b"A", b"B", b"C")
_ESCAPED = {**dict.fromkeys((*_SETS, b"S", b"2", b"3", b"4"), ""), b"1": _GROUP_SEPARATOR}
# GS1-128 data may be written as people read them: "(01)04912345678904*".
_NOT_DRAWN = str.maketrans("", "", "() *")
