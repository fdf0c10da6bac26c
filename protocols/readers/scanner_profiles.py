"""How scanners are set up: what stands before and after a code, and how its kind is told.

A shop's own profile is a TOML file: `edge_gateway/readers/profiles.py`. Letters of code ids are
from the makers' manuals, where they name one symbology or the family of EAN and UPC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from protocols.readers.barcodes import UPC_EAN

ANY_END: None = None
"""Carriage return, line feed, tab, ETX or XOFF end a code, once or doubled, or else silence."""
SILENCE = b""
"""Nothing ends a code but silence."""
LONGEST_AFFIX = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerProfile:
    """How one make of scanner sends its codes."""

    name: str
    prefix: bytes = b""
    """Before each code; what comes without it is damaged."""
    suffix: bytes | None = ANY_END
    code_ids: tuple[tuple[str, str], ...] = ()
    """What the maker's own ids before a code mean: (id, symbology)."""
    presentation: bool = False
    """It looks all the time, so that a code held before it is read again and again."""
    encoding: str = "gb18030"
    """Of texts that are no UTF-8."""
    private: tuple[str, ...] = ()
    """How codes begin that name a person, such as the EAN-13 of member cards."""


# Zebra "Symbol code characters", SP72 and PRG manuals; P00 and the like have three characters.
_ZEBRA = (
    ("A", UPC_EAN),
    ("B", "code39"),
    ("C", "codabar"),
    ("D", "code128"),
    ("F", "itf"),
    ("K", "gs1_128"),
    ("L", UPC_EAN),
    ("R", "databar"),
    ("X", "pdf417"),
    ("P00", "data_matrix"),
    ("P01", "qr"),
    ("P0G", "data_matrix"),
    ("P0Q", "qr"),
)
# Honeywell "Symbology charts", 3820 and Xenon manuals: UPC-A c, UPC-E E, EAN-13 d, EAN-8 D.
_HONEYWELL = (
    ("c", "upca"),
    ("E", "upce"),
    ("d", "ean13"),
    ("D", "ean8"),
    ("b", "code39"),
    ("j", "code128"),
    ("I", "gs1_128"),
    ("a", "codabar"),
    ("e", "itf"),
    ("y", "databar"),
    ("r", "pdf417"),
    ("s", "qr"),
    ("w", "data_matrix"),
)

_SHIPPED = (
    ScannerProfile(name="line"),
    ScannerProfile(name="cr", suffix=b"\r"),
    ScannerProfile(name="crlf", suffix=b"\r\n"),
    ScannerProfile(name="stx_etx", prefix=b"\x02", suffix=b"\x03"),
    ScannerProfile(name="silence", suffix=SILENCE),
    ScannerProfile(name="presentation", presentation=True),
    ScannerProfile(name="zebra", code_ids=_ZEBRA),
    ScannerProfile(name="honeywell", code_ids=_HONEYWELL),
)
SCANNERS: Mapping[str, ScannerProfile] = {profile.name: profile for profile in _SHIPPED}
"""The profiles that come with the program; "line" is the one for most."""
