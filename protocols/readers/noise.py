"""Whether a port of small messages seems to be at a wrong speed: bursts without a message."""

from __future__ import annotations

from protocols.readers.base import Counts
from protocols.readers.events import Doubt, ReaderEvent, Suspected

BAD_BURSTS = 3
"""One may be a plug that is pulled, two a device that is switched on."""


class Noise:
    """Judges one port by what its counts were at each pause."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._messages = self._dropped_bytes = 0
        self._bad_bursts = 0
        self._told = False

    def paused(self) -> list[ReaderEvent]:
        """Take that the line fell silent; return what there is to tell about the port."""
        understood = self._counts.messages > self._messages
        lost = self._counts.dropped_bytes > self._dropped_bytes
        self._messages, self._dropped_bytes = self._counts.messages, self._counts.dropped_bytes
        if understood:
            self._bad_bursts = 0
        elif lost:
            self._bad_bursts += 1
        suspicious = self._bad_bursts >= BAD_BURSTS
        if suspicious == self._told:
            return []
        self._told = suspicious
        return [Suspected(doubt=Doubt.BAUD if suspicious else None)]
