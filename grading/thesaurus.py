"""Words by kind: "milk" and "yoghurt" are dairy goods, "rang the bell" and "no one came" a wait.

A model that has learnt what one word of a kind means in feedback knows the others, too. The files
hold one kind a line, "name: word, word"; in English a word with an asterisk may go on.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import ahocorasick_rs

from grading.normalise import spelled

LANGUAGES = ("zh", "en")


class Thesaurus:
    """The kinds of words of one language, ready to be looked for."""

    def __init__(self, content: str) -> None:
        # By word, with its asterisk.
        kinds: dict[str, tuple[str, ...]] = {}
        # Most words are of one kind alone, and words of the same kinds share them.
        shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        for line in content.splitlines():
            kind, _, words = line.partition(": ")
            for written in words.split(", "):
                word = spelled(written.removesuffix("*")).strip() + "*" * written.endswith("*")
                found = (*kinds.get(word, ()), f"kind {kind}")
                kinds[word] = shared.setdefault(found, found)
        kinds.pop("", None)
        self._kinds = list(kinds.values())
        # 0: stands anywhere, 1: begins a Latin word, 2: is one.
        self._edges = bytes(word.isascii() * (2 - word.endswith("*")) for word in kinds)
        self._finder = ahocorasick_rs.AhoCorasick([word.removesuffix("*") for word in kinds])
        self.kinds = frozenset().union(*shared)

    def find(self, text: str) -> frozenset[str]:
        """Return the kinds of all words in a normalised text: "kind dairy" and so on."""
        found: set[str] = set()
        for index, start, end in self._finder.find_matches_as_indexes(text, overlapping=True):
            edges = self._edges[index]
            if edges and _inside(text, start, end, closed=edges > 1):
                continue
            found.update(self._kinds[index])
        return frozenset(found)


@cache
def of(language: str) -> Thesaurus:
    """Return the thesaurus of a language: zh or en."""
    return Thesaurus(written(language))


def written(language: str) -> str:
    """Return the file of a language as it is written."""
    return (resources.files("grading") / "kinds" / f"{language}.txt").read_text("utf-8")


def _inside(text: str, start: int, end: int, *, closed: bool) -> bool:
    """Tell whether Latin letters go on before or behind a match."""
    if start and _latin(text[start - 1]) and _latin(text[start]):
        return True
    return closed and end < len(text) and _latin(text[end]) and _latin(text[end - 1])


def _latin(character: str) -> bool:
    return character.isalnum() and character <= "ɏ"
