"""Briefs, their bodies, who holds them, and blocks of case codes in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hq_server.briefs.numbers import Block
from hq_server.database import among, insert, new_id
from hq_server.tables import (
    briefs,
    code_blocks,
    compositions,
    documents,
    gateways,
    holdings,
)
from protocols.briefs import BriefKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """A document that a gateway is to have and does not."""

    gateway: str
    store: str
    broker: str
    """Where the gateway spoke last; "" when that is not known."""
    kind: BriefKind
    version: str


# --- what is to be composed ---------------------------------------------------------------------


def mark_stale(connection: sa.Connection, stores: Iterable[str]) -> None:
    """Note that something changed that these stores' briefs are made of."""
    rows = [{"store_id": each, "stale": True} for each in sorted(set(stores))]
    if rows:
        statement = insert(connection, compositions)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["store_id"], set_={"stale": True}), rows
        )


def to_compose(connection: sa.Connection, before: datetime) -> list[tuple[str, str]]:
    """Return (store, gateway) of what is stale or was composed before then, the stale first."""
    stale = sa.or_(compositions.c.store_id.is_(None), compositions.c.stale)
    wanted = (
        sa.select(gateways.c.store_id, gateways.c.id)
        .select_from(
            gateways.outerjoin(compositions, compositions.c.store_id == gateways.c.store_id)
        )
        .where(sa.or_(stale, compositions.c.composed_at < before))
        .order_by(stale.desc(), compositions.c.composed_at, gateways.c.store_id)
    )
    return [(row.store_id, row.id) for row in connection.execute(wanted)]


def begin_composing(connection: sa.Connection, stores: Iterable[str], now: datetime) -> None:
    """Note that these stores' briefs are composed now, before it is read what they are made of.

    Whoever changes that in the meantime waits for this transaction and marks the store anew.
    """
    rows = [{"store_id": each, "stale": False, "composed_at": now} for each in sorted(set(stores))]
    statement = insert(connection, compositions)
    new = {name: statement.excluded[name] for name in ("stale", "composed_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["store_id"], set_=new), rows)


# --- what is wanted -----------------------------------------------------------------------------


def wanted_versions(
    connection: sa.Connection, stores: Iterable[str]
) -> dict[tuple[str, BriefKind], str]:
    """Return the versions that these stores are to hold, by store and kind."""
    found = sa.select(briefs).where(
        among(connection, briefs.c.addressee, stores), briefs.c.addressee == briefs.c.store_id
    )
    return {(row.addressee, BriefKind(row.kind)): row.version for row in connection.execute(found)}


def want(
    connection: sa.Connection, rows: Sequence[Mapping[str, object]], bodies: Mapping[str, bytes]
) -> None:
    """Write which versions are to be held, with their bodies; `rows` are of the table briefs."""
    if not rows:
        return
    at = rows[0]["changed_at"]
    if bodies:
        statement = insert(connection, documents)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["id"], set_={"wanted_at": at}),
            [{"id": key, "body": bodies[key], "wanted_at": at} for key in sorted(bodies)],
        )
    statement = insert(connection, briefs)
    new = {name: statement.excluded[name] for name in ("store_id", "version", "changed_at")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["addressee", "kind"], set_=new),
        sorted(rows, key=lambda row: (str(row["addressee"]), str(row["kind"]))),
    )


def want_no_more(connection: sa.Connection, addressee: str, kind: BriefKind) -> None:
    """Let an addressee hold what it likes of a kind."""
    gone = sa.delete(briefs).where(briefs.c.addressee == addressee, briefs.c.kind == str(kind))
    connection.execute(gone)


def is_wanted(connection: sa.Connection, addressee: str, kind: BriefKind, version: str) -> bool:
    """Return whether an addressee is still to hold a version."""
    wanted = sa.select(briefs.c.version).where(
        briefs.c.addressee == addressee, briefs.c.kind == str(kind)
    )
    return connection.execute(wanted).scalar_one_or_none() == version


def body(connection: sa.Connection, version: str) -> bytes | None:
    """Return the body of a version."""
    wanted = sa.select(documents.c.body).where(documents.c.id == version)
    return connection.execute(wanted).scalar_one_or_none()


def forget_bodies(connection: sa.Connection, before: datetime) -> int:
    """Delete bodies that nobody is to hold and nobody wanted since then; return how many."""
    used = sa.exists().where(briefs.c.version == documents.c.id)
    done = connection.execute(sa.delete(documents).where(documents.c.wanted_at < before, ~used))
    return done.rowcount


