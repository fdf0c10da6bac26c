"""When a pad's press was, by the gateway's own clock: pads count milliseconds since their start.

A pad has no clock of its own. An exchange of two frames says what its count is now; the one that
took least time is the truest. Each start of a pad has an offset of its own (P17).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

# A crystal drifts 50 ppm, so 30 ms in ten minutes: then a slower exchange is truer than an old one.
_GOOD_FOR_S = 600.0
_MOST_BOOTS = 64


@dataclass(slots=True)
class _Offset:
    seconds: float
    """The caller's seconds at the pad's 0."""
    round_trip_s: float
    at: float


class PadClock:
    """The starts of pads that were heard of; times are the caller's monotonic seconds."""

    def __init__(self) -> None:
        self._boots: OrderedDict[int, _Offset] = OrderedDict()

    def heard(self, boot: int, pad_ms: int, t: float) -> None:
        """Learn from a frame that the pad made just before it came: better than nothing."""
        self._learn(boot, _Offset(t - pad_ms / 1000, float("inf"), t))

    def exchanged(self, boot: int, pad_ms: int, sent: float, got: float) -> None:
        """Learn from an exchange: asked at `sent`, answered at `got`."""
        middle = (sent + got) / 2
        self._learn(boot, _Offset(middle - pad_ms / 1000, got - sent, got))

    def when(self, boot: int, pad_ms: int) -> float | None:
        """Return the caller's seconds of that moment; None for a start nobody heard of."""
        offset = self._boots.get(boot)
        return None if offset is None else offset.seconds + pad_ms / 1000

    def _learn(self, boot: int, new: _Offset) -> None:
        known = self._boots.get(boot)
        old = known is not None and new.at - known.at > _GOOD_FOR_S
        if known is None or new.round_trip_s <= known.round_trip_s or old:
            self._boots[boot] = new
        self._boots.move_to_end(boot)
        if len(self._boots) > _MOST_BOOTS:
            self._boots.popitem(last=False)
