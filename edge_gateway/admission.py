"""How much one device may bring: a share of the outbox, and a number of streams.

One device that floods, or that renews its epoch over and over, must leave the others their room.
Sizes are estimated from what the device handed over lately.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from edge_gateway.refusals import Kind
from protocols.delivery import Position
from protocols.messages import Clock, Lane, Stream

# Of the outbox's quota. Bare taps are held back first, so that a warning still finds room (D1).
SHARE = 1 / 3
BULK_SHARE = 1 / 4
# Streams with something that HQ lacks; a device has two per epoch.
MOST_WAITING_STREAMS = 64
# Streams that this gateway has not seen before. A device whose gateway was replaced may bring all
# that it remembers at once (Accounts in protocols/messages.py); nobody mints epochs by the hour.
MOST_NEW_STREAMS = 256
ONE_MORE_STREAM_EVERY_MS = 600_000

_ROW_BYTES = 24  # what SQLite adds to a payload
_REMEMBERED_EVENTS = 10_000


@dataclass(slots=True)
class _Holding:
    waiting_events: int = 0
    waiting_bytes: float = 0.0
    waiting_streams: int = 0
    # A tap is about this long; the first batch outweighs it.
    seen_bytes: float = 400.0
    seen_events: float = 1.0
    new_streams: float = 0.0
    new_streams_ms: int = 0

    @property
    def row_bytes(self) -> float:
        """What an event takes, by what was brought lately."""
        return self.seen_bytes / self.seen_events + _ROW_BYTES

    @property
    def bytes(self) -> float:
        # Long events that short ones followed still take what they take.
        return max(self.waiting_bytes, self.waiting_events * self.row_bytes)


class Admission:
    """What each device holds of the outbox."""

    def __init__(self, quota_bytes: int | None, positions: Iterable[Position]) -> None:
        """`quota_bytes`: what the outbox may take; None: as much as it likes."""
        self.quota_bytes = quota_bytes
        self._devices: dict[str, _Holding] = {}
        self._waiting: dict[Stream, tuple[int, float]] = {}
        """Events, and their bytes by the estimate of when they came."""
        for position in positions:
            self.moved(position)

    def moved(self, position: Position) -> None:
        """Take where a stream stands now."""
        waiting = max(0, position.head - position.committed)
        before, before_bytes = self._waiting.get(position.stream, (0, 0.0))
        if waiting == before:
            return
        holding = self._holding(position.stream.device)
        if waiting > before:
            size = before_bytes + (waiting - before) * holding.row_bytes
        else:
            size = before_bytes * waiting / before
        holding.waiting_events += waiting - before
        holding.waiting_streams += (waiting > 0) - (before > 0)
        holding.waiting_bytes += size - before_bytes
        if waiting:
            self._waiting[position.stream] = waiting, size
        else:
            del self._waiting[position.stream]

    def brought(self, device: str, count: int, size_bytes: int) -> None:
        """Learn how long the device's events are."""
        holding = self._holding(device)
        holding.seen_bytes += size_bytes
        holding.seen_events += count
        if holding.seen_events > _REMEMBERED_EVENTS:
            holding.seen_bytes /= 2
            holding.seen_events /= 2

    def full(self, device: str, lane: Lane) -> bool:
        """Whether the device holds its share, so that more of it has to wait."""
        if self.quota_bytes is None:
            return False
        share = BULK_SHARE if lane is Lane.BULK else SHARE
        return self._holding(device).bytes >= share * self.quota_bytes

    def has_room(self, device: str) -> bool:
        """Whether HQ has taken so much that a device which was held back may go on for a while."""
        if self.quota_bytes is None:
            return True
        return self._holding(device).bytes < BULK_SHARE / 2 * self.quota_bytes

    def another_stream(self, device: str, now: Clock) -> Kind | None:
        """Let the device bring a stream not seen before, or say why not."""
        holding = self._holding(device)
        if holding.waiting_streams >= MOST_WAITING_STREAMS:
            return Kind.EPOCHS
        aged = (now.mono_ms - holding.new_streams_ms) / ONE_MORE_STREAM_EVERY_MS
        holding.new_streams = max(0.0, holding.new_streams - aged)
        holding.new_streams_ms = now.mono_ms
        if holding.new_streams + 1 > MOST_NEW_STREAMS:
            return Kind.EPOCHS
        holding.new_streams += 1
        return None

    def _holding(self, device: str) -> _Holding:
        return self._devices.setdefault(device, _Holding())
