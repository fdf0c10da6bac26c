"""Case codes: what the thanks screen shows, and a shopper can read out or type to follow a case.

Eight characters of Crockford's base32 (no I, L, O, U), shown as XXXX-XXXX. The eighth is a check
character: a code word is a polynomial over GF(32) that is zero at the field's generator, so one
wrong character, and any two characters in each other's place, are always found.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from protocols.errors import MessageError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BITS = 35
_CHARACTERS = 8
# x^5 + x^2 + 1 is primitive: powers 0 to 30 of its root all differ, so no two places weigh alike.
_POLYNOMIAL = 0b100101
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES = {"O": "0", "I": "1", "L": "1"}
_SEPARATORS = "- \t‐‑‒–—−"
_LONGEST_TEXT = 40


class CaseCodeError(MessageError):
    """This text is not a case code."""


def mint(random_bits: int) -> str:
    """Return the case code of the lowest RANDOM_BITS bits of `random_bits`."""
    values = [(random_bits >> shift) & 31 for shift in range(RANDOM_BITS - 5, -1, -5)]
    values.append(_times_generator(_checksum(values)))
    text = "".join(ALPHABET[value] for value in values)
    return f"{text[:4]}-{text[4:]}"


def parse(text: str) -> str:
    """Return the case code that was typed, as it is shown; CaseCodeError when it cannot be one."""
    if len(text) > _LONGEST_TEXT:
        raise CaseCodeError("a case code has 8 characters")
    typed = unicodedata.normalize("NFKC", text)
    values = [_value(character) for character in typed if character not in _SEPARATORS]
    if len(values) != _CHARACTERS:
        raise CaseCodeError("a case code has 8 characters")
    if _checksum(values):
        raise CaseCodeError("the check character does not fit: a character is wrong")
    plain = "".join(ALPHABET[value] for value in values)
    return f"{plain[:4]}-{plain[4:]}"


def _value(character: str) -> int:
    upper = character.upper()
    value = _VALUES.get(_LOOKALIKES.get(upper, upper))
    if value is None:
        raise CaseCodeError(f"a case code has no character {character!a}")
    return value


def _checksum(values: Iterable[int]) -> int:
    total = 0
    for value in values:
        total = _times_generator(total) ^ value
    return total


def _times_generator(value: int) -> int:
    doubled = value << 1
    return doubled ^ _POLYNOMIAL if doubled & 32 else doubled
