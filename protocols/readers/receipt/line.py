"""One line of a receipt, as printed and as it is compared, with the labels in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from protocols.readers.labels.finding import Found, labels_in
from protocols.readers.labels.meaning import Meaning

LONGEST_LINE = 300
_SPACED_WORD = re.compile(r"(?<!\S)(?:[A-Za-zÄÖÜäöü][ ]){3,}[A-Za-zÄÖÜäöü](?![^\s:])")
_CLOSED_UP = "\u3040-\u9fff\uac00-\ud7a3"
# Between two of them, and before the "No." after one.
_GAP = re.compile(
    rf"(?<=[{_CLOSED_UP}])(?: {{1,8}}(?=[{_CLOSED_UP}])| (?=(?:no|nr|id)\b|#))", re.IGNORECASE
)
_HALF_WIDTH_KANA = re.compile("[\uff66-\uff9f]+")
# Chinese punctuation stays as it is printed.
_PUNCTUATION = frozenset("，：；！？（）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the paper. `text` is what labels are looked for in; offsets are those of `text`."""

    printed: str
    """As printed, with digits and Latin letters of any width as ASCII."""
    text: str
    """Lower case, NFKC, hanzi and hangul closed up ("合   计"), as are words like "S U M M E"."""
    at: Sequence[int]
    """The place in `printed` of each character of `text`, and its length at the end."""
    labels: tuple[Found, ...]
    leading: tuple[Found, ...]
    """The labels that begin a word of their own, not in the middle of another."""

    def as_printed(self, start: int, end: int) -> str:
        """Return a piece of `text` with the case and the gaps of the paper."""
        return self.printed[self.at[start] : self.at[end]].strip()

    def first(self) -> Found | None:
        """Return the label that the line begins with, ornaments aside."""
        if not self.labels:
            return None
        found = self.labels[0]
        return None if any(map(str.isalnum, self.text[: found.start])) else found

    def value(self, found: Found) -> str:
        """Return the text after a label up to the next one."""
        following = (one.start for one in self.labels if one.start >= found.end)
        return self.text[found.end : next(following, len(self.text))]

    def has(self, *meanings: Meaning) -> bool:
        """Whether a label of these meanings begins a word."""
        return any(found.means(*meanings) for found in self.leading)


def read_line(raw: str) -> Line:
    """Return a line of the paper as the reader sees it."""
    printed = fold(raw[:LONGEST_LINE]).strip()
    text, at = _compared(printed)
    labels = labels_in(text, at)
    return Line(
        printed=printed, text=text, at=at, labels=labels, leading=_leading(text, at, labels)
    )


def _leading(text: str, at: Sequence[int], labels: Sequence[Found]) -> tuple[Found, ...]:
    ends = {found.end for found in labels}
    return tuple(
        found for found in labels if found.start in ends or _begins_word(text, at, found.start)
    )


def _begins_word(text: str, at: Sequence[int], start: int) -> bool:
    if start == 0 or not is_east_asian(text[start]):
        return True
    return not is_east_asian(text[start - 1]) or at[start] > at[start - 1] + 1


def fold(raw: str) -> str:
    """Return text with wide Latin letters and digits as ASCII, and nothing that cannot be seen.

    Half-width kana, two characters where there is a voice mark, become whole ones.
    """
    if raw.isascii():
        return raw
    raw = _HALF_WIDTH_KANA.sub(lambda kana: unicodedata.normalize("NFKC", kana[0]), raw)
    return "".join(map(_folded, raw))


def _folded(character: str) -> str:
    if "\uff01" <= character <= "\uff5e" and character not in _PUNCTUATION:
        return chr(ord(character) - 0xFEE0)
    if character.isdecimal():
        return str(unicodedata.digit(character))
    if character.isspace():
        return " "
    # What cannot be seen can split a number all the same.
    return "" if unicodedata.category(character) == "Cf" else character


def is_east_asian(character: str) -> bool:
    """Whether a character is a hanzi, a kana or hangul."""
    return "\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3"


def _compared(printed: str) -> tuple[str, Sequence[int]]:
    left_out = _blanks_in_words(printed)
    if not left_out:
        plain = printed if printed.isascii() else unicodedata.normalize("NFKC", printed)
        lower = plain.lower()
        if len(lower) == len(printed):
            return lower, range(len(printed) + 1)
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(printed):
        if place in left_out:
            continue
        for one in _plain(character):
            characters.append(one)
            places.append(place)
    return "".join(characters), [*places, len(printed)]


def _plain(character: str) -> str:
    if character.isascii():
        return character.lower()
    folded = unicodedata.normalize("NFKC", character)
    # Lower case may be longer than upper case (İ).
    return "".join(one.lower() if len(one.lower()) == 1 else one for one in folded)


def _blanks_in_words(printed: str) -> frozenset[int]:
    """Return the places of blanks between two hanzi or hangul, and in words like "S U M M E"."""
    blanks = {
        place
        for match in _SPACED_WORD.finditer(printed)
        for place in range(match.start(), match.end())
        if printed[place] == " "
    }
    if not printed.isascii():
        for match in _GAP.finditer(printed):
            blanks.update(range(match.start(), match.end()))
    return frozenset(blanks)
