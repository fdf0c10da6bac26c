"""Where things go: rectangles cut from rectangles, and the unit that screens are measured in.

One unit is 1/540 of a portrait panel's width, about 0.5 mm on a 21.5 inch one. A wide window has
600 units from top to bottom, so that a 7 inch panel of 800x480 keeps targets that a finger hits
and words that one can read. Everything is placed in whole pixels, because nine-patches show seams
otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

PORTRAIT = (540, 960)
LANDSCAPE = (960, 600)
# How much larger the words are in large text; what holds them is arranged anew.
LARGE_TYPE = 1.3


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels; y counts from the bottom, as OpenGL has it."""

    x: int
    y: int
    width: int
    height: int

    @property
    def top(self) -> int:
        """Return the y of the upper edge."""
        return self.y + self.height

    @property
    def right(self) -> int:
        """Return the x of the right edge."""
        return self.x + self.width

    @property
    def centre(self) -> tuple[float, float]:
        """Return the middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies inside."""
        return self.x <= x < self.right and self.y <= y < self.top

    def inset(self, dx: float, dy: float | None = None) -> Rect:
        """Return the rectangle made smaller on every side; larger when negative."""
        across, along = round(dx), round(dx if dy is None else dy)
        return Rect(
            self.x + across,
            self.y + along,
            max(0, self.width - 2 * across),
            max(0, self.height - 2 * along),
        )

    def cut_top(self, height: float, gap: float = 0) -> tuple[Rect, Rect]:
        """Return the upper part and the rest below a gap."""
        cut, left = round(height), round(height) + round(gap)
        return (
            Rect(self.x, self.top - cut, self.width, cut),
            Rect(self.x, self.y, self.width, max(0, self.height - left)),
        )

    def cut_bottom(self, height: float, gap: float = 0) -> tuple[Rect, Rect]:
        """Return the lower part and the rest above a gap."""
        cut, left = round(height), round(height) + round(gap)
        return (
            Rect(self.x, self.y, self.width, cut),
            Rect(self.x, self.y + left, self.width, max(0, self.height - left)),
        )

    def cut_left(self, width: float, gap: float = 0) -> tuple[Rect, Rect]:
        """Return the left part and the rest beyond a gap."""
        cut, left = round(width), round(width) + round(gap)
        return (
            Rect(self.x, self.y, cut, self.height),
            Rect(self.x + left, self.y, max(0, self.width - left), self.height),
        )

    def cut_right(self, width: float, gap: float = 0) -> tuple[Rect, Rect]:
        """Return the right part and the rest before a gap."""
        cut, left = round(width), round(width) + round(gap)
        return (
            Rect(self.right - cut, self.y, cut, self.height),
            Rect(self.x, self.y, max(0, self.width - left), self.height),
        )

    def columns(self, *weights: float, gap: float = 0) -> list[Rect]:
        """Return the rectangle in columns of these relative widths."""
        space = self.width - round(gap) * (len(weights) - 1)
        columns, x, done = [], self.x, 0.0
        for weight in weights:
            start, done = done, done + weight
            width = round(space * done / sum(weights)) - round(space * start / sum(weights))
            columns.append(Rect(x, self.y, width, self.height))
            x += width + round(gap)
        return columns

    def rows(self, *weights: float, gap: float = 0) -> list[Rect]:
        """Return the rectangle in rows of these relative heights, the uppermost first."""
        space = self.height - round(gap) * (len(weights) - 1)
        rows, top, done = [], self.top, 0.0
        for weight in weights:
            start, done = done, done + weight
            height = round(space * done / sum(weights)) - round(space * start / sum(weights))
            rows.append(Rect(self.x, top - height, self.width, height))
            top -= height + round(gap)
        return rows

    def grid(self, count: int, across: int, gap: float = 0) -> list[Rect]:
        """Return `count` equal cells, `across` in a row, row by row from the top."""
        lines = self.rows(*[1] * -(-count // across), gap=gap)
        return [cell for line in lines for cell in line.columns(*[1] * across, gap=gap)][:count]

    def middle(self, width: float, height: float) -> Rect:
        """Return a rectangle of that size, at most this large, around the same centre."""
        across, along = min(round(width), self.width), min(round(height), self.height)
        return Rect(
            self.x + (self.width - across) // 2,
            self.y + (self.height - along) // 2,
            across,
            along,
        )


@dataclass(frozen=True, slots=True)
class Canvas:
    """A window of some size: which way it is arranged, and how large a unit is."""

    width: int
    height: int
    large: bool = False
    """Large text is asked for."""

    @property
    def wide(self) -> bool:
        """Whether things stand beside each other rather than one below the other."""
        return self.width > self.height

    @property
    def unit(self) -> float:
        """Return how many pixels a unit has."""
        across, along = LANDSCAPE if self.wide else PORTRAIT
        return min(self.width / across, self.height / along)

    @property
    def type(self) -> float:
        """Return how many pixels a unit of lettering has: a text of size 20 is 20 of them high."""
        return self.unit * LARGE_TYPE if self.large else self.unit

    def px(self, units: float) -> int:
        """Return a length in whole pixels."""
        return round(units * self.unit)

    @property
    def rect(self) -> Rect:
        """Return the whole window."""
        return Rect(0, 0, self.width, self.height)
