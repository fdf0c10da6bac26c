"""Bytes of deliveries to events that know when they truly happened (D7, D9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection

from hq_server.ingest import repository, true_time
from hq_server.ingest.arrival import Arrival, DeadLetter, Origin, understand
from hq_server.ingest.true_time import BootOffset
from protocols.errors import MessageError
from protocols.events import Event
from protocols.messages import Clock, Stream

# Boots of one device that one round keeps: a kiosk that was cut off for a month has fewer.
BOOTS_PER_DEVICE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """New events of one stream, one after the other."""

    stream: Stream
    first: int
    events: Sequence[bytes]
    origin: Origin


_Decoded = tuple[Delivery, list[Event | None]]


def decoded(
    connection: Connection, deliveries: Sequence[Delivery], letters: list[DeadLetter]
) -> list[Arrival]:
    """Return the events of deliveries with their true time; what cannot be read joins `letters`."""
    decoded = [(delivery, _understood(delivery, letters)) for delivery in deliveries]
    boots = _boots(decoded)
    known = repository.boot_offsets(connection, boots)
    offsets = dict(known)
    for delivery, events in decoded:
        _learn(offsets, delivery, events)
    repository.keep_boot_offsets(
        connection,
        {key: offsets[key] for key in boots if _moved(known.get(key), offsets[key])},
    )
    return [
        arrival for delivery, events in decoded for arrival in _arrivals(delivery, events, offsets)
    ]


def _understood(delivery: Delivery, letters: list[DeadLetter]) -> list[Event | None]:
    """Return a delivery's events, with None in the place of each that is a dead letter."""
    events: list[Event | None] = []
    origin = delivery.origin
    for seq, raw in enumerate(delivery.events, delivery.first):
        try:
            events.append(understand(raw, origin))
        except MessageError as error:
            events.append(None)
            letters.append(
                DeadLetter(origin=origin, raw=raw, why=str(error), stream=delivery.stream, seq=seq)
            )
    return events


def _boots(decoded: Iterable[_Decoded]) -> list[tuple[str, str]]:
    """Return the boots to look up and keep: of each device the first ones, and no flood of them.

    A clock of any further boot is judged by this round's events alone.
    """
    boots: dict[str, dict[str, None]] = defaultdict(dict)
    for delivery, events in decoded:
        said = {event.at.boot: None for event in events if event is not None}
        boots[delivery.stream.device].update(said)
    return sorted(
        (device, boot) for device, some in boots.items() for boot in islice(some, BOOTS_PER_DEVICE)
    )


def _learn(
    offsets: dict[tuple[str, str], BootOffset],
    delivery: Delivery,
    events: Iterable[Event | None],
) -> None:
    """Learn from a delivery's clocks; of those to be believed, the last one of a boot says all."""
    received_ms = delivery.origin.received_ms
    device = delivery.stream.device
    believed: dict[str, Clock] = {}
    for event in events:
        if event is None:
            continue
        clock = event.at
        if true_time.believed(clock, received_ms):
            believed[clock.boot] = clock
        else:
            key = (device, clock.boot)
            offsets[key] = true_time.learn(offsets.get(key), clock, received_ms)
    for boot, clock in believed.items():
        offsets[device, boot] = true_time.learn(None, clock, received_ms)


def _moved(before: BootOffset | None, after: BootOffset) -> bool:
    """Return whether an offset is worth writing: a synced clock's slow drift is not."""
    return (
        before is None
        or before.synced != after.synced
        or (not after.synced and before.offset_ms != after.offset_ms)
    )


def _arrivals(
    delivery: Delivery,
    events: Iterable[Event | None],
    offsets: Mapping[tuple[str, str], BootOffset],
) -> Iterator[Arrival]:
    origin, stream = delivery.origin, delivery.stream
    received_ms = origin.received_ms
    for at, event in enumerate(events):
        if event is None:
            continue
        clock = event.at
        believed = true_time.believed(clock, received_ms)
        offset = None if believed else offsets[stream.device, clock.boot]
        yield Arrival(
            event=event,
            raw=delivery.events[at],
            stream=stream,
            seq=delivery.first + at,
            origin=origin,
            occurred_ms=(
                min(clock.wall_ms, received_ms)
                if believed
                else true_time.occurred_ms(clock, received_ms, offset)
            ),
            clock_quality="synced" if believed else "reconstructed",
        )
