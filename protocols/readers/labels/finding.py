"""Finds the words of all languages in a line: at each place the longest one decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from protocols.readers.labels.de import DE
from protocols.readers.labels.en import EN
from protocols.readers.labels.ja import JA
from protocols.readers.labels.ko import KO
from protocols.readers.labels.meaning import Meaning, Words
from protocols.readers.labels.zh_cn import ZH_CN
from protocols.readers.labels.zh_tw import ZH_TW

LANGUAGES: tuple[Words, ...] = (ZH_CN, ZH_TW, EN, DE, KO, JA)
_Index = dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A label in a line."""

    label: str
    meanings: tuple[Meaning, ...]
    """What it means in the languages that have it, the first language's first."""
    start: int
    end: int

    def means(self, *meanings: Meaning) -> bool:
        """Whether it means one of these."""
        return any(meaning in meanings for meaning in self.meanings)


def _meanings() -> dict[str, tuple[Meaning, ...]]:
    """Return what each label means: in another language it may mean something else ("bar")."""
    found: dict[str, tuple[Meaning, ...]] = {}
    for language in LANGUAGES:
        for meaning, labels in language.labels.items():
            for label in labels:
                known = found.get(label, ())
                if meaning not in known:
                    found[label] = (*known, meaning)
    return found


def _ranks() -> Mapping[tuple[Meaning, str], int]:
    return {
        (meaning, label): min(
            language.labels[meaning].index(label)
            for language in LANGUAGES
            if label in language.labels.get(meaning, ())
        )
        for meaning in Meaning
        for label in {one for words in LANGUAGES for one in words.labels.get(meaning, ())}
    }


def _index(labels: Iterable[str]) -> _Index:
    """Return labels by their first two characters, the longest first."""
    index: _Index = {}
    for label in sorted(set(labels), key=lambda one: (-len(one), one)):
        index.setdefault(label[:2], []).append(label)
    return index


_MEANINGS = _meanings()
_RANKS = _ranks()
_LABELS: _Index = _index(_MEANINGS)
# Most places of a text are passed over at once.
_ANY_LABEL = re.compile("|".join(re.escape(first) for first in sorted(_LABELS, key=len)[::-1]))


def rank(meaning: Meaning, label: str) -> int:
    """Return how good a label is for a meaning; lower is better."""
    return _RANKS.get((meaning, label), len(_RANKS))


def labels_in(text: str, places: Sequence[int] = ()) -> tuple[Found, ...]:
    """Return the labels of a line, left to right; `text` is lower case, NFKC, closed up.

    `places` are the characters' on the paper: a label may be spaced out ("合   计"), but not made
    of the words of two columns ("商品   数量").
    """
    found: list[Found] = []
    match = _ANY_LABEL.search(text)
    while match is not None:
        at = match.start()
        label = _label_at(text, at, places)
        if label is not None:
            end = at + len(label)
            found.append(Found(label=label, meanings=_MEANINGS[label], start=at, end=end))
        match = _ANY_LABEL.search(text, at + len(label or " "))
    return tuple(found)


def _label_at(text: str, at: int, places: Sequence[int]) -> str | None:
    if joined(text, at):
        return None
    for label in _LABELS.get(text[at : at + 2], []) + _LABELS.get(text[at], []):
        end = at + len(label)
        if not text.startswith(label, at) or joined(text, end):
            continue
        if places and _spans_columns(text, places, at, end):
            continue
        if len(label) > 1 or _is_apart(text, places, at):
            return label
    return None


def _is_apart(text: str, places: Sequence[int], at: int) -> bool:
    """One hanzi is a label ("序 0387 機 03") only where it stands alone on the paper."""
    for near in (at - 1, at + 1):
        adjacent = 0 <= near < len(text) and text[near].isalpha()
        if adjacent and (not places or abs(places[near] - places[at]) == 1):
            return False
    return True


def _spans_columns(text: str, places: Sequence[int], start: int, end: int) -> bool:
    """Whether some but not all of a label's characters stand apart; hangul has blanks in words."""
    steps = [
        places[at + 1] - places[at] - 1
        for at in range(start, end - 1)
        if not (text[at].isascii() and text[at + 1].isascii())
    ]
    widest = max(steps, default=0)
    if widest == 0 or min(steps) > 0:
        return False
    return widest > 1 or not "\uac00" <= text[start] <= "\ud7a3"


def joined(text: str, at: int) -> bool:
    """Whether letters of one alphabetic word stand on both sides of a place."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before > "\u024f" or after > "\u024f":
        return False
    return before.isalpha() and after.isalpha()


def known_characters(text: str) -> int:
    """Return how many characters of `text` are words of receipts, two characters and longer.

    The right encoding of a till's text has many, a wrong one nearly none.
    """
    return sum(one.end - one.start for one in labels_in(text.lower()) if len(one.label) > 1)
