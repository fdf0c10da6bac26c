"""An event that reached HQ, with where it came from and when it truly happened. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from protocols.errors import MessageError
from protocols.messages import Event, Stream
from protocols.wire import decode_event

# Databases keep 64-bit integers; a number beyond this in an event is damage, not a count.
LARGEST_NUMBER = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which gateway brought something, for which store, and when it came."""

    gateway: str
    store: str
    received_at: datetime

    @property
    def received_ms(self) -> int:
        """When it came, Unix milliseconds."""
        return int(self.received_at.timestamp() * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One decoded event."""

    event: Event
    raw: bytes
    stream: Stream
    seq: int
    origin: Origin
    occurred_at: datetime
    clock_quality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """What could not be taken in, kept raw (D7)."""

    origin: Origin
    raw: bytes
    why: str
    stream: Stream | None = None
    seq: int | None = None


def understand(raw: bytes, origin: Origin) -> Event:
    """Return the event in `raw`; MessageError when HQ cannot keep it for this store."""
    event = decode_event(raw)
    if event.store != origin.store:
        raise MessageError(f"event of store {event.store}, but the gateway is in {origin.store}")
    for name in ("survey_version", "items", "offset_ms"):
        number = getattr(event, name, None)
        if number is not None and abs(number) > LARGEST_NUMBER:
            raise MessageError(f"{name} = {number!s:.40} is out of range")
    return event


def instant(milliseconds: int) -> datetime:
    """Return the instant of Unix milliseconds."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def printable(text: str) -> str:
    """Return `text` without NUL, which PostgreSQL cannot keep."""
    return text.replace("\x00", "\ufffd")


def optional(text: str | None) -> str | None:
    """Return `text` without NUL, or None."""
    return None if text is None else printable(text)
