"""A clock for silences: it stands still while nobody came to look at the line."""

from __future__ import annotations

import time
from collections.abc import Callable


class AwakeClock:
    """Monotonic seconds, without those by which an expected look was late.

    A loop that is held up (a busy or stopped machine) finds bytes that waited in the kernel: what
    was silent is the gateway, not the line, and a receipt must not be cut in two for it.
    """

    def __init__(self, read: Callable[[], float] = time.monotonic, *, patient: bool = True) -> None:
        """`read`: the clock underneath, in seconds; one that is not patient goes as that does."""
        self._read = read
        self._patient = patient
        self._seen = read()
        self._missed = 0.0
        self._due: dict[str, float] = {}

    def expect(self, look: str, in_s: float) -> None:
        """Take that a look of this name comes in so many seconds; until then none is late."""
        self._due[look] = self._read() + in_s

    def met(self, look: str) -> None:
        """Take that it came, and that no other of its name is on the way."""
        self.now()
        self._due.pop(look, None)

    def now(self) -> float:
        """Return the seconds by this clock; the differences mean something, the number does not."""
        read = self._read()
        if self._due and self._patient:
            # What was seen since then was no lateness: the loop did run.
            self._missed += max(0.0, read - max(self._seen, min(self._due.values())))
        self._seen = read
        return read - self._missed