def lacking(connection: sa.Connection) -> list[Lacking]:
    """Return what gateways that are there do not hold as they should."""
    held = sa.and_(holdings.c.gateway_id == gateways.c.id, holdings.c.kind == briefs.c.kind)
    theirs = sa.and_(
        briefs.c.store_id == gateways.c.store_id,
        briefs.c.addressee.in_([gateways.c.store_id, gateways.c.id]),
    )
    wanted = (
        sa.select(
            gateways.c.id,
            gateways.c.store_id,
            gateways.c.state_clock,
            briefs.c.kind,
            briefs.c.version,
        )
        .select_from(gateways.join(briefs, theirs).outerjoin(holdings, held))
        .where(
            gateways.c.online,
            # Without the key to check it, a gateway takes nothing, and says so.
            gateways.c.codes_left.is_not(None),
            # Programs of before there were rules could not even read the message.
            sa.or_(briefs.c.kind != str(BriefKind.RULEBOOK), gateways.c.rules.is_not(None)),
            sa.or_(holdings.c.version.is_(None), holdings.c.version != briefs.c.version),
        )
        .order_by(briefs.c.changed_at, gateways.c.id, briefs.c.kind)
    )
    return [
        Lacking(
            gateway=row.id,
            store=row.store_id,
            broker=str((row.state_clock or {}).get("broker", "")),
            kind=BriefKind(row.kind),
            version=row.version,
        )
        for row in connection.execute(wanted)
    ]


# --- what is held -------------------------------------------------------------------------------


def held(connection: sa.Connection, gateway: str) -> dict[str, str]:
    """Return what a gateway said that it holds, by kind."""
    wanted = sa.select(holdings).where(holdings.c.gateway_id == gateway)
    return {row.kind: row.version for row in connection.execute(wanted)}


def keep_held(
    connection: sa.Connection, gateway: str, store: str, versions: Mapping[str, str]
) -> None:
    """Write all that a gateway says it holds."""
    before = held(connection, gateway)
    if gone := sorted(before.keys() - versions.keys()):
        key = sa.and_(holdings.c.gateway_id == gateway, holdings.c.kind.in_(gone))
        connection.execute(sa.delete(holdings).where(key))
    rows = [
        {"gateway_id": gateway, "store_id": store, "kind": kind, "version": version}
        for kind, version in sorted(versions.items())
        if before.get(kind) != version
    ]
    if rows:
        statement = insert(connection, holdings)
        new = {name: statement.excluded[name] for name in ("store_id", "version")}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["gateway_id", "kind"], set_=new), rows
        )


def holders(connection: sa.Connection, kind: BriefKind) -> dict[str, str]:
    """Return which version of a kind each gateway holds."""
    wanted = sa.select(holdings.c.gateway_id, holdings.c.version)
    rows = connection.execute(wanted.where(holdings.c.kind == str(kind)))
    return {row.gateway_id: row.version for row in rows}


# --- blocks of case codes -----------------------------------------------------------------------


def last_block(connection: sa.Connection, gateway: str) -> Block | None:
    """Return the block that a gateway got last."""
    wanted = (
        sa.select(code_blocks)
        .where(code_blocks.c.gateway_id == gateway)
        .order_by(code_blocks.c.number.desc())
        .limit(1)
    )
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    return Block(
        number=row.number, epoch=row.epoch, made_at=row.made_at, taken=row.taken_at is not None
    )


def highest_block(connection: sa.Connection) -> int | None:
    """Return the highest number that any block has."""
    found: int | None = connection.execute(
        sa.select(sa.func.max(code_blocks.c.number))
    ).scalar_one()
    return found


def add_block(connection: sa.Connection, gateway: str, store: str, block: Block) -> bool:
    """Write a block; False when a gateway has this number already."""
    row = {
        "id": new_id(),
        "store_id": store,
        "number": block.number,
        "gateway_id": gateway,
        "epoch": block.epoch,
        "made_at": block.made_at,
        "taken_at": block.made_at if block.taken else None,
    }
    statement = insert(connection, code_blocks).on_conflict_do_nothing(index_elements=["number"])
    written = connection.execute(statement.returning(code_blocks.c.id), row)
    return written.scalar_one_or_none() is not None


def block_taken(connection: sa.Connection, number: int, now: datetime) -> None:
    """Write that a block has arrived."""
    change = sa.update(code_blocks).where(code_blocks.c.number == number)
    connection.execute(change.values(taken_at=now))
