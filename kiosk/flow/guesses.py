"""Wrong case codes: after a few of them one has to wait, longer each time."""

from __future__ import annotations

FREE_GUESSES = 5
FIRST_WAIT_S = 30
LONGEST_WAIT_S = 3_600
# After so long without a wrong code all is forgotten: it was somebody else's poor eyes.
FORGIVEN_AFTER_S = 600


class Guesses:
    """Counts wrong codes at one kiosk; times in milliseconds since the machine's start."""

    def __init__(self) -> None:
        self._wrong = 0
        self._until_ms = 0

    def wait_s(self, now_ms: int) -> int:
        """Return for how many seconds no code may be tried; 0: now."""
        return max(0, -(-(self._until_ms - now_ms) // 1000))

    def wrong(self, now_ms: int) -> None:
        """Count a wrong code."""
        if now_ms >= self._until_ms + FORGIVEN_AFTER_S * 1000:
            self._wrong = 0
        self._wrong += 1
        beyond = self._wrong - FREE_GUESSES
        wait_s = 0 if beyond < 0 else min(LONGEST_WAIT_S, FIRST_WAIT_S << min(beyond, 10))
        self.told_to_wait(now_ms, wait_s)

    def told_to_wait(self, now_ms: int, wait_s: int) -> None:
        """Wait so long at least, because the gateway or HQ says so."""
        self._until_ms = max(self._until_ms, now_ms + wait_s * 1000)
