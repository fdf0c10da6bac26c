"""How often a kiosk may ask for a case: so many a minute, and ever slower after wrong codes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from protocols.messages import Clock

MINUTE_MS = 60_000
MOST_A_MINUTE = 10
# Beyond this it is no shopper but a program: its link is closed.
FLOOD_A_MINUTE = 60
WRONG_BEFORE_WAIT = 10
FIRST_WAIT_MS, LONGEST_WAIT_MS = 30_000, 1_800_000
# Wrong codes of this long ago count no more.
FORGIVEN_AFTER_MS = 3_600_000


@dataclass(slots=True)
class _Asker:
    asked: deque[int] = field(default_factory=lambda: deque(maxlen=FLOOD_A_MINUTE))
    """When it asked in the last minute, whether it was let or not."""
    let: deque[int] = field(default_factory=lambda: deque(maxlen=MOST_A_MINUTE))
    wrong: int = 0
    wrong_ms: int = 0
    wait_until_ms: int = 0


class Guesses:
    """What each device asked lately; nothing of it says for which code."""

    def __init__(self) -> None:
        self._askers: dict[str, _Asker] = {}

    def floods(self, device: str, now: Clock) -> bool:
        """Note that a device asks; say whether it does so without end."""
        asked = self._askers.setdefault(device, _Asker()).asked
        asked.append(now.mono_ms)
        return len(asked) == FLOOD_A_MINUTE and now.mono_ms - asked[0] < MINUTE_MS

    def wait_s(self, device: str, now: Clock) -> int:
        """Let a device ask now and return 0, or return after how many seconds it may."""
        asker = self._askers.setdefault(device, _Asker())
        if now.mono_ms < asker.wait_until_ms:
            return _seconds(asker.wait_until_ms - now.mono_ms)
        if len(asker.let) == MOST_A_MINUTE:
            free_ms = asker.let[0] + MINUTE_MS
            if now.mono_ms < free_ms:
                return _seconds(free_ms - now.mono_ms)
        asker.let.append(now.mono_ms)
        return 0

    def wrong(self, device: str, now: Clock) -> None:
        """Count a code that no case has."""
        asker = self._askers.setdefault(device, _Asker())
        if now.mono_ms - asker.wrong_ms >= FORGIVEN_AFTER_MS:
            asker.wrong = 0
        asker.wrong += 1
        asker.wrong_ms = now.mono_ms
        beyond = asker.wrong - WRONG_BEFORE_WAIT
        if beyond >= 0:
            wait_ms = min(FIRST_WAIT_MS << min(beyond, 16), LONGEST_WAIT_MS)
            asker.wait_until_ms = now.mono_ms + wait_ms


def _seconds(milliseconds: int) -> int:
    return -(-milliseconds // 1000)
