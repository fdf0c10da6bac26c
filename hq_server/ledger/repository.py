"""Accounts, offers, replays and dead letters in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.database import among, chunks, insert
from hq_server.tables import (
    dead_letters,
    devices,
    gateways,
    offers,
    replays,
    stream_accounts,
    streams,
)
from protocols.messages import Stream

_STREAM = ("device", "epoch", "lane")
_OWNED = (*_STREAM, "store_id")
Row = dict[str, object]
Books = sa.Table


def keep_accounts(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write what devices say of their streams: the last word stands."""
    _keep(connection, stream_accounts, rows)


def keep_offers(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write what gateways offered: the last offer stands."""
    _keep(connection, offers, rows)


def _keep(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    if not rows:
        return
    statement = insert(connection, table)
    new = {name: statement.excluded[name] for name in table.c.keys() if name not in _OWNED}  # noqa: SIM118 - columns
    connection.execute(statement.on_conflict_do_update(index_elements=_OWNED, set_=new), rows)


# --- bounds (see bounds.py) ----------------------------------------------------------------------


def key(row: Row) -> tuple[str, ...]:
    """Return what names a stream at a store."""
    return tuple(str(row[name]) for name in _OWNED)


def here(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> set[tuple[str, ...]]:
    """Return which of these streams a table has."""
    columns = [table.c[name] for name in _OWNED]
    found: set[tuple[str, ...]] = set()
    for some in chunks([key(row) for row in rows]):
        wanted = sa.select(*columns).where(sa.tuple_(*columns).in_(some))
        found.update(tuple(row) for row in connection.execute(wanted))
    return found


def count_of_devices(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Row]
) -> dict[tuple[str, str], int]:
    """Return how many streams a table has of these rows' devices, by device and store."""
    columns = (table.c.device, table.c.store_id)
    devices_ = {str(row["device"]) for row in rows}
    wanted = sa.select(*columns, sa.func.count()).where(among(connection, table.c.device, devices_))
    counted = connection.execute(wanted.group_by(*columns))
    return {(device, store): number for device, store, number in counted}


def count_of_gateways(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Row]
) -> dict[str, int]:
    """Return how many streams a table has of these rows' gateways."""
    stores = {str(row["store_id"]) for row in rows}
    wanted = (
        sa.select(table.c.gateway_id, sa.func.count())
        .where(among(connection, table.c.store_id, stores))
        .group_by(table.c.gateway_id)
    )
    return {gateway: number for gateway, number in connection.execute(wanted)}


def forget_oldest(
    connection: sa.Connection, device: str, store: str, number: int, before: datetime
) -> int:
    """Delete a device's accounts that were said longest ago, before `before`; return how many."""
    table = stream_accounts
    of_device = (table.c.device == device, table.c.store_id == store)
    oldest = (
        sa.select(table.c.epoch, table.c.lane)
        .where(*of_device, table.c.said_at < before)
        .order_by(table.c.said_at, table.c.epoch, table.c.lane)
        .limit(number)
    )
    named = sa.tuple_(table.c.epoch, table.c.lane).in_(oldest)
    return connection.execute(sa.delete(table).where(*of_device, named)).rowcount


# --- replays ------------------------------------------------------------------------------------


def open_replays(
    connection: sa.Connection, wanted: Sequence[Stream]
) -> dict[tuple[Stream, str], tuple[str, int, int]]:
    """Return id, first and last seq of HQ's open losses of these streams, by stream and store."""
    key = sa.tuple_(replays.c.device, replays.c.epoch, replays.c.lane)
    found: dict[tuple[Stream, str], tuple[str, int, int]] = {}
    for some in chunks([(each.device, each.epoch, str(each.lane)) for each in wanted]):
        rows = connection.execute(
            sa.select(replays).where(
                key.in_(some), replays.c.done_at.is_(None), replays.c.lost_by == "hq"
            )
        )
        for row in rows:
            stream = Stream(device=row.device, epoch=row.epoch, lane=row.lane)
            found[stream, row.store_id] = (row.id, row.first, row.last)
    return found


def open_replays_of(connection: sa.Connection, gateway: str) -> int:
    """Return how many losses stand open that one gateway told of."""
    counted = sa.select(sa.func.count()).where(
        replays.c.gateway_id == gateway, replays.c.done_at.is_(None)
    )
    return connection.execute(counted).scalar_one()


