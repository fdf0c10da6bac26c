"""Watermarks, dead letters, boots, leases and partitions in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from hq_server.database import chunks, insert, new_id
from hq_server.ingest.arrival import DeadLetter, Origin
from hq_server.ingest.true_time import BootOffset
from hq_server.ledger import bounds
from hq_server.tables import boots, dead_letters, leases, partitions, streams
from protocols.messages import Lane, Stream

# Holes remembered one by one; beyond that only their number is counted.
MISSING_KEPT = 50
_KEY = ("device", "epoch", "lane", "store_id")


@dataclass(slots=True, kw_only=True)
class Watermark:
    """How far HQ has a stream, and what happened on the way."""

    stream: Stream
    store: str
    gateway: str
    through: int = 0
    duplicates: int = 0
    gaps: int = 0
    holes: int = 0
    dead: int = 0
    missing: list[list[int]] = field(default_factory=list)
    first_at: datetime
    last_at: datetime
    changed: bool = False


def watermarks(
    connection: sa.Connection, wanted: Sequence[Stream]
) -> dict[tuple[Stream, str], Watermark]:
    """Return the watermarks of these streams at each store, locked until the transaction ends."""
    key = sa.tuple_(streams.c.device, streams.c.epoch, streams.c.lane)
    values = [(stream.device, stream.epoch, str(stream.lane)) for stream in wanted]
    if not values:
        return {}
    rows = connection.execute(sa.select(streams).where(key.in_(values)).with_for_update())
    marks = [_watermark(row) for row in rows]
    return {(mark.stream, mark.store): mark for mark in marks}


def too_many(
    connection: sa.Connection, begun: dict[tuple[Stream, str], Watermark]
) -> set[tuple[Stream, str]]:
    """Return which of these first watermarks are of more streams than a device or gateway has."""
    rows = {key: _mark_row(mark) for key, mark in begun.items()}
    _, refused = bounds.within(connection, streams, list(rows.values()))
    beyond = {id(row) for row in refused}
    return {key for key, row in rows.items() if id(row) in beyond}


def begin(
    connection: sa.Connection, begun: dict[tuple[Stream, str], Watermark]
) -> dict[tuple[Stream, str], Watermark]:
    """Write the first row of streams and return their watermarks, locked as the others are.

    Two processes may bring the first batch of a stream at once: one waits here for the other, and
    then sees what that one took in.
    """
    if not begun:
        return {}
    statement = insert(connection, streams).on_conflict_do_nothing(index_elements=_KEY)
    connection.execute(statement, [_mark_row(begun[key]) for key in sorted(begun)])
    found = watermarks(connection, sorted({stream for stream, _ in begun}))
    return {key: mark for key, mark in found.items() if key in begun}


def _watermark(row: sa.Row[tuple[object, ...]]) -> Watermark:
    return Watermark(
        stream=Stream(device=row.device, epoch=row.epoch, lane=Lane(row.lane)),
        store=row.store_id,
        gateway=row.gateway_id,
        through=row.through,
        duplicates=row.duplicates,
        gaps=row.gaps,
        holes=row.holes,
        dead=row.dead,
        missing=list(row.missing),
        first_at=row.first_at,
        last_at=row.last_at,
    )


def keep_watermarks(connection: sa.Connection, marks: Iterable[Watermark]) -> None:
    """Write the watermarks that changed."""
    rows = [_mark_row(mark) for mark in marks if mark.changed]
    if not rows:
        return
    statement = insert(connection, streams)
    changing = ("gateway_id", "through", "duplicates", "gaps", "holes", "dead", "missing")
    new = {name: statement.excluded[name] for name in (*changing, "last_at")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=_KEY, set_=new),
        rows,
    )


def _mark_row(mark: Watermark) -> dict[str, object]:
    return {
        "device": mark.stream.device,
        "epoch": mark.stream.epoch,
        "lane": str(mark.stream.lane),
        "store_id": mark.store,
        "gateway_id": mark.gateway,
        "through": mark.through,
        "duplicates": mark.duplicates,
        "gaps": mark.gaps,
        "holes": mark.holes,
        "dead": mark.dead,
        "missing": mark.missing[-MISSING_KEPT:],
        "first_at": mark.first_at,
        "last_at": mark.last_at,
    }


def bury(connection: sa.Connection, letters: Sequence[DeadLetter]) -> None:
    """Keep what could not be taken in, raw."""
    if letters:
        connection.execute(sa.insert(dead_letters), [_letter_row(letter) for letter in letters])


def _letter_row(letter: DeadLetter) -> dict[str, object]:
    return {
        "id": new_id(),
        "store_id": letter.origin.store,
        "gateway_id": letter.origin.gateway,
        "device": letter.stream.device if letter.stream else None,
        "epoch": letter.stream.epoch if letter.stream else None,
        "lane": str(letter.stream.lane) if letter.stream else None,
        "seq": letter.seq,
        "raw": letter.raw,
        "why": letter.why.replace("\x00", " ")[:500],
        "received_at": letter.origin.received_at,
    }


def whole_letters_since(connection: sa.Connection, origin: Origin, span: timedelta) -> int:
    """Return how many undecodable messages of a gateway were kept within `span`."""
    counted = sa.select(sa.func.count()).where(
        dead_letters.c.gateway_id == origin.gateway,
        dead_letters.c.device.is_(None),
        dead_letters.c.received_at > origin.received_at - span,
    )
    return connection.execute(counted).scalar_one()


def boot_offsets(
    connection: sa.Connection, wanted: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], BootOffset]:
    """Return what is known of these (device, boot) clocks."""
    key = sa.tuple_(boots.c.device, boots.c.boot)
    found: dict[tuple[str, str], BootOffset] = {}
    for some in chunks(wanted):
        for row in connection.execute(sa.select(boots).where(key.in_(some))):
            found[row.device, row.boot] = BootOffset(offset_ms=row.offset_ms, synced=row.synced)
    return found


def keep_boot_offsets(
    connection: sa.Connection, offsets: dict[tuple[str, str], BootOffset]
) -> None:
    """Write what was learnt of (device, boot) clocks."""
    if not offsets:
        return
    statement = insert(connection, boots)
    new = {name: statement.excluded[name] for name in ("offset_ms", "synced")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["device", "boot"], set_=new),
        [
            {"device": device, "boot": boot, "offset_ms": known.offset_ms, "synced": known.synced}
            for (device, boot), known in offsets.items()
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRow:
    """Who holds a lease, until when, and what it counted."""

    name: str
    holder: str
    token: str
    expires_at: datetime
    figures: dict[str, object]


def lease(connection: sa.Connection, name: str) -> LeaseRow | None:
    """Return who holds a lease, locked until the transaction ends."""
    row = connection.execute(
        sa.select(leases).where(leases.c.name == name).with_for_update()
    ).one_or_none()
    return None if row is None else _lease(row)


def leases_named(connection: sa.Connection, kind: str) -> list[LeaseRow]:
    """Return the leases whose names begin with `kind`, by name."""
    wanted = sa.select(leases).where(leases.c.name.startswith(kind, autoescape=True))
    return [_lease(row) for row in connection.execute(wanted.order_by(leases.c.name))]


def _lease(row: sa.Row[tuple[object, ...]]) -> LeaseRow:
    return LeaseRow(
        name=row.name,
        holder=row.holder,
        token=row.token,
        expires_at=row.expires_at,
        figures=row.figures or {},
    )


def keep_lease(connection: sa.Connection, row: LeaseRow) -> None:
    """Write who holds a lease, and what it counted."""
    statement = insert(connection, leases)
    new = {key: statement.excluded[key] for key in ("holder", "token", "expires_at", "figures")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_=new), asdict(row)
    )


def drop_lease(connection: sa.Connection, name: str, token: str) -> None:
    """Give a lease back, if it is still ours."""
    connection.execute(sa.delete(leases).where(leases.c.name == name, leases.c.token == token))


def lock_partitions(connection: sa.Connection) -> None:
    """Let no other process change who holds partitions until the transaction ends."""
    wanted = sa.select(partitions.c.id).order_by(partitions.c.id).with_for_update()
    connection.execute(wanted).all()


def partitions_held(connection: sa.Connection) -> dict[int, str | None]:
    """Return the token that holds each partition."""
    return {int(row.id): row.token for row in connection.execute(sa.select(partitions))}


def partitions_of(connection: sa.Connection, token: str) -> frozenset[int]:
    """Return the partitions that a token holds."""
    wanted = sa.select(partitions.c.id).where(partitions.c.token == token)
    return frozenset(int(id_) for id_ in connection.execute(wanted).scalars())


def hold_partitions(connection: sa.Connection, numbers: frozenset[int], token: str | None) -> None:
    """Write who holds these partitions."""
    if numbers:
        ids = [str(number) for number in sorted(numbers)]
        change = sa.update(partitions).where(partitions.c.id.in_(ids)).values(token=token)
        connection.execute(change)


def free_partitions(connection: sa.Connection, token: str) -> None:
    """Let go of all that a token holds."""
    change = sa.update(partitions).where(partitions.c.token == token).values(token=None)
    connection.execute(change)
