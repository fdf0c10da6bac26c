"""What a customer display shows: two lines of twenty columns and a cursor, as bytes."""

from __future__ import annotations

ROWS, COLUMNS = 2, 20
_BLANK = b" " * COLUMNS


class Screen:
    """Takes text and cursor movements; a double-byte character takes two columns."""

    def __init__(self) -> None:
        self.rows = [bytearray(_BLANK) for _ in range(ROWS)]
        self._row = self._column = 0
        self._fresh = [False] * ROWS

    def clear(self) -> None:
        """Blank both lines; the cursor goes home."""
        self.rows = [bytearray(_BLANK) for _ in range(ROWS)]
        self._row = self._column = 0
        self._fresh = [False] * ROWS

    def clear_line(self) -> None:
        """Blank the cursor's line."""
        self.rows[self._row][:] = _BLANK
        self._column = 0

    def write(self, text: bytes) -> None:
        """Write at the cursor; behind the last column the next line begins."""
        whole = ROWS * COLUMNS  # each time around ends where it began
        for byte in text[max(0, len(text) // whole - 1) * whole :]:
            self.rows[self._row][self._column] = byte
            self._fresh[self._row] = True
            self._column += 1
            if self._column == COLUMNS:
                self._column, self._row = 0, (self._row + 1) % ROWS

    def put(self, row: int, text: bytes) -> None:
        """Write a whole line."""
        self.rows[row][:] = text.ljust(COLUMNS)[:COLUMNS]
        self._fresh[row] = True
        self._row, self._column = row, 0

    def go(self, column: int, row: int) -> None:
        """Move the cursor to a place that counts from 1; elsewhere there is none."""
        if 1 <= column <= COLUMNS and 1 <= row <= ROWS:
            self._row, self._column = row - 1, column - 1

    def move(self, where: str) -> None:
        """Move the cursor: left, right, up, down, home, bottom, line_start or line_end."""
        match where:
            case "left":
                self._column = max(0, self._column - 1)
            case "right":
                self._column = min(COLUMNS - 1, self._column + 1)
            case "up" | "down":  # of two lines, either is the other one
                self._row = (self._row + 1) % ROWS
            case "home":
                self._row = self._column = 0
            case "bottom":
                self._row, self._column = ROWS - 1, COLUMNS - 1
            case _:
                self._column = 0 if where == "line_start" else COLUMNS - 1

    def is_fresh(self, row: int) -> bool:
        """Return whether a line was written since the last one was understood."""
        return self._fresh[row]

    def understood(self) -> None:
        """Take it that what is shown was told, and what is written from now on is new."""
        self._fresh = [False] * ROWS
