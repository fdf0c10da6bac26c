"""How many of today's visits are doubted (R011): what the kiosk says of itself to board and HQ."""

from __future__ import annotations

from datetime import date

from kiosk.visit import Visit


class Tally:
    """Counts from the start of the program, and from midnight."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._last = self._last_marked = ""
        self.responses = self.marked = 0

    def saw(self, visit: Visit, today: date) -> None:
        """Count a revision that is on disk; the revisions of a visit follow each other."""
        if today != self._day:
            self._day = today
            self.responses = self.marked = 0
        if visit.response != self._last:
            self._last = visit.response
            self.responses += 1
        if visit.marks and visit.response != self._last_marked:
            self._last_marked = visit.response
            self.marked += 1
