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
from math import inf, sqrt

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
            self.scales = [float(one) for one in said["scales"]]
            self.biases = [float(one) for one in said["biases"]]
        except (ValueError, KeyError, TypeError) as error:
            raise WeightsError(f"not a weights file: {error!r}") from error
        self._rows = rows
        self._width = len(self.heads)
        if len(rows) != self._width << self.bits:
            raise WeightsError(f"{len(rows)} bytes of weights, expected {self._width << self.bits}")
        self._wide = _WideRows(rows, self._width)
        self._lanes = struct.Struct(f"<{self._width}H")
        self.places = {head: place for place, head in enumerate(self.heads)}
        self._bars: dict[float, list[float]] = {}

    def score(self, pieces: Sequence[int]) -> Margins:
        """Return the margin of each head for a text's pieces."""
        count = len(pieces)
        if self._width == 1:
            return Margins(self, count, (sum(map(self._rows.__getitem__, pieces)),))
        return Margins(self, count, self._sums(pieces))

    def contributions(self, head: str, pieces: Sequence[int]) -> list[float]:
        """Return what each piece adds to the margin of a head."""
        place = self.places[head]
        share = self.scales[place] / sqrt(len(pieces) or 1)
        width, rows = self._width, self._rows
        return [(rows[piece * width + place] - _ZERO) * share for piece in pieces]

    def bars(self, least: float) -> list[float]:
        """Return the mean weight of a piece, times the root of their count, that makes a margin."""
        known = self._bars.get(least)
        if known is None:
            known = [
                (least - bias) / scale if scale > 0 else -inf
                for scale, bias in zip(self.scales, self.biases, strict=True)
            ]
            self._bars[least] = known
        return known

    def _sums(self, pieces: Sequence[int]) -> Sequence[int]:
        row, lanes = self._wide.__getitem__, self._lanes
        blocks = [
            lanes.unpack(
                sum(map(row, pieces[first : first + _BLOCK])).to_bytes(lanes.size, "little")
            )
            for first in range(0, len(pieces), _BLOCK)
        ]
        return (
            blocks[0] if len(blocks) == 1 else [sum(column) for column in zip(*blocks, strict=True)]
        )


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
        return self._at(self._table.places[head])

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.heads)

    def __len__(self) -> int:
        return len(self._table.heads)

    def above(self, least: float) -> list[tuple[float, str]]:
        """Return the margins from `least` on, each with its head, in the order of the heads."""
        if not self._count:
            return [(margin, head) for head, margin in self.items() if margin >= least]
        # Rounding is far below one unit of a sum; who passes the bar is looked at exactly.
        zero, norm = self._zero - 1, self._norm
        near = [
            place
            for place, (total, bar) in enumerate(
                zip(self._sums, self._table.bars(least), strict=True)
            )
            if total >= bar * norm + zero
        ]
        told = [(self._at(place), self._table.heads[place]) for place in near]
        return [one for one in told if one[0] >= least]

    def _at(self, place: int) -> float:
        table = self._table
        if not self._count:
            return table.biases[place]
        total = self._sums[place] - self._zero
        return total * table.scales[place] / self._norm + table.biases[place]


class _WideRows(dict[int, int]):
    """The rows that were used, each as one integer with sixteen bits for each byte."""

    def __init__(self, rows: bytes, width: int) -> None:
        super().__init__()
        self._rows = rows
        self._width = width

    def __missing__(self, piece: int) -> int:
        wide = bytearray(2 * self._width)
        wide[::2] = self._rows[piece * self._width : (piece + 1) * self._width]
        self[piece] = found = int.from_bytes(wide, "little")
        return found


def load(name: str) -> Table:
    """Return a table of the weights folder."""
    return Table((resources.files("grading") / "weights" / name).read_bytes())
