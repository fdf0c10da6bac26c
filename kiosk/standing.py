"""How sending stands, read from the outbox for the staff menu: what waits, what HQ has, doubts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from outbox import Outbox
from outbox.file import read_only
from protocols.errors import MessageError
from protocols.messages import Lane, Response, Stream
from protocols.wire import decode_event

# A day of a busy store; reading more would hold up the thread that saves.
_MOST_READ = 4_000
_PAGE = 200
_PAGE_BYTES = 1 << 22  # 200 of the largest


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How sending and today's visits stand."""

    waiting: Mapping[Lane, int] = field(default_factory=dict)
    """Events of each lane that HQ has not confirmed; none: the outbox cannot be read."""
    linked: bool = False
    committed_at_ms: int | None = None
    """When HQ last confirmed anything, since the start; None: not yet."""
    visits_today: int = 0
    doubted_today: int = 0
    """Visits of today that carry a mark of misuse."""


def read_standing(
    outbox: Outbox, *, linked: bool, committed_at_ms: int | None, since_ms: int
) -> Standing:
    """Return how it stands; today began at `since_ms`. Call it on the outbox's own thread."""
    waiting = dict.fromkeys(Lane, 0)
    for position in outbox.own_positions():
        waiting[position.stream.lane] += position.head - position.committed
    doubted: dict[str, bool] = {}
    for lane in Lane:
        for response in _latest(outbox, outbox.stream(lane), since_ms):
            marked = bool(response.marks)
            doubted[response.response] = doubted.get(response.response, False) or marked
    return Standing(
        waiting=waiting,
        linked=linked,
        committed_at_ms=committed_at_ms,
        visits_today=len(doubted),
        doubted_today=sum(doubted.values()),
    )


def _latest(outbox: Outbox, stream: Stream, since_ms: int) -> Iterator[Response]:
    """Yield the responses of a stream since then, the newest first, as far as it is worth it."""
    last = outbox.position(stream).head
    oldest = max(outbox.position(stream).oldest, last - _MOST_READ + 1, 1)
    while last >= oldest:
        first = max(oldest, last - _PAGE + 1)
        for payload in reversed(outbox.read(stream, first, last, _PAGE_BYTES)):
            try:
                event = decode_event(payload)
            except MessageError:
                continue
            if event.at.wall_ms < since_ms:
                return
            if isinstance(event, Response):
                yield event
        last = first - 1


def peek(path: Path) -> Standing:
    """Return what waits in the outbox file of a kiosk that runs, or of one that does not."""
    waiting = dict.fromkeys(Lane, 0)
    try:
        with closing(read_only(path)) as database:
            rows = database.execute("SELECT lane, sum(head - committed) FROM streams GROUP BY lane")
            waiting |= {Lane(lane): int(count) for lane, count in rows}
    except (sqlite3.Error, ValueError):
        return Standing()
    return Standing(waiting=waiting)
