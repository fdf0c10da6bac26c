"""What every serial reader is: fed with bytes and time, it gives events and never raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from protocols.readers.events import ReaderEvent


@dataclass(slots=True, kw_only=True)
class Counts:
    """What a reader has met since it was made; only grows."""

    received_bytes: int = 0
    dropped_bytes: int = 0
    """Bytes that belong to no command and no frame."""
    messages: int = 0
    """Print jobs, scans, frames: whatever the device's unit is."""
    damaged: int = 0
    """Of these, the ones with something lost, and frames with a wrong checksum."""
    resyncs: int = 0
    """Times that silence or a new message cut something off unfinished."""


class Reader(Protocol):
    """Turns what a device sends into events. `t` is monotonic seconds, as the caller knows them.

    Whatever the bytes, nothing is raised and memory stays bounded; however they are cut into
    chunks, the events are the same.
    """

    counts: Counts

    def feed(self, data: bytes, t: float) -> list[ReaderEvent]:
        """Add received bytes and return the events that they completed."""
        ...

    def idle(self, t: float) -> list[ReaderEvent]:
        """Return the events that silence completes; call it every few tenths of a second."""
        ...

    def close(self) -> list[ReaderEvent]:
        """Return what the end of the stream completes: the port was closed or unplugged."""
        ...
