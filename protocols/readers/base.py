"""What every serial reader is: fed with bytes and time, it gives events and never raises."""

from __future__ import annotations

from typing import Protocol

from protocols.readers.receipt import ReceiptRead

ReaderEvent = ReceiptRead


class Reader(Protocol):
    """Turns what a device sends into events. `t` is monotonic seconds, as the caller knows them."""

    def feed(self, data: bytes, t: float) -> list[ReaderEvent]:
        """Add received bytes and return the events that they completed."""
        ...

    def idle(self, t: float) -> list[ReaderEvent]:
        """Return the events that silence completes; call it every few tenths of a second."""
        ...

    def close(self) -> list[ReaderEvent]:
        """Return what the end of the stream completes: the port was closed or unplugged."""
        ...
