"""Case codes: what the thanks screen shows, and a shopper can read out or type to follow a case.

Characters of Crockford's base32 (no I, L, O, U); the last one checks the others: a code word is a
polynomial over GF(32) that is zero at the field's generator, so one wrong character, and any two
characters in each other's place, are always found. Three lengths are codes:

- 10, XXXX-XXXX-XX: HQ's own, dealt out in blocks. A keyed permutation of 45 bits makes them of
  1, 2, 3 …, so that no two are the same anywhere, and none can be guessed from another.
- 12, XXXX-XXXX-XXXX: 55 random bits, of a kiosk that has none of those left.
- 8, XXXX-XXXX: 35 random bits, of HQ and of older kiosks.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable

from protocols.errors import MessageError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BITS = 35
LONG_RANDOM_BITS = 55
NUMBER_BITS = 45
KEY_BYTES = 32
_LENGTHS = (8, 10, 12)
_BLOCK_LENGTH = 10
# x^5 + x^2 + 1 is primitive: powers 0 to 30 of its root all differ, so no two places weigh alike.
_POLYNOMIAL = 0b100101
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES = {"O": "0", "I": "1", "L": "1"}
_SEPARATORS = "- \t‐‑‒–—−"
_LONGEST_TEXT = 40

# Luby and Rackoff's proof needs four rounds; ten leave room for halves as small as 22 bits.
_ROUNDS = 10
_LOW_BITS = 23
_LOW, _HIGH = (1 << _LOW_BITS) - 1, (1 << NUMBER_BITS - _LOW_BITS) - 1


class CaseCodeError(MessageError):
    """This text is not a case code."""


def mint(random_bits: int) -> str:
    """Return the code of 8 characters of the lowest RANDOM_BITS bits of `random_bits`."""
    return _code(random_bits, RANDOM_BITS)


def mint_random(random_bits: int) -> str:
    """Return the code of 12 characters of the lowest LONG_RANDOM_BITS bits of `random_bits`."""
    return _code(random_bits, LONG_RANDOM_BITS)


def block_code(key: bytes, number: int) -> str:
    """Return HQ's code number `number`, of 10 characters; ValueError out of 0 to 2^45 - 1."""
    _check(key)
    if not 0 <= number < 1 << NUMBER_BITS:
        raise ValueError(f"there is no case code number {number}")
    high, low = number >> _LOW_BITS, number & _LOW
    for turn in range(_ROUNDS):
        high, low = _mixed(key, turn, high, low)
    return _code(high << _LOW_BITS | low, NUMBER_BITS)


def number_of(key: bytes, code: str) -> int:
    """Return the number of a code of `block_code`; CaseCodeError when it is no such code."""
    _check(key)
    plain = parse(code).replace("-", "")
    if len(plain) != _BLOCK_LENGTH:
        raise CaseCodeError(f"a case code of a block has {_BLOCK_LENGTH} characters")
    bits = 0
    for character in plain[:-1]:
        bits = bits << 5 | _VALUES[character]
    high, low = bits >> _LOW_BITS, bits & _LOW
    for turn in reversed(range(_ROUNDS)):
        high, low = _mixed(key, turn, high, low)
    return high << _LOW_BITS | low


def parse(text: str) -> str:
    """Return the case code that was typed, as it is shown; CaseCodeError when it cannot be one."""
    if len(text) > _LONGEST_TEXT:
        raise _wrong_length()
    typed = unicodedata.normalize("NFKC", text)
    values = [_value(character) for character in typed if character not in _SEPARATORS]
    if len(values) not in _LENGTHS:
        raise _wrong_length()
    if _checksum(values):
        raise CaseCodeError("the check character does not fit: a character is wrong")
    return _shown(values)


def _code(bits: int, width: int) -> str:
    values = [(bits >> shift) & 31 for shift in range(width - 5, -1, -5)]
    values.append(_times_generator(_checksum(values)))
    return _shown(values)


def _shown(values: Iterable[int]) -> str:
    plain = "".join(ALPHABET[value] for value in values)
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def _wrong_length() -> CaseCodeError:
    return CaseCodeError("a case code has 8, 10 or 12 characters")


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


def _mixed(key: bytes, turn: int, high: int, low: int) -> tuple[int, int]:
    """Mix one half into the other; done twice, it is undone."""
    if turn % 2:
        return high, low ^ (_noise(key, turn, high) & _LOW)
    return high ^ (_noise(key, turn, low) & _HIGH), low


def _noise(key: bytes, turn: int, half: int) -> int:
    text = turn.to_bytes(1, "big") + half.to_bytes(3, "big")
    digest = hashlib.blake2s(text, key=key, digest_size=4, person=b"casecode").digest()
    return int.from_bytes(digest, "big")


def _check(key: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key of case codes has {KEY_BYTES} bytes, not {len(key)}")
