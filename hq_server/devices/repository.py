"""Stores, gateways, devices and refused senders in the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.database import insert
from hq_server.tables import devices, gateways, refusals, stores, streams
from protocols.briefs import RulesState
from protocols.messages import DeviceState, GatewayState, ReaderState

# Refused senders remembered one by one; the rest share one row.
REFUSALS_KEPT = 500
OTHERS = "(others)"
# A device that says a higher one would take all further numbers from HQ's own surveys.
LARGEST_VERSION = 1_000_000


_CHANGING = ("names", "touchpoints", "region", "opens", "closes")


def stores_of_gateways(connection: sa.Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return the store of each of these gateways that is registered."""
    wanted = sa.select(gateways.c.id, gateways.c.store_id).where(gateways.c.id.in_(sorted(ids)))
    return {row.id: row.store_id for row in connection.execute(wanted)}


def store_rows(
    connection: sa.Connection, scope: Scope, ids: Iterable[str] | None = None
) -> list[sa.RowMapping]:
    """Return stores by id."""
    wanted = sa.select(stores).where(scope.of(stores.c.id)).order_by(stores.c.id)
    if ids is not None:
        wanted = wanted.where(stores.c.id.in_(sorted(ids)))
    return list(connection.execute(wanted).mappings())


def keep_store(connection: sa.Connection, row: dict[str, object]) -> None:
    """Write a store; its id stays, the rest may change."""
    statement = insert(connection, stores)
    new = {name: statement.excluded[name] for name in _CHANGING}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=new), row)


def keep_gateway(connection: sa.Connection, gateway: str, store: str, now: datetime) -> str:
    """Register a gateway and return its store: the first registration stands."""
    row = {"id": gateway, "store_id": store, "created_at": now, "online": False}
    statement = insert(connection, gateways).on_conflict_do_nothing(index_elements=["id"])
    connection.execute(statement, row)
    kept = sa.select(gateways.c.store_id).where(gateways.c.id == gateway)
    return str(connection.execute(kept).scalar_one())


def gateway_brought(connection: sa.Connection, ids: Iterable[str], now: datetime) -> None:
    """Note when gateways last brought events."""
    connection.execute(
        sa.update(gateways).where(gateways.c.id.in_(sorted(ids))).values(last_batch_at=now)
    )


def state_clock(connection: sa.Connection, gateway: str) -> dict[str, object] | None:
    """Return when a gateway said its last state, locked until the transaction ends."""
    wanted = sa.select(gateways.c.state_clock).where(gateways.c.id == gateway).with_for_update()
    found: dict[str, object] | None = connection.execute(wanted).scalar_one_or_none()
    return found


def gone(connection: sa.Connection, gateway: str, now: datetime) -> None:
    """Write that a gateway is offline, and nothing else."""
    values = {"online": False, "state_at": now}
    connection.execute(sa.update(gateways).where(gateways.c.id == gateway).values(values))


def keep_state(
    connection: sa.Connection,
    state: GatewayState,
    program: str,
    clock: dict[str, object],
    now: datetime,
) -> None:
    """Write what a gateway says of itself."""
    values: dict[str, object] = {"online": state.online, "state_at": now, "state_clock": clock}
    if state.online:
        values |= {
            "epoch": state.epoch,
            "program": program,
            "waiting": state.waiting,
            "codes_left": state.codes_left,
            "address": state.address.replace("\x00", "") or None,
            "readers": [_reader(reader) for reader in state.readers],
            "rules": _rules(state.rules) if state.rules else None,
        }
    connection.execute(sa.update(gateways).where(gateways.c.id == state.gateway).values(**values))


def _rules(state: RulesState) -> dict[str, str]:
    fields: dict[str, str] = msgspec.structs.asdict(state)
    return {name: said.replace("\x00", "") for name, said in fields.items()}


def _reader(state: ReaderState) -> dict[str, object]:
    row: dict[str, object] = msgspec.to_builtins(msgspec.structs.asdict(state))
    return row | {"trouble": state.trouble.replace("\x00", "")}


