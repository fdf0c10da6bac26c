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

    def parts(self, start: int, end: int) -> tuple[slice, slice, slice]:
        """Return which pieces of `features.buckets(text, …)` text[start:end] has alone."""
        count, pairs = self._count, max(0, self._count - 1)
        if self._starts is not None and self._ends is not None:
            first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
            third = slice(self._ends[first] + count + pairs, self._ends[last] + count + pairs)
        else:
            first, last = start, end
            if self._blanks is not None:
                first, last = start - self._blanks[start], end - self._blanks[end]
            third = slice(count + pairs + first, count + pairs + max(first, last - 2))
        return slice(first, last), slice(count + first, count + max(first, last - 1)), third
