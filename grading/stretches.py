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

    def parts(self, start: int, end: int, most: int) -> tuple[slice, slice, slice]:
        """Return where the first pieces of text[start:end] alone are, at most so many.

        First come all characters or words, then all pairs, then all triples or pieces of words.
        """
        first, last = start, end
        if self._starts is not None:
            first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        elif self._blanks is not None:
            first, last = start - self._blanks[start], end - self._blanks[end]
        second = self._count + first
        third, rest = 2 * self._count - 1 + first, last - first - 2
        if self._ends is not None:
            third += self._ends[first] - first
            rest = self._ends[last] - self._ends[first]
        one = _first(first, last - first, most)
        two = _first(second, last - first - 1, most - one.stop + first)
        return one, two, _first(third, rest, most - one.stop + first - two.stop + second)


def _first(begin: int, size: int, most: int) -> slice:
    size = size if size < most else most
    return slice(begin, begin + size if size > 0 else begin)
