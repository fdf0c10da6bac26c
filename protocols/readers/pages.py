"""Which characters a printer's code page numbers mean: makers number them differently.

The numbers are from the makers' manuals; a number that is not here is read as the till's own
single-byte set, or as cp437. A page is a Python codec name, or one of the tables of this module.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from functools import cache

from protocols.readers.commands import EPSON, STAR, Dialect

KATAKANA = "katakana"
# Page 1 of a Japanese printer: half-width katakana between rules and signs.
_KATAKANA_UPPER = (
    "▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯ "
    + "".join(map(chr, range(0xFF61, 0xFFA0)))
    + "═╞╪╡◢◣◥◤♠♥♦♣●○╱╲╳円年月日時分秒〒市区町村人▒ "
)
_TABLES = {KATAKANA: "".join(map(chr, range(128))) + _KATAKANA_UPPER}
_COMMON = {0: "cp437", 1: KATAKANA, 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865"}
_EPSON = {
    **_COMMON,
    13: "cp857",
    14: "cp737",
    15: "iso8859_7",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    21: "cp874",
    32: "cp720",
    33: "cp775",
    34: "cp855",
    35: "cp861",
    36: "cp862",
    37: "cp864",
    38: "cp869",
    39: "iso8859_2",
    40: "iso8859_15",
    44: "cp1125",
    45: "cp1250",
    46: "cp1251",
    47: "cp1253",
    48: "cp1254",
    49: "cp1255",
    50: "cp1256",
    51: "cp1257",
    52: "cp1258",
    53: "kz1048",
}
_WESTERN = {16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858"}
_ZJIANG = {
    **_COMMON,
    **_WESTERN,
    25: "cp1257",
    27: "cp1258",
    28: "cp864",
    32: "cp1255",
    50: "cp437",
    52: "cp437",
    53: "cp858",
    54: "cp852",
    55: "cp860",
    56: "cp861",
    57: "cp863",
    58: "cp865",
    59: "cp866",
    60: "cp855",
    61: "cp857",
    62: "cp862",
    63: "cp864",
    64: "cp737",
    66: "cp869",
    71: "cp1252",
    72: "cp1250",
    73: "cp1251",
    90: "cp1253",
    91: "cp1254",
    92: "cp1256",
    93: "cp720",
    94: "cp1258",
    95: "cp775",
}
_CITIZEN = {
    **_COMMON,
    **_WESTERN,
    6: "cp852",
    7: "cp866",
    8: "cp857",
    9: "cp1252",
    40: "cp864",
}
_RONGTA = {
    **_COMMON,
    6: "cp1251",
    7: "cp866",
    15: "cp862",
    16: "cp1252",
    17: "cp1253",
    18: "cp852",
    19: "cp858",
    23: "latin_1",
    24: "cp737",
    25: "cp1257",
    27: "cp720",
    28: "cp855",
    29: "cp857",
    30: "cp1250",
    31: "cp775",
    32: "cp1254",
    33: "cp1255",
    34: "cp1256",
    35: "cp1258",
    36: "iso8859_2",
    37: "iso8859_3",
    38: "iso8859_4",
    39: "iso8859_5",
    40: "iso8859_6",
    41: "iso8859_7",
    42: "iso8859_8",
    43: "iso8859_9",
    44: "iso8859_15",
    46: "cp856",
    47: "cp874",
}
_WINCOR = {
    0: "cp437",
    1: "cp850",
    2: "cp852",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    6: "cp858",
    7: "cp866",
    8: "cp1252",
    9: "cp862",
    10: "cp737",
    11: "cp874",
    12: "cp857",
    16: "cp1254",
    17: "cp1250",
    22: "cp864",
    23: "cp720",
    24: "cp1256",
    26: KATAKANA,
    27: "cp775",
    28: "cp1257",
}
_STAR = {
    0: "cp437",
    1: "cp437",
    2: KATAKANA,
    3: "cp437",
    4: "cp858",
    5: "cp852",
    6: "cp860",
    7: "cp861",
    8: "cp863",
    9: "cp865",
    10: "cp866",
    11: "cp855",
    12: "cp857",
    13: "cp862",
    14: "cp864",
    15: "cp737",
    17: "cp869",
    18: "iso8859_7",
    21: "cp874",
    32: "cp1252",
    33: "cp1250",
    34: "cp1251",
}
PAGE_TABLES: Mapping[str, Mapping[int, str]] = {
    "epson": _EPSON,
    "bixolon": _EPSON,
    "citizen": _CITIZEN,
    "rongta": _RONGTA,
    "star": _STAR,
    "wincor": _WINCOR,
    "zjiang": _ZJIANG,
}
"""By make: the settings' `page_table`. "zjiang" has the numbers of most printers made in China
(POS-58, POS-80, Xprinter, Netum); "star" is Star's line mode, with commands of its own."""
_LINE_ENDS = b"\n\n\n"
_DOUBLE_BYTE = frozenset(
    {"gb2312", "gbk", "gb18030", "big5", "cp950", "shift_jis", "cp932", "cp949", "euc_kr"}
)


def dialect(page_table: str) -> Dialect:
    """Return the commands that printers of a make understand."""
    return STAR if page_table == "star" else EPSON


@cache
def is_double_byte(encoding: str) -> bool:
    """Return whether an encoding is one of those that FS & switches on; LookupError if unknown."""
    return codecs.lookup(encoding).name in {codecs.lookup(name).name for name in _DOUBLE_BYTE}


def decoded(data: bytes, page: str) -> str:
    """Return what bytes print; U+FFFD stands for each that the page does not have."""
    table = _TABLES.get(page)
    if table is not None:
        return codecs.charmap_decode(data, "replace", table)[0]
    # GB18030 looks at four bytes before it gives one up: with line ends after it, a line is read
    # the same alone and among others.
    return (data + _LINE_ENDS).decode(page, errors="replace")[: -len(_LINE_ENDS)]
