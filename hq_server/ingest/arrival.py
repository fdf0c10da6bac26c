"""An event that reached HQ, with where it came from and when it truly happened. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from hq_server.devices.presence import UNKNOWN_WAY, Way
from protocols.errors import MessageError
from protocols.events import Event
from protocols.messages import Response, Stream
from protocols.till_events import ReceiptLinked, ReceiptSeen
from protocols.wire import decode_event

# Databases keep 64-bit integers; a number beyond this in an event is damage, not a count.
LARGEST_NUMBER = 2**53
_NUMBER_OF: Mapping[type, str] = {
    Response: "survey_version",
    ReceiptSeen: "items",
    ReceiptLinked: "offset_ms",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which gateway brought something, for which store, and when it came."""

    gateway: str
    store: str
    received_at: datetime
    way: Way = UNKNOWN_WAY

    @property
    def received_ms(self) -> int:
        """When it came, Unix milliseconds."""
        return int(self.received_at.timestamp() * 1000)


# A struct, because there is one for each event: made six times as fast as a frozen dataclass,
# and nothing for the garbage collector to walk over (no arrival can be part of a cycle).
class Arrival(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One decoded event."""

    event: Event
    raw: bytes
    stream: Stream
    seq: int
    origin: Origin
    occurred_ms: int
    """When it truly happened, Unix milliseconds."""
    clock_quality: str

    @property
    def occurred_at(self) -> datetime:
        """When it truly happened."""
        return instant(self.occurred_ms)


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
    name = _NUMBER_OF.get(type(event))
    if name is not None:
        number = getattr(event, name)
        if number is not None and abs(number) > LARGEST_NUMBER:
            raise MessageError(f"{name} = {number!s:.40} is out of range")
    return event


def instant(milliseconds: int) -> datetime:
    """Return the instant of Unix milliseconds."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def milliseconds(at: datetime) -> int:
    """Return an instant as Unix milliseconds."""
    return round(at.timestamp() * 1000)


def printable(text: str) -> str:
    """Return `text` without NUL, which PostgreSQL cannot keep."""
    return text.replace("\x00", "\ufffd")


def optional(text: str | None) -> str | None:
    """Return `text` without NUL, or None."""
    return None if text is None else printable(text)
