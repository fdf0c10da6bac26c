"""The numbers at the end of a line of goods, and what stands before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import zip_longest

from protocols.readers.receipt.amounts import decimal_text

_SIGN = "-−–"
_UNITS = (
    r"kg|stk\.?|stück|st\.?|pcs|pc|ea|each|lb|件|份|瓶|个|個|袋|包|盒|杯|碗|斤|千克|公斤|克|只|条|位"
    r"|支|张|块|枚|点|本|皿|罐|听|桶|扎|壶|例|串|打|条|双|套|把|根|粒|盘|锅|笼|碟|煲|卷|개|병|잔|인분|팩"
)
_NUMBER = re.compile(
    rf"(?P<times>[x×*@])?(?P<sign>[{_SIGN}])?(?P<mark>[¥$€£₩￥]|nt\$|rmb)?(?P<after>[{_SIGN}])?"
    rf"(?P<digits>\d{{1,3}}(?:[.,']\d{{3}}){{1,3}}(?:[.,]\d{{2}})?|\d{{1,7}}(?:[.,]\d{{1,3}})?)"
    rf"(?P<minus>-)?(?P<money>元|円|원|€|eur)?(?P<unit>{_UNITS})?(?P<many>[x×*@=])?"
    rf"(?P<per>/(?:{_UNITS}|100g|l))?(?P<tax>tx|t|軽|※|[a-h])?",
    re.IGNORECASE,
)
_OPERATOR = re.compile(
    rf"[x×*@=à/]|a|l|ep|\d{{1,2}}(?:[.,]\d)?%|eur|€|元|chf|円|원|(?:{_UNITS})|(?:eur|€|元|¥)?/(?:{_UNITS}|stk)|(?:eur|€|元)/\w{{1,5}}\.?",
    re.IGNORECASE,
)
# The tax rate behind an amount: A, B*, 2, ※, 軽.
_FLAG = re.compile(r"[A-Z]{1,2}\*?|\*[A-Z]?|[※軽内外*]{1,2}|[A-H][1-9]|\([A-Z]\)|[012]=?")
_GLUED = re.compile(
    r"(?<=\d)([x×*@])(?=[¥$€]?\d+[.,]\d{2}(?!\d))|(?<=[.,]\d\d)([=x×*@])(?=\d)", re.IGNORECASE
)
_CENTS = re.compile(r"[.,]\d{2}$")
_CODE = re.compile(r"\d{8,14}")
# The tax mark of a Korean till.
_MARK = re.compile(r"(?<=\d)#$")
_MULTIPLIES = re.compile(r"(?<![a-z])[x×*@](?=[\d¥$€£]|$)|^kg$", re.IGNORECASE)
_COUNTS = re.compile(rf"[x×*@]|l|{_UNITS}", re.IGNORECASE)
_SIGNS = frozenset("xX×*@")
_SIGN_BEFORE = re.compile(r"\s+(?:[x×*@à€¥￥₩$]|eur|chf|rmb)$", re.IGNORECASE)
_MOST_PIECES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number at the end of a line."""

    text: str
    """Decimal text."""
    value: Decimal
    cents: bool
    """It has two decimals or a currency: an amount."""
    grouped: bool
    """It has thousands: an amount of a currency without cents."""
    counted: bool
    """A unit or a multiplication sign is beside it."""
    measured: bool
    """A unit is beside it."""
    printed: str
    glued: bool
    """The unit is part of the same word: it may be a size, and belong to the name."""

    @property
    def is_count(self) -> bool:
        """Whether it can be a number of pieces or a weight."""
        if self.counted and not self.grouped:
            return True
        exponent = self.value.as_tuple().exponent
        thin = self.value < 1000 and not self.grouped
        return thin and (not self.cents or exponent == -3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """A line cut into its words and the numbers behind them."""

    words: str
    numbers: tuple[Number, ...]
    multiplies: bool
    """A multiplication sign or a weight stands among the numbers: "2 x 1,99"."""
    gap: bool
    """A column's gap stands before the numbers."""


def tail_of(printed: str, *, comma: bool) -> Tail:
    """Return the words of a line and the numbers at its end."""
    line = _GLUED.sub(lambda match: f" {match[1] or match[2]} ", _MARK.sub("", printed)).strip()
    pieces = list(re.finditer(r"\S+", line))
    if len(pieces) > 1 and _is_flag(pieces[-1][0], _number(pieces[-2][0], comma=comma)):
        pieces.pop()
    begin = len(pieces)
    while (
        begin > 0
        and len(pieces) - begin < _MOST_PIECES
        and _belongs(pieces[begin - 1][0], comma=comma)
    ):
        begin -= 1
    nameless = begin == 0
    while begin < len(pieces) and _number(pieces[begin][0], comma=comma) is None:
        begin += 1
    tail = [piece[0] for piece in pieces[begin:]]
    words = line[: pieces[begin].start() if not nameless else 0] if tail else line
    name = _SIGN_BEFORE.sub("", words.strip()) if tail else words.strip()
    return Tail(
        words=" ".join(word for word in name.split(" ") if not _CODE.fullmatch(word)),
        numbers=_numbers(tail, comma=comma),
        multiplies=any(map(_multiplies, range(len(tail)), tail)),
        gap=bool(tail) and words.endswith("  "),
    )


def _is_flag(piece: str, before: Number | None) -> bool:
    """Whether a piece is a tax rate; a digit is one only behind cents."""
    return (
        before is not None
        and _FLAG.fullmatch(piece) is not None
        and (before.cents or not piece.isdigit())
    )


def _multiplies(place: int, piece: str) -> bool:
    """Whether a piece says that what follows is a price: "2 x 1,99", not the "x2" before a sum."""
    sign = _MULTIPLIES.search(piece)
    return sign is not None and (place > 0 or sign.start() > 0)


def _belongs(piece: str, *, comma: bool) -> bool:
    return _number(piece, comma=comma) is not None or _OPERATOR.fullmatch(piece) is not None


def _numbers(tail: Sequence[str], *, comma: bool) -> tuple[Number, ...]:
    """Return the numbers; the one before a unit or a multiplication sign is one of pieces."""
    found: list[Number] = []
    for piece, following in zip_longest(tail, tail[1:], fillvalue=""):
        number = _number(piece, comma=comma)
        if number is not None and _COUNTS.fullmatch(following):
            measured = number.measured or following not in _SIGNS
            number = replace(number, counted=True, measured=measured)
        if number is not None:
            found.append(number)
    return tuple(found)


def _number(piece: str, *, comma: bool) -> Number | None:
    match = _NUMBER.fullmatch(piece)
    # "0,99A" has its tax rate behind it, a battery of "5A" has none.
    if match is None or (
        match["tax"]
        and not match["mark"]
        and len(match["tax"]) < 2
        and not _CENTS.search(match["digits"])
    ):
        return None
    digits = match["digits"]
    negative = bool(match["sign"] or match["after"] or match["minus"])
    third = re.fullmatch(r"(\d+)([.,])(\d{3})", digits)
    decimal = third is not None and (third[2] == ("," if comma else ".") or third[1] == "0")
    if third is not None and decimal:
        text = f"{'-' if negative else ''}{third[1]}.{third[3]}"
    else:
        text = decimal_text(digits, negative=negative)
    return Number(
        text=text,
        value=Decimal(text),
        cents=_CENTS.search(digits) is not None or bool(match["mark"] or match["money"]),
        grouped=not decimal and bool(re.search(r"\d[.,']\d{3}", digits)),
        counted=bool(match["unit"] or match["many"] or match["times"]),
        printed=piece,
        glued=bool(match["unit"]),
        measured=bool(match["unit"]),
    )
