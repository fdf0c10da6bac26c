"""Linear models at run time: hashed pieces in, margins out; plain Python, exact whole numbers.

A table holds one row of bytes per bucket, a byte per head (weight + 128). Rows are added up as big
integers, sixteen bits a head, which is faster than a library here, needs none, and gives the same
sums on every machine.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from itertools import compress
from math import floor, sqrt
from operator import ge

_ZERO = 128
# Sixteen bits hold 257 bytes of 255.
_BLOCK = 256
_MOST_BARS = 1024


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
            self.scales = [float(one) for one in said["scales"]]
            self.biases = [float(one) for one in said["biases"]]
        except (ValueError, KeyError, TypeError) as error:
            raise WeightsError(f"not a weights file: {error!r}") from error
        self._rows = rows
        self._width = len(self.heads)
        if len(rows) != self._width << self.bits:
            raise WeightsError(f"{len(rows)} bytes of weights, expected {self._width << self.bits}")
        # Rows as integers of sixteen bits a head, each made when a text first has its piece.
        self._wide: list[int | None] = [None] * (1 << self.bits) if self._width > 1 else []
        self._lanes = struct.Struct(f"<{self._width}H")
        self.places = {head: place for place, head in enumerate(self.heads)}
        self._columns: dict[str, bytes] = {}
        self._bars: dict[tuple[float, int], Sequence[int]] = {}

    def score(self, pieces: Sequence[int]) -> Margins:
        """Return the margin of each head for a text's pieces."""
        count = len(pieces)
        if self._width == 1:
            return Margins(self, count, (sum(map(self._rows.__getitem__, pieces)),))
        return Margins(self, count, self._sums(pieces))

    def weight(self, head: str, sum_: int, count: int) -> float:
        """Return the margin of a head for pieces whose bytes in its column add up to a sum."""
        place = self.places[head]
        if not count:
            return self.biases[place]
        return (sum_ - _ZERO * count) * self.scales[place] / sqrt(count) + self.biases[place]

    def column(self, head: str) -> bytes:
        """Return the weight of each bucket for one head, plus 128."""
        if self._width == 1:
            return self._rows
        known = self._columns.get(head)
        if known is None:
            known = self._columns[head] = self._rows[self.places[head] :: self._width]
        return known

    def loudest(self, head: str, pieces: Sequence[int], most: int) -> list[tuple[int, float]]:
        """Return the pieces that add most to the margin of a head, by number, and what they add.

        Those that add as much as the last of them are there, too; pieces that add nothing are not.
        """
        weights = list(map(self.column(head).__getitem__, pieces))
        least = max([_ZERO + 1, *sorted(weights)[-most:][:1]])
        share = self.scales[self.places[head]] / sqrt(len(pieces) or 1)
        return [
            (number, (weight - _ZERO) * share)
            for number, weight in enumerate(weights)
            if weight >= least
        ]

    def bars(self, least: float, count: int) -> Sequence[int]:
        """Return the sum of the weights of `count` pieces from which on a head may reach a margin.

        Rounding is far below the one unit that is allowed for it.
        """
        known = self._bars.get((least, count))
        if known is None:
            norm, zero = sqrt(count), _ZERO * count - 1
            known = [
                floor((least - bias) / scale * norm) + zero if scale > 0 else 0
                for scale, bias in zip(self.scales, self.biases, strict=True)
            ]
            if len(self._bars) < _MOST_BARS:
                self._bars[least, count] = known
        return known

    def _sums(self, pieces: Sequence[int]) -> Sequence[int]:
        lanes = self._lanes
        blocks = [
            lanes.unpack(self._sum(pieces[first : first + _BLOCK]).to_bytes(lanes.size, "little"))
            for first in range(0, len(pieces), _BLOCK)
        ]
        return (
            blocks[0] if len(blocks) == 1 else [sum(column) for column in zip(*blocks, strict=True)]
        )

    def _sum(self, pieces: Sequence[int]) -> int:
        try:
            return sum(map(self._wide.__getitem__, pieces))  # type: ignore[arg-type]
        except TypeError:
            self._widen(pieces)
            return self._sum(pieces)

    def _widen(self, pieces: Sequence[int]) -> None:
        width = self._width
        for piece in pieces:
            if self._wide[piece] is None:
                wide = bytearray(2 * width)
                wide[::2] = self._rows[piece * width : (piece + 1) * width]
                self._wide[piece] = int.from_bytes(wide, "little")


class Margins(Mapping[str, float]):
    """The margin of each head, worked out when it is asked for: few of them matter to a text."""

    __slots__ = ("_count", "_norm", "_sums", "_table", "_zero")

    def __init__(self, table: Table, count: int, sums: Sequence[int]) -> None:
        self._table = table
        self._count = count
        self._sums = sums
        self._zero = _ZERO * count
        self._norm = sqrt(count)

    def __getitem__(self, head: str) -> float:
        table = self._table
        place = table.places[head]
        if not self._count:
            return table.biases[place]
        total = self._sums[place] - self._zero
        return total * table.scales[place] / self._norm + table.biases[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.heads)

    def __len__(self) -> int:
        return len(self._table.heads)

    def above(self, least: float) -> list[tuple[float, str]]:
        """Return the margins from `least` on, each with its head, in the order of the heads."""
        if not self._count:
            return [(margin, head) for head, margin in self.items() if margin >= least]
        bars = self._table.bars(least, self._count)
        near = compress(self._table.heads, map(ge, self._sums, bars))
        return [(margin, head) for head in near if (margin := self[head]) >= least]


def load(name: str) -> Table:
    """Return a table of the weights folder."""
    return Table((resources.files("grading") / "weights" / name).read_bytes())
