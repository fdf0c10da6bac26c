"""What the linear models look at: hashed pieces of a text, the same ones in training and in use.

A Chinese text is taken as single characters, pairs and triples; an English one as words, pairs of
words and pieces of words, so that a mistyped word keeps most of its pieces. A piece is known
only by its bucket: weights hold no readable text.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from struct import unpack

# Odd 32-bit factors (xxHash's primes): from 16 bits up, every bit depends on all of a character.
_FIRST, _SECOND, _THIRD = 2654435761, 2246822519, 3266489917
_SHIFT = 16
_PLACE = 64
_WORD = re.compile(r"[a-z0-9']{1,40}|[?!]")
# Words are cut into pieces this long; with the ends marked, "rude" and "rudely" share three.
_PIECE = 4


def buckets(text: str, language: str, bits: int) -> list[int]:
    """Return the bucket of each piece of a normalised text; `bits` is the size of the table."""
    mask = (1 << bits) - 1
    return _of_words(text, mask) if language == "en" else _of_characters(text, mask)


def spans(text: str, language: str, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return where some pieces of `buckets(text, language, …)` stand, by their numbers there."""
    if language != "en":
        places = [index for index, one in enumerate(text) if not one.isspace()]
        return [_span(places, number) for number in numbers]
    words = [match.span() for match in _WORD.finditer(text)]
    pairs = [(first[0], second[1]) for first, second in pairwise(words)]
    pieces = [span for span in words for _ in _pieces(text[slice(*span)])]
    found = [*words, *pairs, *pieces]
    return [found[number] for number in numbers]


def _span(places: Sequence[int], number: int) -> tuple[int, int]:
    """First come all characters, then all pairs, then all triples."""
    width = 1
    while number > len(places) - width:
        number -= len(places) - width + 1
        width += 1
    return places[number], places[number + width - 1] + 1


def words(text: str) -> list[tuple[int, int]]:
    """Return where each word of an English text begins, and how many pieces of words it has."""
    return [(word.start(), len(_pieces(word.group()))) for word in _WORD.finditer(text)]


@lru_cache(maxsize=4096)
def named(name: str, bits: int) -> int:
    """Return the bucket of a finding of the lexicon, such as "allergy negated"."""
    return zlib.crc32(name.encode()) & ((1 << bits) - 1)


def _of_characters(text: str, mask: int) -> list[int]:
    """Hash all characters at once: as the places, sixty-four bits each, of one large number."""
    dense = "".join(text.split())
    count = len(dense)
    if not count:
        return []
    code = dense.encode("utf-32-le", "surrogatepass")
    spread = bytearray(8 * count)
    # A character has 21 bits, a factor 32: three of their products fit a place.
    spread[0::8], spread[1::8], spread[2::8] = code[0::4], code[1::4], code[2::4]
    one = int.from_bytes(spread, "little")
    first = one * _FIRST
    pairs = first + (one >> _PLACE) * _SECOND
    threes = pairs + (one >> 2 * _PLACE) * _THIRD
    row = _PLACE * count
    sums = first + (pairs << row) + (threes << 2 * row)
    hashed = (sums >> _SHIFT & _masks(mask, 3 * count)).to_bytes(24 * count, "little")
    found = list(unpack(f"<{3 * count}Q", hashed))
    # The last pair and the last two triples lack a character.
    del found[3 * count - 2 :]
    del found[2 * count - 1 : 2 * count]
    return found


@lru_cache(maxsize=16)
def _all_masks(mask: int, places: int) -> int:
    return int.from_bytes(mask.to_bytes(8, "little") * places, "little")


def _masks(mask: int, count: int) -> int:
    """Return the mask in at least so many places, of one of few lengths."""
    return _all_masks(mask, max(64, 1 << (count - 1).bit_length()))


def _of_words(text: str, mask: int) -> list[int]:
    each = [_of_word(word, mask) for word in _WORD.findall(text)]
    found = [word & mask for word, _ in each]
    found += [(a * _FIRST + b * _SECOND >> _SHIFT) & mask for (a, _), (b, _) in pairwise(each)]
    for _, pieces in each:
        found += pieces
    return found


@lru_cache(maxsize=2048)
def _of_word(word: str, mask: int) -> tuple[int, array[int]]:
    """Return the hash of a word, and the buckets of its pieces."""
    pieces = array("I", (zlib.crc32(piece.encode(), 1) & mask for piece in _pieces(word)))
    return zlib.crc32(word.encode()), pieces


def _pieces(word: str) -> list[str]:
    marked = f"<{word}>"
    return [marked[start : start + _PIECE] for start in range(len(marked) - _PIECE + 1)]
