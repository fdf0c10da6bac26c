"""Inviting a kiosk: a one-time code that its gateway takes, shown once and kept as a hash."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.briefs import holding
from hq_server.database import new_id
from hq_server.devices import service as devices
from hq_server.devices.service import Store, checked_id
from hq_server.enrolment import repository
from hq_server.errors import InputError, NotFoundError
from protocols import case_code
from protocols.briefs import Enrolment, Enrolments, enrolment_hash
from protocols.enrolment import Invitation

VALID_FOR = timedelta(hours=24)
SHOWN = 100
AT_ONCE = 100  # with the longest names as many as a document holds
_LONGEST_ADDRESS = 200


class State(StrEnum):
    """How an invitation stands."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation, as the page lists it."""

    id: str
    store: str
    device: str
    touchpoint: str
    author: str
    made_at: datetime
    expires_at: datetime
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody typed to add a kiosk."""

    store: str
    device: str
    touchpoint: str
    address: str
    """Of the gateway, as kiosks use it; "" for what the gateway says."""


def invite(
    connection: sa.Connection, scope: Scope, wanted: Wanted, author: str, now: datetime
) -> Invitation:
    """Let a kiosk be set up once; what is returned is shown to a person and kept nowhere."""
    if wanted.store not in devices.stores(connection, scope):
        raise NotFoundError("store", wanted.store)
    checked_id("device", wanted.device)
    checked_id("touchpoint", wanted.touchpoint)
    known_addresses = repository.addresses(connection, scope)
    address = checked_address(wanted.address or known_addresses.get(wanted.store, ""))
    known = repository.device(connection, wanted.device)
    if known is not None and known["store_id"] != wanted.store:
        raise InputError("device", f"{wanted.device} stands in another store already")
    code = case_code.block_code(secrets.token_bytes(32), secrets.randbits(case_code.NUMBER_BITS))
    row: dict[str, object] = {
        "id": new_id(),
        "store_id": wanted.store,
        "device": wanted.device,
        "touchpoint": wanted.touchpoint,
        "code_hash": enrolment_hash(code),
        "epoch_before": known["epoch"] if known else None,
        "author": author,
        "made_at": now,
        "expires_at": now + VALID_FOR,
        "revoked_at": None,
    }
    repository.add(connection, row)
    holding.mark_stale(connection, [wanted.store])
    return Invitation(gateway=address, code=code)


def checked_address(address: str) -> str:
    """Return where kiosks connect, or raise InputError."""
    said = address.strip().rstrip("/")
    try:
        parts = urlsplit(said)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    fits = parts.scheme in ("ws", "wss") and parts.hostname and port != 0
    plain = not (parts.query or parts.fragment or parts.username) and said.isascii()
    if not fits or not plain or " " in said or len(said) > _LONGEST_ADDRESS:
        raise InputError("address", "an address such as ws://192.168.1.10:8081 is needed")
    return said


def revoke(connection: sa.Connection, scope: Scope, enrolment: str, now: datetime) -> None:
    """End an invitation: its code is worth nothing as soon as the gateway has heard."""
    store = repository.revoke(connection, scope, enrolment, now)
    if store is None:
        raise NotFoundError("enrolment", enrolment)
    holding.mark_stale(connection, [store])


def listed(connection: sa.Connection, scope: Scope, now: datetime) -> list[Invited]:
    """Return the latest invitations."""
    return [
        Invited(
            id=row["id"],
            store=row["store_id"],
            device=row["device"],
            touchpoint=row["touchpoint"],
            author=row["author"],
            made_at=row["made_at"],
            expires_at=row["expires_at"],
            state=_state(row, now),
        )
        for row in repository.rows(connection, scope, SHOWN)
    ]


def _state(row: sa.RowMapping, now: datetime) -> State:
    # A kiosk that was set up has an outbox of its own making, so its epoch is a new one.
    if row["epoch_now"] is not None and row["epoch_now"] != row["epoch_before"]:
        return State.USED
    if row["revoked_at"] is not None:
        return State.REVOKED
    return State.EXPIRED if row["expires_at"] <= now else State.OPEN


def open_ones(
    connection: sa.Connection, store: Store, settings: Mapping[str, str], now: datetime
) -> Enrolments:
    """Return the kiosks of a store that may be set up now.

    `settings` are for each of them; {store} and {touchpoint} in one become its own.
    """
    rows = repository.rows(connection, Scope(frozenset({store.id})), AT_ONCE, now)
    return Enrolments(
        enrolments=tuple(
            Enrolment(
                device=row["device"],
                touchpoint=row["touchpoint"],
                code_hash=row["code_hash"],
                expires_ms=round(row["expires_at"].timestamp() * 1000),
                store_name=dict(store.names),
                touchpoint_name=dict(store.touchpoints.get(row["touchpoint"], {})),
                settings=_placed(settings, store.id, row["touchpoint"]),
            )
            for row in rows
            if _state(row, now) is State.OPEN
        )
    )


def _placed(settings: Mapping[str, str], store: str, touchpoint: str) -> dict[str, str]:
    return {
        key: value.replace("{store}", store).replace("{touchpoint}", touchpoint)
        for key, value in settings.items()
    }
