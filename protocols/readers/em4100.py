"""Reads 125 kHz cards by ASCII readers such as RDM6300 and ID-12.

A frame is STX, ten hex digits, two of their XOR, ETX.

A UID names a person: it leaves only through `identify`, and nothing of it is kept.
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from string import hexdigits

from protocols.readers.base import Counts
from protocols.readers.events import CardPresented, Identify, ReaderEvent
from protocols.readers.noise import Noise
from protocols.readers.presence import Presence

AWAY_SECONDS = 0.3
"""RDM6300 sends a card every 50 to 65 ms for as long as it is near."""
TECHNOLOGY = "em4100"
_STX, _ETX = 0x02, 0x03
_DIGITS = 12
# ID-12 and ID-20 put CR LF before ETX.
_LONGEST_FRAME_BYTES = 1 + _DIGITS + 2 + 1
_HEX = frozenset(hexdigits.encode())


class Em4100Reader:
    """Reads one reader of cards."""

    def __init__(self, *, identify: Identify) -> None:
        self.counts = Counts()
        self._noise = Noise(self.counts)
        self._identify = identify
        self._presence = Presence(AWAY_SECONDS)
        self._pending = bytearray()
        self._last_t: float | None = None

    def feed(self, data: bytes, t: float) -> list[ReaderEvent]:
        """Add received bytes and return the cards that have just come."""
        events = self.idle(t)
        if not data:
            return events
        self.counts.received_bytes += len(data)
        self._last_t = t
        self._pending += data
        return events + self._take(t)

    def idle(self, t: float) -> list[ReaderEvent]:
        """Give up half a frame."""
        if self._last_t is None or t - self._last_t < AWAY_SECONDS:
            return []
        self._last_t = None
        self._give_up()
        return self._noise.paused()

    def close(self) -> list[ReaderEvent]:
        """Forget everything."""
        self._presence.gone()
        self._last_t = None
        self._give_up()
        return []

    def _take(self, t: float) -> list[ReaderEvent]:
        events: list[ReaderEvent] = []
        pending = self._pending
        while True:
            start = pending.find(_STX)
            self._drop(len(pending) if start < 0 else start)
            if not pending:
                return events
            end, again = pending.find(_ETX), pending.find(_STX, 1)
            if 0 < again < end or (end < 0 < again) or end >= _LONGEST_FRAME_BYTES:
                self._damage()
            elif end >= 0:
                events += self._read(bytes(pending[1:end]), t)
                del pending[: end + 1]
            elif len(pending) >= _LONGEST_FRAME_BYTES:
                self._damage()
            else:
                return events

    def _read(self, content: bytes, t: float) -> list[ReaderEvent]:
        digits = content.removesuffix(b"\r\n")
        if len(digits) != _DIGITS or not _HEX.issuperset(digits):
            self.counts.damaged += 1
            self.counts.dropped_bytes += len(content) + 2
            return []
        *uid, told = bytes.fromhex(digits.decode("ascii"))
        if reduce(xor, uid) != told:
            self.counts.damaged += 1
            self.counts.dropped_bytes += len(content) + 2
            return []
        self.counts.messages += 1
        card = self._identify(bytes(uid).hex().upper())
        if not self._presence.seen(card, t):
            return []
        return [CardPresented(technology=TECHNOLOGY, card=card)]

    def _damage(self) -> None:
        """Let go of an STX that begins no frame."""
        self.counts.damaged += 1
        self._drop(1)

    def _give_up(self) -> None:
        if self._pending:
            self.counts.resyncs += 1
            self.counts.damaged += 1
            self._drop(len(self._pending))

    def _drop(self, count: int) -> None:
        self.counts.dropped_bytes += count
        del self._pending[:count]
