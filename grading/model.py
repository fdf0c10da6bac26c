"""Linear models at run time: hashed pieces in, margins out; plain Python, exact whole numbers.

A table holds one row of bytes per bucket, a byte per head (weight + 128). Rows are added up as big
integers, sixteen bits a head, which is as fast as a library here, needs none, and gives the same
sums on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from math import sqrt

_ZERO = 128
# Sixteen bits hold 257 bytes of 255.
_BLOCK = 256


class WeightsError(Exception):
    """A weights file is not one that this version reads."""


class Table:
    """The weights of some heads for one language."""

    def __init__(self, content: bytes) -> None:
        head, _, rows = content.partition(b"\n")
        try:
            said = json.loads(head)
            self.heads: tuple[str, ...] = tuple(said["heads"])
            self.bits = int(said["bits"])
            self._scales = [float(one) for one in said["scales"]]
            self._biases = [float(one) for one in said["biases"]]
        except (ValueError, KeyError, TypeError) as error:
            raise WeightsError(f"not a weights file: {error!r}") from error
        self._rows = rows
        self._width = len(self.heads)
        if len(rows) != self._width << self.bits:
            raise WeightsError(f"{len(rows)} bytes of weights, expected {self._width << self.bits}")
        self._even = int.from_bytes(b"\xff\0" * (self._width // 2 + 1), "little")

    def score(self, pieces: Sequence[int]) -> dict[str, float]:
        """Return the margin of each head for a text's pieces."""
        count = len(pieces)
        if not count:
            return dict(zip(self.heads, self._biases, strict=True))
        sums = self._sums(pieces) if self._width > 1 else [sum(map(self._rows.__getitem__, pieces))]
        norm = sqrt(count)
        return {
            head: (total - _ZERO * count) * scale / norm + bias
            for head, total, scale, bias in zip(
                self.heads, sums, self._scales, self._biases, strict=True
            )
        }

    def contributions(self, head: str, pieces: Sequence[int]) -> list[float]:
        """Return what each piece adds to the margin of a head."""
        place = self.heads.index(head)
        share = self._scales[place] / sqrt(len(pieces) or 1)
        width = self._width
        return [(self._rows[piece * width + place] - _ZERO) * share for piece in pieces]

    def _sums(self, pieces: Sequence[int]) -> list[int]:
        width, rows, even = self._width, self._rows, self._even
        totals = [0] * width
        for first in range(0, len(pieces), _BLOCK):
            low = high = 0
            for piece in pieces[first : first + _BLOCK]:
                row = int.from_bytes(rows[piece * width : piece * width + width], "little")
                low += row & even
                high += row >> 8 & even
            for parity, packed in ((0, low), (1, high)):
                lanes = packed.to_bytes(width + 2, "little")
                for lane, place in enumerate(range(parity, width, 2)):
                    totals[place] += lanes[2 * lane] + (lanes[2 * lane + 1] << 8)
        return totals


def load(name: str) -> Table:
    """Return a table of the weights folder."""
    return Table((resources.files("grading") / "weights" / name).read_bytes())
