"""What a scanned code is: its symbology by AIM id or length, and whether its check digit is right.

GS1 General Specifications for check digits and application identifiers, ISO/IEC 15424 for AIM ids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from protocols.readers.events import Code

UPC_EAN = "upc_ean"
"""Told to be one of EAN-13, EAN-8, UPC-A and UPC-E; which one its length says."""
ISBN = "isbn"
GS1 = "\x1d"
"""FNC1 between fields, as scanners send it."""

SYMBOLOGIES = (
    UPC_EAN,
    *("ean13", "ean8", "upca", "upce", "code128", "gs1_128", "code39", "itf", "codabar"),
    *("qr", "data_matrix", "pdf417", "databar"),
)
"""What a scanner may say that a code is."""

# ]cm: what c says; what m adds stands in _GS1_AIM.
_AIM: Mapping[str, str] = {
    "A": "code39",
    "C": "code128",
    "E": UPC_EAN,
    "F": "codabar",
    "I": "itf",
    "L": "pdf417",
    "Q": "qr",
    "X": ISBN,
    "d": "data_matrix",
    "e": "databar",
}
_GS1_AIM = frozenset({"C1", "Q3", "Q4", "d2", "d5", "e0", "e1", "e2"})
_AIM_ID = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
_BY_LENGTH = {13: "ean13", 12: "upca", 8: "ean8"}
_FIELDS = frozenset({"gs1_128", "databar"})
_DIGITAL_LINK = re.compile(r"https?://[^\s?#]*/01/(\d{8}|\d{12,14})(?=[/?#]|$)")
_ISBN_10 = re.compile(r"(\d{1,5}-?\d{1,7}-?\d{1,7}-?)([\dXx])")


@dataclass(frozen=True, slots=True)
class Judged:
    """A code and whether its check digit is right; None: it has none, or nothing tells."""

    code: Code
    check_ok: bool | None = None


def without_aim(text: str) -> tuple[str, str, bool]:
    """Return the text without its AIM id, the symbology ("" without id), and whether it is GS1."""
    found = _AIM_ID.match(text)
    if found is None:
        return text, "", False
    letter, modifier = found.groups()
    gs1 = letter + modifier in _GS1_AIM
    if letter == "E" and modifier == "4":
        symbology = "ean8"
    elif letter == "C" and gs1:
        symbology = "gs1_128"
    else:
        symbology = _AIM.get(letter, "")
    return text[found.end() :], symbology, gs1


def judge(text: str, symbology: str = "", *, gs1: bool = False) -> Judged:
    """Return what a text without AIM id is; `symbology` and `gs1` as far as the scanner said."""
    plain = symbology if symbology not in (UPC_EAN, ISBN) else ""
    number = _gtin(text, gs1=gs1 or symbology in _FIELDS)
    if number is not None:
        # Lot and serial numbers stay here: which article it is says the GTIN.
        shorter = number[1:] if number.startswith("0") else number
        return Judged(Code(symbology=plain, text=shorter), check_digit_ok(number))
    if not (text.isascii() and text.isdigit()) or (symbology == ISBN and len(text) == 10):
        return _lettered(text, symbology, plain)
    if symbology == "itf" and len(text) == 14:
        return Judged(Code(symbology="itf", text=text), check_digit_ok(text))
    if plain and plain not in _BY_LENGTH.values() and plain != "upce":
        return Judged(Code(symbology=plain, text=text))
    return _digits(text, symbology)


def check_digit_ok(digits: str) -> bool:
    """Return whether the last digit of a GTIN of any length is right."""
    weighted = (int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(digits)))
    return sum(weighted) % 10 == 0


def expanded_upce(text: str) -> str | None:
    """Return the UPC-A of an UPC-E of eight digits; None when it is none."""
    if len(text) != 8 or text[0] not in "01":
        return None
    system, body, check = text[0], text[1:7], text[7]
    last = body[5]
    if last in "012":
        middle = body[:2] + last + "0000" + body[2:5]
    elif last == "3":
        middle = body[:3] + "00000" + body[3:5]
    elif last == "4":
        middle = body[:4] + "00000" + body[4]
    else:
        middle = body[:5] + "0000" + last
    return system + middle + check


def _gtin(text: str, *, gs1: bool) -> str | None:
    """Return the 14 digits of a GS1 code that begins with a GTIN, or of a GS1 address."""
    link = _DIGITAL_LINK.match(text)
    if link is not None:
        return link[1].zfill(14)
    if not gs1 and GS1 not in text:
        return None
    fields = text.lstrip(GS1)
    number = fields[2:16]
    if fields.startswith("01") and len(number) == 14 and number.isascii() and number.isdigit():
        return number
    return None


def _digits(text: str, symbology: str) -> Judged:
    """Judge digits that are an EAN or UPC, or that nothing tells."""
    if symbology in ("", UPC_EAN, "ean13") and _has_add_on(text):
        text = text[:13]
    upca = expanded_upce(text)
    if upca is not None and symbology != "ean8" and check_digit_ok(upca):
        return Judged(Code(symbology="upce", text=text), True)
    by_length = _BY_LENGTH.get(len(text))
    plain = "" if symbology in (UPC_EAN, ISBN) else symbology
    if by_length is None or symbology == "upce":
        return Judged(Code(symbology=plain, text=text), False if symbology else None)
    ok = check_digit_ok(text)
    # Without an id, thirteen digits with a wrong check digit may be anybody's order number.
    return Judged(Code(symbology=by_length if ok else plain, text=text), ok)


def _has_add_on(text: str) -> bool:
    """Return whether two or five digits of an issue or a price follow a book's or paper's EAN."""
    return len(text) in (15, 18) and text[:3] in ("977", "978", "979") and check_digit_ok(text[:13])


def _lettered(text: str, symbology: str, plain: str) -> Judged:
    found = _ISBN_10.fullmatch(text)
    # Ten bare digits are anything; hyphens, an X or the scanner itself make them a book.
    if found is not None and (symbology == ISBN or not text.isdigit()):
        isbn = text.replace("-", "").upper()
        if len(isbn) == 10 and _isbn_10_ok(isbn):
            return Judged(Code(symbology="ean13", text=_ean_of(isbn)), True)
    return Judged(Code(symbology=plain, text=text))


def _isbn_10_ok(isbn: str) -> bool:
    values = [10 if sign == "X" else int(sign) for sign in isbn]
    return sum(value * (10 - at) for at, value in enumerate(values)) % 11 == 0


def _ean_of(isbn: str) -> str:
    body = "978" + isbn[:9]
    return next(body + check for check in "0123456789" if check_digit_ok(body + check))
