"""Shows what a pad sends, for tools: it greets the pad and acknowledges nothing.

So the pad keeps every press, and hands it over to its gateway later.
"""

from __future__ import annotations

from collections import deque

from protocols.pad import frames
from protocols.pad.host import Offered, PadHost
from protocols.readers.base import Counts
from protocols.readers.events import KeyPressed, ReaderEvent

_SHOWN_KEPT = 4096


class PadEar:
    """Reads one pad without taking anything of it."""

    def __init__(self, scores: tuple[int, ...]) -> None:
        """`scores` of key 1, key 2, …"""
        self.counts = Counts()
        self._scores = scores
        self._host = PadHost()
        self._frames = frames.Frames()
        # A press that nobody acknowledges comes again and again.
        self._shown: deque[tuple[object, ...]] = deque(maxlen=_SHOWN_KEPT)

    def feed(self, data: bytes, t: float) -> list[ReaderEvent]:
        """Add received bytes and return the presses in them, each once."""
        for event in self._host.feed(data, t):
            if isinstance(event, Offered):
                self._host.opened(event.hello.acked, event.nonce)
        found = self._frames.receive(data)
        self.counts.received_bytes += len(data)
        self.counts.messages += sum(kind < frames.WHO for kind, _ in found)
        self.counts.damaged = self._frames.damaged
        self.counts.dropped_bytes = self._frames.dropped_bytes
        return [self._pressed(fields) for kind, fields in found if self._is_new(kind, fields)]

    def idle(self, t: float) -> list[ReaderEvent]:
        """Ask who is there."""
        for event in self._host.tick(t):
            if isinstance(event, Offered):
                self._host.opened(event.hello.acked, event.nonce)
        return []

    def close(self) -> list[ReaderEvent]:
        """The port is gone."""
        self._host.lost()
        self._frames.clear()
        return []

    def to_send(self) -> bytes:
        """Return what is to be written now: who is there, and that it is welcome."""
        return self._host.to_send()

    def _is_new(self, kind: int, fields: tuple[object, ...]) -> bool:
        if kind != frames.PRESS or fields[:3] in self._shown:
            return False
        self._shown.append(fields[:3])
        return True

    def _pressed(self, fields: tuple[int | bytes, ...]) -> KeyPressed:
        key = int(fields[4])
        score = self._scores[key - 1] if 1 <= key <= len(self._scores) else None
        return KeyPressed(key=str(key), score=score)
