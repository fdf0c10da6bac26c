"""What the linear models look at: hashed pieces of a text, the same ones in training and in use.

A Chinese text is taken as single characters, pairs and triples; an English one as words, pairs of
words and pieces of words, so that a mistyped word keeps most of its pieces. A piece is known
only by its bucket: weights hold no readable text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from itertools import pairwise

# Odd 32-bit factors (xxHash's primes): from 16 bits up, every bit depends on all of a character.
_FIRST, _SECOND, _THIRD = 2654435761, 2246822519, 3266489917
_SHIFT = 16
_WORD = re.compile(r"[a-z0-9']{1,40}|[?!]")
# Words are cut into pieces this long; with the ends marked, "rude" and "rudely" share three.
_PIECE = 4


def buckets(text: str, language: str, bits: int) -> list[int]:
    """Return the bucket of each piece of a normalised text; `bits` is the size of the table."""
    mask = (1 << bits) - 1
    return _of_words(text, mask) if language == "en" else _of_characters(text, mask)


def spans(text: str, language: str) -> list[tuple[int, int]]:
    """Return where each piece of `buckets(text, language, …)` stands, in the same order."""
    if language != "en":
        places = [index for index, one in enumerate(text) if not one.isspace()]
        return [
            (places[start], places[start + width - 1] + 1)
            for width in (1, 2, 3)
            for start in range(len(places) - width + 1)
        ]
    words = [match.span() for match in _WORD.finditer(text)]
    pairs = [(first[0], second[1]) for first, second in pairwise(words)]
    pieces = [span for span in words for _ in _pieces(text[slice(*span)])]
    return [*words, *pairs, *pieces]


def named(name: str, bits: int) -> int:
    """Return the bucket of a finding of the lexicon, such as "allergy negated"."""
    return zlib.crc32(name.encode()) & ((1 << bits) - 1)


def _of_characters(text: str, mask: int) -> list[int]:
    one: Sequence[int] = [ord(character) for character in text if not character.isspace()]
    two, three = one[1:], one[2:]
    first = [(a * _FIRST >> _SHIFT) & mask for a in one]
    first += [(a * _FIRST + b * _SECOND >> _SHIFT) & mask for a, b in zip(one, two, strict=False)]
    first += [
        (a * _FIRST + b * _SECOND + c * _THIRD >> _SHIFT) & mask
        for a, b, c in zip(one, two, three, strict=False)
    ]
    return first


def _of_words(text: str, mask: int) -> list[int]:
    words = _WORD.findall(text)
    hashes = [zlib.crc32(word.encode()) for word in words]
    found = [one & mask for one in hashes]
    found += [(a * _FIRST + b * _SECOND >> _SHIFT) & mask for a, b in pairwise(hashes)]
    found += [zlib.crc32(piece.encode(), 1) & mask for word in words for piece in _pieces(word)]
    return found


def _pieces(word: str) -> list[str]:
    marked = f"<{word}>"
    return [marked[start : start + _PIECE] for start in range(len(marked) - _PIECE + 1)]