def add_replays(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write new replays; one that is known already stays as it is."""
    if rows:
        statement = insert(connection, replays).on_conflict_do_nothing(index_elements=["id"])
        connection.execute(statement, rows)


def lengthen_replay(connection: sa.Connection, replay: str, last: int) -> None:
    """Move the end of an open loss."""
    connection.execute(sa.update(replays).where(replays.c.id == replay).values(last=last))


def close_healed(connection: sa.Connection, now: datetime) -> list[sa.Row[tuple[object, ...]]]:
    """Close HQ's losses that the watermark has passed; return them."""
    passed = (
        sa.select(streams.c.device)
        .where(
            *(streams.c[name] == replays.c[name] for name in _STREAM),
            streams.c.through >= replays.c.last,
        )
        .exists()
    )
    statement = (
        sa.update(replays)
        .where(replays.c.done_at.is_(None), passed)
        .values(done_at=now)
        .returning(replays)
    )
    return list(connection.execute(statement))


def open_count(connection: sa.Connection, scope: Scope) -> int:
    """Return how many losses stand open."""
    counted = sa.select(sa.func.count()).where(
        replays.c.done_at.is_(None), scope.of(replays.c.store_id)
    )
    return connection.execute(counted).scalar_one()


def any_open(connection: sa.Connection) -> bool:
    """Return whether any loss stands open."""
    first = sa.select(replays.c.id).where(replays.c.done_at.is_(None)).limit(1)
    return connection.execute(first).first() is not None


def replay_rows(connection: sa.Connection, scope: Scope, limit: int) -> list[sa.RowMapping]:
    """Return replays: the open ones first, then the latest noticed."""
    wanted = (
        sa.select(replays)
        .where(scope.of(replays.c.store_id))
        .order_by(replays.c.done_at.is_not(None), replays.c.noticed_at.desc(), replays.c.id)
        .limit(limit)
    )
    return list(connection.execute(wanted).mappings())


# --- the ledger ---------------------------------------------------------------------------------


def stream_rows(connection: sa.Connection, scope: Scope) -> Iterable[sa.Row[tuple[object, ...]]]:
    """Return what HQ has of each stream."""
    names = (*_OWNED, "gateway_id", "through", "duplicates", "holes")
    wanted = sa.select(*(streams.c[name] for name in names)).where(scope.of(streams.c.store_id))
    return connection.execute(wanted)


def account_rows(connection: sa.Connection, scope: Scope) -> Iterable[sa.Row[tuple[object, ...]]]:
    """Return what devices said, each with when its device was heard last and its epoch then."""
    # What is said when a gateway goes names no stream.
    gateway_heard = sa.case((gateways.c.online, gateways.c.state_at))
    heard = sa.func.coalesce(devices.c.seen_at, gateway_heard).label("heard_at")
    epoch_now = sa.func.coalesce(devices.c.epoch, gateways.c.epoch).label("epoch_now")
    wanted = (
        sa.select(stream_accounts, heard, epoch_now)
        .select_from(
            stream_accounts.outerjoin(devices, devices.c.id == stream_accounts.c.device).outerjoin(
                gateways, gateways.c.id == stream_accounts.c.device
            )
        )
        .where(scope.of(stream_accounts.c.store_id))
    )
    return connection.execute(wanted)


def offer_rows(connection: sa.Connection, scope: Scope) -> Iterable[sa.Row[tuple[object, ...]]]:
    """Return what gateways offered last, each with whether its gateway is online."""
    wanted = (
        sa.select(offers, gateways.c.online)
        .select_from(offers.outerjoin(gateways, gateways.c.id == offers.c.gateway_id))
        .where(scope.of(offers.c.store_id))
    )
    return connection.execute(wanted)


def letters_of_streams(
    connection: sa.Connection, scope: Scope
) -> Iterable[sa.Row[tuple[object, ...]]]:
    """Return how many dead letters stand open, by stream and store; whole messages by store."""
    key = [dead_letters.c[name] for name in _OWNED]
    wanted = (
        sa.select(*key, sa.func.count().label("letters"))
        .where(dead_letters.c.done_at.is_(None), scope.of(dead_letters.c.store_id))
        .group_by(*key)
    )
    return connection.execute(wanted)


# --- dead letters -------------------------------------------------------------------------------


def letter_rows(
    connection: sa.Connection, scope: Scope, *, done: bool, device: str | None, limit: int
) -> list[sa.RowMapping]:
    """Return dead letters that stand open, or those that were taken in; the latest first."""
    settled = dead_letters.c.done_at
    wanted = sa.select(dead_letters).where(
        scope.of(dead_letters.c.store_id), settled.is_not(None) if done else settled.is_(None)
    )
    if device is not None:
        wanted = wanted.where(dead_letters.c.device == device)
    latest = dead_letters.c.received_at.desc(), dead_letters.c.id.desc()
    return list(connection.execute(wanted.order_by(*latest).limit(limit)).mappings())


def letter(connection: sa.Connection, scope: Scope, id_: str) -> sa.RowMapping | None:
    """Return one dead letter, locked until the transaction ends."""
    wanted = sa.select(dead_letters).where(
        dead_letters.c.id == id_, scope.of(dead_letters.c.store_id)
    )
    return connection.execute(wanted.with_for_update()).mappings().one_or_none()


def open_letter_ids(connection: sa.Connection, scope: Scope, device: str | None) -> list[str]:
    """Return which dead letters stand open, the oldest first."""
    wanted = sa.select(dead_letters.c.id).where(
        scope.of(dead_letters.c.store_id), dead_letters.c.done_at.is_(None)
    )
    if device is not None:
        wanted = wanted.where(dead_letters.c.device == device)
    oldest = dead_letters.c.received_at, dead_letters.c.id
    return list(connection.execute(wanted.order_by(*oldest)).scalars())


def tried(connection: sa.Connection, id_: str, now: datetime, why: str | None) -> None:
    """Note that a dead letter was tried again: done, or why it still cannot be taken in."""
    change: Row = {"tried_at": now}
    change |= {"done_at": now} if why is None else {"why": why.replace("\x00", " ")[:500]}
    connection.execute(sa.update(dead_letters).where(dead_letters.c.id == id_).values(**change))
