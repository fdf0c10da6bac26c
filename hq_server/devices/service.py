"""The ledger of stores, gateways and devices: who may bring feedback, and who was heard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.briefs import holding
from hq_server.devices import presence, repository
from hq_server.devices.presence import UNKNOWN_WAY, Way
from hq_server.errors import InputError, NotFoundError
from hq_server.ledger import service as ledger
from hq_server.sla.clock import StoreHours
from protocols.messages import GatewayState

_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
# The user of deploy/mosquitto/acl that reads every gateway: none may be called so.
HQ_ITSELF = "hq"
STREAMS_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store, as it is registered."""

    id: str
    names: Mapping[str, str]
    """By language: {"zh-CN": …, "en": …}."""
    touchpoints: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Names of its touchpoints, by id and language."""
    region: str = ""
    opens: time = time(8)
    closes: time = time(22)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """What the fleet page shows."""

    gateways: list[sa.RowMapping]
    devices: list[sa.RowMapping]
    streams: list[sa.RowMapping]
    refusals: list[sa.RowMapping]


def checked_id(kind: str, value: str) -> str:
    """Return an id that protocols allow, or raise InputError."""
    if not _ID.fullmatch(value):
        raise InputError(kind, f"{value[:80]!r}: 1 to 64 of A-Z a-z 0-9 . _ : - are allowed")
    return value


def add_store(connection: sa.Connection, store: Store, now: datetime) -> None:
    """Register a store, or correct its name and hours."""
    names = [*store.names.values(), *(n for t in store.touchpoints.values() for n in t.values())]
    if not store.names or not all(1 <= len(name) <= 200 for name in names):
        raise InputError("name", "1 to 200 characters are allowed, in one language or more")
    repository.keep_store(
        connection,
        {
            "id": checked_id("store", store.id),
            "names": dict(store.names),
            "touchpoints": {key: dict(value) for key, value in store.touchpoints.items()},
            "region": store.region[:200],
            "opens": store.opens.strftime("%H:%M"),
            "closes": store.closes.strftime("%H:%M"),
            "created_at": now,
        },
    )
    holding.mark_stale(connection, [store.id])


def add_gateway(connection: sa.Connection, gateway: str, store: str, now: datetime) -> None:
    """Register a gateway of a store; it stays with that store."""
    checked_id("gateway", gateway)
    if gateway == HQ_ITSELF:
        raise InputError("gateway", f"{gateway!r} is HQ's own name at the broker: take another")
    if not repository.store_rows(connection, EVERYTHING, [store]):
        raise NotFoundError("store", store)
    kept = repository.keep_gateway(connection, gateway, store, now)
    if kept != store:
        raise InputError("gateway", f"{gateway} is registered for store {kept} already")


def hours(connection: sa.Connection, ids: Iterable[str], zone: ZoneInfo) -> dict[str, StoreHours]:
    """Return when each of these stores is open."""
    return {
        row["id"]: StoreHours(
            opens=time.fromisoformat(row["opens"]),
            closes=time.fromisoformat(row["closes"]),
            zone=zone,
        )
        for row in repository.store_rows(connection, EVERYTHING, ids)
    }


def stores(connection: sa.Connection, scope: Scope) -> dict[str, Store]:
    """Return the stores in scope, by id."""
    return {
        row["id"]: Store(
            id=row["id"],
            names=row["names"],
            touchpoints=row["touchpoints"],
            region=row["region"],
            opens=time.fromisoformat(row["opens"]),
            closes=time.fromisoformat(row["closes"]),
        )
        for row in repository.store_rows(connection, scope)
    }


def stores_of(connection: sa.Connection, gateways: Iterable[str]) -> dict[str, str]:
    """Return the store of each registered gateway."""
    return repository.stores_of_gateways(connection, gateways)


def brought(connection: sa.Connection, gateways: Iterable[str], now: datetime) -> None:
    """Note that these gateways brought events."""
    repository.gateway_brought(connection, gateways, now)


def heard(
    connection: sa.Connection,
    state: GatewayState,
    store: str,
    now: datetime,
    way: Way = UNKNOWN_WAY,
) -> int:
    """Keep what a gateway says of itself and its devices, unless it said something later.

    Returns how many accounts of streams were refused.
    """
    last = repository.state_clock(connection, state.gateway)
    mark = presence.Mark.read(last) if last else None
    match presence.judge(mark, state, way):
        case presence.Verdict.OLD:
            return 0
        case presence.Verdict.GONE:
            repository.gone(connection, state.gateway, now)
            return 0
    clock = presence.after(mark, state, way).written()
    repository.keep_state(connection, state, state.program.replace("\x00", ""), clock, now)
    for device in state.devices:
        repository.keep_device(connection, state.gateway, store, device, now)
    holding.heard(connection, state, store, now)
    return ledger.said(connection, state, store, now)


def refuse(connection: sa.Connection, sender: str, why: str, now: datetime, times: int = 1) -> None:
    """Count what was refused, by its sender."""
    named = sender if _ID.fullmatch(sender) else "(unreadable)"
    repository.refuse(connection, named, why, now, times)


def fleet(connection: sa.Connection, scope: Scope) -> Fleet:
    """Return what the fleet page shows."""
    return Fleet(
        gateways=repository.gateway_rows(connection, scope),
        devices=repository.device_rows(connection, scope),
        streams=repository.stream_rows(connection, scope, STREAMS_SHOWN),
        refusals=repository.refusal_rows(connection) if scope.stores is None else [],
    )


def counts(connection: sa.Connection) -> dict[str, int]:
    """Return totals for /metrics."""
    return repository.counts(connection)


def refused_by_reason(connection: sa.Connection) -> dict[str, int]:
    """Return how many messages were refused, by reason."""
    return repository.refused_by_reason(connection)
