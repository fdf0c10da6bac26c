"""Where to go on reading after a command that never came to its end.

A damaged length makes a command seem to swallow what follows. When the line falls silent, what it
held back is read again: from the first place from which all is commands and readable text.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from protocols.readers.commands import Dialect, Incomplete, Unknown
from protocols.readers.pages import decoded

_REPLACEMENT = "\ufffd"
_READABLE = 0.95
# A receipt has 2 to 20 KB; of a longer tail only the end is read again.
LONGEST_TAIL = 64 * 1024
# The stream itself may end inside a command; so short a rest is no reason to give up the others.
_SHORT_REST = 16
_ODD = re.compile("[\x01-\x08\x0e-\x1f\x7f\ufffd]")
_MIN_CHARACTERS = 4
# What the unfinished command says of itself before its data begin; then there may be text.
_LONGEST_HEADER = 16


def readable_from(tail: bytes, dialect: Dialect, encoding: str) -> int | None:
    """Return where in `tail`, which begins with the unfinished command, reading goes on.

    None: nothing of it can be read, as in the rest of a picture.
    """
    begin = max(2, len(tail) - LONGEST_TAIL)
    leads = [at for at in range(begin, len(tail)) if tail[at] in dialect.rules]
    ends = _Ends(tail, leads, dialect, encoding)
    first = min([*leads[:1], begin + _LONGEST_HEADER, len(tail)])
    places: list[int] = [*range(begin, first), *leads]
    for at in places:
        text, odd, clean = ends.from_place(at)
        if clean and text >= _MIN_CHARACTERS and odd <= (1 - _READABLE) * text:
            return at
    return None


class _Ends:
    """For each lead byte: whether all is clean from there, and how much text there is."""

    def __init__(self, tail: bytes, leads: list[int], dialect: Dialect, encoding: str) -> None:
        self._tail, self._leads = tail, leads
        self._encoding = encoding
        # (characters, odd characters, clean) from each lead to the end; filled from the end.
        self._known: dict[int, tuple[int, int, bool]] = {}
        for at in reversed(leads):
            self._known[at] = self._from_lead(at, dialect)

    def _from_lead(self, at: int, dialect: Dialect) -> tuple[int, int, bool]:
        try:
            end = at + dialect.length(self._tail, at)
        except Incomplete:
            end = len(self._tail) + 1
        except Unknown:
            return 0, 0, False
        if end > len(self._tail):
            return 0, 0, len(self._tail) - at <= _SHORT_REST
        return self.from_place(end)

    def from_place(self, at: int) -> tuple[int, int, bool]:
        """Return the same for any place, text or lead."""
        if at in self._known:
            return self._known[at]
        following = bisect_left(self._leads, at)
        end = self._leads[following] if following < len(self._leads) else len(self._tail)
        characters, odd, clean = self._known[end] if end < len(self._tail) else (0, 0, True)
        if not clean:
            return 0, 0, False
        text = decoded(self._tail[at:end], self._encoding)
        return characters + len(text), odd + len(_ODD.findall(text)), True
