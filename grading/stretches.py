"""What a head of a model makes of any stretch of a Chinese text, such as one of its clauses.

The characters of all stretches are hashed once; running sums then tell the margin of each.
"""

from __future__ import annotations

from itertools import accumulate

from grading import features
from grading.model import Table


class Stretches:
    """The margins of one head over stretches of one normalised text."""

    def __init__(self, table: Table, head: str, text: str) -> None:
        self._table = table
        self._head = head
        pieces = features.buckets(text, "zh", table.bits)
        self._sums = [0, *accumulate(table.weights(head, pieces))]
        self._blanks: list[int] | None = None
        self._length = len(text)
        if any(map(str.isspace, text)):
            self._blanks = [0, *accumulate(map(str.isspace, text))]
            self._length -= self._blanks[-1]

    def margin(self, start: int, end: int) -> float:
        """Return the margin for text[start:end] alone."""
        first, last = self._dense(start, end)
        sums, begins = self._sums, 0
        total = count = 0
        # All characters of the text come first, then all pairs, then all triples.
        for more in range(3):
            here = last - first - more
            if here > 0:
                total += sums[begins + last - more] - sums[begins + first]
                count += here
            begins += self._length - more
        return self._table.weight(self._head, total, count)

    def _dense(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets that a stretch has without blanks."""
        if self._blanks is None:
            return start, end
        return start - self._blanks[start], end - self._blanks[end]
