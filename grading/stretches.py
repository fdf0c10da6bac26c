"""The pieces of any stretch of a text, such as one of its clauses, without a second hash.

A stretch begins and ends between words; its pieces are then pieces of the whole.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from grading import features


class Stretches:
    """Where the pieces of stretches of one normalised text are among those of the whole."""

    def __init__(self, text: str, language: str) -> None:
        self._starts: Sequence[int] | None = None
        self._ends: list[int] | None = None
        self._blanks: list[int] | None = None
        self._count = len(text)
        if language == "en":
            words = features.words(text)
            self._starts = [start for start, _ in words]
            self._ends = [0, *accumulate(count for _, count in words)]
            self._count = len(words)
        elif any(map(str.isspace, text)):
            self._blanks = [0, *accumulate(map(str.isspace, text))]
            self._count -= self._blanks[-1]

    def parts(self, start: int, end: int, most: int) -> list[slice]:
        """Return where the first pieces of text[start:end] alone are, at most so many."""
        first, last = start, end
        if self._starts is not None:
            first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        elif self._blanks is not None:
            first, last = start - self._blanks[start], end - self._blanks[end]
        found = []
        for begin, size in self._runs(first, last):
            kept = max(0, min(size, most))
            most -= kept
            found.append(slice(begin, begin + kept))
        return found

    def _runs(self, first: int, last: int) -> tuple[tuple[int, int], ...]:
        """Return where each run of pieces begins, and how many there are.

        First come all characters or words, then all pairs, then all triples or pieces of words.
        """
        count, size = self._count, last - first
        both = count + max(0, count - 1)
        third = both + first, size - 2
        if self._ends is not None:
            third = both + self._ends[first], self._ends[last] - self._ends[first]
        return (first, size), (count + first, size - 1), third
