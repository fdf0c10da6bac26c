"""Events that lie above a hole: HQ lost what went before, and only the device can send that (D5).

While the device may come back they wait. When it is dead for good an operator gives the hole up.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from outbox.log import Outbox
from protocols.messages import Lane, Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A run of a relayed stream that is neither here nor at HQ, below events that are here."""

    stream: Stream
    first: int
    last: int
    held_through: int
    """The last of the events that follow it without another hole."""


def holes(connection: sqlite3.Connection) -> list[Hole]:
    """Return the lowest hole of each stream that has one; a read-only connection will do."""
    found: list[Hole] = []
    rows = connection.execute(
        "SELECT id, device, epoch, lane, head FROM streams WHERE origin = 0 ORDER BY id"
    ).fetchall()
    for number, device, epoch, lane, head in rows:
        (above,) = connection.execute(
            "SELECT min(seq) FROM events WHERE stream = ? AND seq > ?", (number, head)
        ).fetchone()
        if above is not None:
            hole = Hole(
                stream=Stream(device=device, epoch=epoch, lane=Lane(lane)),
                first=head + 1,
                last=above - 1,
                held_through=_run_from(connection, number, above),
            )
            found.append(hole)
    return found


def give_up(outbox: Outbox, hole: Hole) -> None:
    """Let the events above a hole go to HQ, which records the hole as missing.

    `committed` stays as it is: nothing here may say that HQ has what it has not.
    """
    of = hole.stream
    with outbox.transaction():
        outbox.database.execute(
            "UPDATE streams SET oldest = ?1, floor = ?1, head = ?2"
            " WHERE device = ?3 AND epoch = ?4 AND lane = ?5 AND head = ?6",
            (hole.last + 1, hole.held_through, of.device, of.epoch, of.lane, hole.first - 1),
        )


def _run_from(connection: sqlite3.Connection, stream: int, first: int) -> int:
    last = first
    rows = connection.execute(
        "SELECT seq FROM events WHERE stream = ? AND seq > ? ORDER BY seq", (stream, first)
    )
    for (seq,) in rows:
        if seq != last + 1:
            break
        last = seq
    rows.close()
    return last
