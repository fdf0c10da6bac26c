"""What was not taken of whom, and why: counted by kind and logged once per episode."""

from __future__ import annotations

import logging
from collections import Counter
from enum import StrEnum

from protocols.messages import Clock

logger = logging.getLogger(__name__)

# A device that does it again within this is in the same episode: a line, not a flood of them.
EPISODE_MS = 3_600_000


class Kind(StrEnum):
    """Why something of a device was not taken."""

    FOREIGN = "foreign"
    """It speaks for another device."""
    IMPOSSIBLE = "impossible"
    """An account of itself that cannot be true."""
    LEAP = "leap"
    """A batch far beyond all that came before."""
    EPOCHS = "epochs"
    """It renews its epoch over and over."""
    SHARE = "share"
    """It holds its share of the outbox already: not refused, but left without an answer."""
    UNDECODABLE = "undecodable"
    """A frame that is no message."""
    UNEXPECTED = "unexpected"
    """A message that only a receiver sends."""
    QUESTIONS = "questions"
    """It asks how cases stand, without end."""


class Refusals:
    """Counts, and speaks up when an episode begins."""

    def __init__(self) -> None:
        self.counts: Counter[Kind] = Counter()
        self._by_device: dict[str, Counter[Kind]] = {}
        self._last_ms: dict[tuple[str, Kind], int] = {}

    def note(self, device: str, kind: Kind, why: str, now: Clock) -> None:
        """Count one."""
        self.counts[kind] += 1
        self._by_device.setdefault(device, Counter())[kind] += 1
        last_ms = self._last_ms.get((device, kind))
        self._last_ms[device, kind] = now.mono_ms
        if last_ms is None or now.mono_ms - last_ms >= EPISODE_MS:
            verb = "held back" if kind is Kind.SHARE else "refused"
            logger.warning("device=%s %s (%s): %s", device, verb, kind, why)

    def of(self, device: str) -> int:
        """Return how many messages of the device were refused since the start."""
        return sum(self._by_device.get(device, Counter()).values())

    def lately(self, device: str, kind: Kind, now: Clock, within_ms: int = EPISODE_MS) -> bool:
        """Whether that happened to the device a short while ago."""
        last_ms = self._last_ms.get((device, kind))
        return last_ms is not None and now.mono_ms - last_ms < within_ms
