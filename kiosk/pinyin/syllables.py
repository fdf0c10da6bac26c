"""Syllables of pinyin as people type them: cut from letters, and folded where accents differ."""

from __future__ import annotations

from enum import StrEnum

SEPARATOR = "'"
LONGEST = 6  # zhuang
# A word's key has one character for each syllable: this one for the first fold, and so on.
FIRST_KEY = 0x30
_VOWELS = frozenset("aeiouv")
_TWO_LETTERS = ("zh", "ch", "sh")
INITIALS = frozenset("bpmfdtnlgkhjqxzcsryw") | set(_TWO_LETTERS)
# Many a speaker does not tell these apart; the dictionary keeps both under one key.
_ENDINGS = ("ang", "eng", "ing")
_VARIANTS = 8
# How many people type lüe and nüe.
_PLAIN = {"lue": "lve", "nue": "nve"}


class Fit(StrEnum):
    """How a chunk of letters can stand for a syllable."""

    WHOLE = "whole"
    """All of it: shou."""
    INITIAL = "initial"
    """Its first consonant only, as in fwtd for 服务态度."""
    BEGUN = "begun"
    """Still being typed: sho."""


def folded(syllable: str) -> str:
    """Return the syllable without the differences of zh/z, ch/c, sh/s, l/n, and n/ng at its end."""
    start, rest = syllable[:1], syllable[1:]
    if syllable[:2] in _TWO_LETTERS:
        rest = rest[1:]
    if start == "l":
        start = "n"
    if syllable in _PLAIN:
        rest = "ve"
    if (start + rest).endswith(_ENDINGS):
        rest = rest[:-1]
    return start + rest


def variant(syllable: str) -> int:
    """Return which of the syllables with the same fold this is, 0 to 7."""
    retroflex = syllable[:2] in _TWO_LETTERS
    return retroflex + 2 * syllable.startswith("l") + 4 * syllable.endswith(_ENDINGS)


def unfolded(fold: str, which: int) -> str:
    """Return the syllable of a fold and a variant: the inverse of `folded` and `variant`."""
    start, rest = fold[:1], fold[1:]
    if which & 1:
        start += "h"
    if which & 2:
        start = "l"
    return start + rest + ("g" if which & 4 else "")


def packed(variants: list[int]) -> int:
    """Return the variants of a word's syllables as one number, the first one lowest."""
    number = 0
    for one in reversed(variants):
        number = number * _VARIANTS + one
    return number


def unpacked(number: int, count: int) -> list[int]:
    """Return the variants that `packed` took."""
    return [number // _VARIANTS**at % _VARIANTS for at in range(count)]


def begins_anew(letters: str, at: int) -> bool:
    """Return whether a syllable can begin at `at`, so that a lone initial can end there."""
    return at >= len(letters) or letters[at] not in _VOWELS


def spellings(fold: str) -> list[str]:
    """Return all that people type for a fold."""
    own = [unfolded(fold, which) for which in ways_to_write(fold)]
    return [*own, *(plain for plain in _PLAIN if folded(plain) == fold)]


def ways_to_write(fold: str) -> list[int]:
    """Return the variants that make sense of a fold, whether or not a word has such a syllable."""
    return [
        which
        for which in range(_VARIANTS)
        if not (which & 1 and fold[0] not in "zcs")
        and not (which & 2 and fold[0] != "n")
        and not (which & 4 and fold[-2:] not in ("an", "en", "in"))
    ]


def agrees(letters: str, syllable: str, fit: Fit) -> bool:
    """Return whether letters are a syllable's own, rather than only those of its fold."""
    if fit is Fit.WHOLE:
        return syllable in (letters, _PLAIN.get(letters))
    return syllable.startswith(letters)