def keep_device(
    connection: sa.Connection, gateway: str, store: str, state: DeviceState, now: datetime
) -> None:
    """Write what a device says of itself; a device of another store is left alone."""
    statement = insert(connection, devices)
    row = {
        "id": state.device,
        "store_id": store,
        "gateway_id": gateway,
        "touchpoint": state.touchpoint,
        "epoch": state.epoch,
        "program": state.program.replace("\x00", ""),
        "accepted": {str(lane): seq for lane, seq in state.accepted.items()},
        "waiting": state.waiting,
        "seen_at": now,
        "survey_version": _number(state.survey_version),
        "briefs": {str(kind): held for kind, held in state.briefs.items()},
        "codes_left": state.codes_left,
        "marked": state.marked,
        "responses": state.responses,
    }
    new = {key: statement.excluded[key] for key in row if key not in ("id", "store_id")}
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_=new, where=devices.c.store_id == store
        ),
        row,
    )


def _number(said: int | None) -> int | None:
    """Return a number that every database keeps; None for what is no version of ours."""
    return said if said is not None and 0 < said <= LARGEST_VERSION else None


def refuse(connection: sa.Connection, sender: str, why: str, now: datetime, times: int = 1) -> None:
    """Count refusals of a sender, by reason."""
    why = why[:300]
    here = sa.select(refusals.c.sender).where(refusals.c.sender == sender, refusals.c.why == why)
    if connection.execute(here).one_or_none() is None:
        count = connection.execute(sa.select(sa.func.count()).select_from(refusals)).scalar_one()
        sender = sender if count < REFUSALS_KEPT else OTHERS
    statement = insert(connection, refusals)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["sender", "why"],
            set_={"times": refusals.c.times + statement.excluded.times, "last_at": now},
        ),
        {"sender": sender, "why": why, "times": times, "first_at": now, "last_at": now},
    )


# --- the fleet page -----------------------------------------------------------------------------


def gateway_rows(connection: sa.Connection, scope: Scope) -> list[sa.RowMapping]:
    """Return gateways with the name of their store."""
    wanted = (
        sa.select(gateways, stores.c.names.label("store_names"))
        .select_from(gateways.join(stores, stores.c.id == gateways.c.store_id))
        .where(scope.of(gateways.c.store_id))
        .order_by(gateways.c.store_id, gateways.c.id)
    )
    return list(connection.execute(wanted).mappings())


def device_rows(connection: sa.Connection, scope: Scope) -> list[sa.RowMapping]:
    """Return devices, by store."""
    wanted = (
        sa.select(devices)
        .where(scope.of(devices.c.store_id))
        .order_by(devices.c.store_id, devices.c.id)
    )
    return list(connection.execute(wanted).mappings())


def stream_rows(connection: sa.Connection, scope: Scope, limit: int) -> list[sa.RowMapping]:
    """Return streams, the latest heard first."""
    wanted = (
        sa.select(streams)
        .where(scope.of(streams.c.store_id))
        .order_by(streams.c.last_at.desc(), streams.c.device, streams.c.lane)
        .limit(limit)
    )
    return list(connection.execute(wanted).mappings())


def refusal_rows(connection: sa.Connection) -> list[sa.RowMapping]:
    """Return refused senders, the latest first."""
    wanted = sa.select(refusals).order_by(refusals.c.last_at.desc()).limit(100)
    return list(connection.execute(wanted).mappings())


def refused_by_reason(connection: sa.Connection) -> dict[str, int]:
    """Return how many messages were refused, by reason."""
    wanted = sa.select(refusals.c.why, sa.func.sum(refusals.c.times)).group_by(refusals.c.why)
    return {why: int(times) for why, times in connection.execute(wanted)}


def counts(connection: sa.Connection) -> dict[str, int]:
    """Return totals for /metrics: gateways, gateways online, streams, refused senders."""

    def _count(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
        wanted = sa.select(sa.func.count()).select_from(table).where(*conditions)
        return connection.execute(wanted).scalar_one()

    return {
        "gateways": _count(gateways),
        "gateways_online": _count(gateways, gateways.c.online),
        "streams": _count(streams),
        "refused_senders": _count(refusals),
    }
