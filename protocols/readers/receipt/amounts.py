"""Numbers as tills print them: with cents or without, with either mark, signed at either end."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SIGN = "-−–"
_MARK = r"(?:[¥$€£₩￥]|rmb|nt\$|hk\$|us\$|eur|cny|chf|krw|jpy|usd|gbp|twd)"
_AMOUNT = re.compile(
    rf"(?<![a-z0-9_.,/])(?<!\d:)[{_SIGN}]?{_MARK}?\s?"
    rf"([{_SIGN}]?\d{{1,3}}(?:[,.']\d{{3}}){{1,4}}(?:[.,]\d{{1,2}})?|[{_SIGN}]?\d{{1,10}}(?:[.,]\d{{1,2}})?)"
    rf"(?![\d%:/折]|\s?%|[.,]\d)(-(?!\d))?",
    re.IGNORECASE,
)
# The last digits of a card are no amount, those of "***12.50" are.
_MASKED = re.compile(r"(?:\*{2,}|x{2,})-?\d{4}(?![\d.,])")
_CENTS = re.compile(r"[.,](\d{1,2})$")
_COMMA_CENTS = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})*,\d{2}(?![\d,])")
_POINT_CENTS = re.compile(r"(?<![\d.,])\d{1,3}(?:,?\d{3})*\.\d{2}(?![\d.])")


def amounts(text: str) -> list[str]:
    """Return the amounts in a text as decimal text: "1.234,50" and "1,234.50" are "1234.50"."""
    shown = _MASKED.sub(" ", text) if "*" in text or "x" in text else text
    return [
        decimal_text(match[1], negative=_is_negative(match)) for match in _AMOUNT.finditer(shown)
    ]


def _is_negative(match: re.Match[str]) -> bool:
    return match[0].lstrip()[0] in _SIGN or match[1][0] in _SIGN or match[2] is not None


def best_amount(found: Iterable[str]) -> str | None:
    """Return the last amount with cents, else the last: "3 pieces 15.97"."""
    every = list(found)
    exact = [amount for amount in every if "." in amount]
    return (exact or every)[-1] if every else None


def decimal_text(digits: str, *, negative: bool) -> str:
    """Return digits with either mark as decimal text; three digits after a mark are thousands."""
    body = digits.lstrip(_SIGN).replace("'", "")
    cents = _CENTS.search(body)
    whole = (body[: cents.start()] if cents else body).replace(",", "").replace(".", "")
    sign = "-" if negative else ""
    return f"{sign}{whole}.{cents[1]}" if cents else f"{sign}{whole}"


def uses_comma(texts: Iterable[str]) -> bool:
    """Whether a receipt writes its cents after a comma."""
    commas = points = 0
    for text in texts:
        commas += len(_COMMA_CENTS.findall(text))
        points += len(_POINT_CENTS.findall(text))
    return commas > points
