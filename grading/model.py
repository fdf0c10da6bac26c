"""Linear models at run time: hashed pieces in, margins out; plain Python, exact whole numbers.

A table holds one row of bytes, a byte per head (weight + 128), for each bucket that was met often
enough in training; all other buckets share row 0, which says nothing. Rows are added up as big
integers, sixteen bits a head, which is faster than a library here, needs none, and gives the same
sums on every machine. Where there is one head, a bucket holds its weight and not a row's number.
"""

from __future__ import annotations

import json
import lzma
import struct
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from itertools import accumulate, compress, pairwise
from math import floor, sqrt
from operator import ge, itemgetter
from typing import TypeVar

_Item = TypeVar("_Item")
_ZERO = 128
# Sixteen bits hold 257 bytes of 255.
_BLOCK = 256
_MOST_BARS = 1024
# So much of a file is unpacked at a time.
_AT_ONCE = 1 << 18
# Rows kept as integers, of some 140 bytes each; then all are let go.
_MOST_WIDE = 32_000


class WeightsError(Exception):
    """A weights file is not one that this version reads."""


class Table:
    """The weights of some heads for one language."""

    def __init__(self, content: bytes) -> None:
        head, _, packed = content.partition(b"\n")
        try:
            said = json.loads(head)
            self.heads: tuple[str, ...] = tuple(said["heads"])
            self.bits = int(said["bits"])
            self.scales = [float(one) for one in said["scales"]]
            self.biases = [float(one) for one in said["biases"]]
            self._rows, self._row_of = _unpack(_opened(packed), len(self.heads), self.bits)
        except (ValueError, LookupError, TypeError, lzma.LZMAError) as error:
            raise WeightsError(f"not a weights file: {error!r}") from error
        self._width = len(self.heads)
        # Rows as integers of sixteen bits a head, each made when a text first has its piece.
        self._wide: list[int | None] = [None] * (len(self._rows) // self._width + 1)
        self._made = 0
        self._silent = self._widened(0)
        self._lanes = struct.Struct(f"<{self._width}H")
        self.places = {head: place for place, head in enumerate(self.heads)}
        self._bars: dict[tuple[float, int], Sequence[int]] = {}

    def score(self, pieces: Sequence[int]) -> Margins:
        """Return the margin of each head for a text's pieces."""
        return self.of_rows(self.rows(pieces))

    def rows(self, pieces: Sequence[int]) -> tuple[int, ...]:
        """Return the row of each piece: to look for it costs more than all that follows."""
        return _at(pieces, self._row_of)

    def of_rows(self, rows: Sequence[int]) -> Margins:
        """Return the margin of each head for the rows of a text's pieces."""
        return Margins(self, len(rows), (sum(rows),) if self._width == 1 else self._sums(rows))

    def weight(self, head: str, sum_: int, count: int) -> float:
        """Return the margin of a head for pieces whose bytes in its column add up to a sum."""
        place = self.places[head]
        if not count:
            return self.biases[place]
        return (sum_ - _ZERO * count) * self.scales[place] / sqrt(count) + self.biases[place]

    def weights(self, head: str, rows: tuple[int, ...]) -> tuple[int, ...]:
        """Return the weight of each row for one head, plus 128."""
        if self._width == 1:
            return rows
        width, shift = self._width, self.places[head] - self._width
        return tuple([self._rows[row * width + shift] if row else _ZERO for row in rows])

    def loudest(self, head: str, rows: tuple[int, ...], most: int) -> list[tuple[int, float]]:
        """Return the rows that add most to the margin of a head, by number, and what they add.

        Those that add as much as the last of them are there, too; those that add nothing are not.
        """
        weights = self.weights(head, rows)
        least = max([_ZERO + 1, *sorted(weights)[-most:][:1]])
        share = self.scales[self.places[head]] / sqrt(len(rows) or 1)
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

    def _sums(self, rows: Sequence[int]) -> Sequence[int]:
        lanes = self._lanes
        blocks = [
            lanes.unpack(self._sum(rows[at : at + _BLOCK]).to_bytes(lanes.size, "little"))
            for at in range(0, len(rows), _BLOCK)
        ]
        return (
            blocks[0] if len(blocks) == 1 else [sum(column) for column in zip(*blocks, strict=True)]
        )

    def _sum(self, rows: Sequence[int]) -> int:
        known = list(filter(None, rows))
        silent = (len(rows) - len(known)) * self._silent
        try:
            return sum(_at(known, self._wide), silent)  # type: ignore[arg-type]
        except TypeError:
            self._widen(known)
            return self._sum(rows)

    def _widen(self, rows: Sequence[int]) -> None:
        if self._made > _MOST_WIDE:
            self._wide, self._made = [None] * len(self._wide), 0
        for row in rows:
            if self._wide[row] is None:
                self._wide[row] = self._widened(row)
                self._made += 1

    def _widened(self, row: int) -> int:
        wide = bytearray(2 * self._width)
        end = row * self._width
        wide[::2] = self._rows[end - self._width : end] if row else bytes([_ZERO]) * self._width
        return int.from_bytes(wide, "little")


def _at(places: Sequence[int], items: Sequence[_Item]) -> tuple[_Item, ...]:
    """Return the items at some places, two to four times as fast as a loop does."""
    if len(places) < 2:
        return tuple(items[place] for place in places)
    return itemgetter(*places)(items)  # type: ignore[no-any-return]


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


def pack(said: Mapping[str, object], buckets: Sequence[int], rows: bytes) -> bytes:
    """Return the bytes of a table: what it says of itself, and a row for each of its buckets.

    The buckets are in order; as they are many, only the steps between them are kept.
    """
    steps = array("I", (after - before for before, after in pairwise([0, *buckets])))
    if sys.byteorder == "big":
        steps.byteswap()
    return json.dumps(said).encode() + b"\n" + lzma.compress(steps.tobytes() + rows, preset=9)


def _opened(packed: bytes) -> bytearray:
    """Return what was packed, without a second copy of it on the way."""
    machine, found = lzma.LZMADecompressor(), bytearray()
    found += machine.decompress(packed, _AT_ONCE)
    while not machine.eof:
        if machine.needs_input:
            raise ValueError("cut short")
        found += machine.decompress(b"", _AT_ONCE)
    return found


def _unpack(content: bytearray, width: int, bits: int) -> tuple[memoryview, Sequence[int]]:
    """Return the rows but for row 0, which says nothing, and the row of each bucket."""
    count, rest = divmod(len(content), 4 + width)
    steps = array("I", content[: 4 * count])
    if sys.byteorder == "big":
        steps.byteswap()
    if rest:
        raise ValueError(f"{rest} bytes too many")
    rows = memoryview(content)[4 * count :]
    row_of: bytearray | array[int]
    if width == 1:
        row_of = bytearray([_ZERO]) * (1 << bits)
        for bucket, weight in zip(accumulate(steps), rows, strict=True):
            row_of[bucket] = weight
        return memoryview(b""), row_of
    row_of = array("H" if count < 1 << 16 else "I", [0]) * (1 << bits)
    for row, bucket in enumerate(accumulate(steps), 1):
        row_of[bucket] = row
    return rows, row_of


def load(name: str) -> Table:
    """Return a table of the weights folder."""
    return Table((resources.files("grading") / "weights" / name).read_bytes())
