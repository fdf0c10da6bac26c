"""Accounts and sessions in the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from hq_server.database import new_id
from hq_server.tables import accounts, sessions


def account_count(connection: sa.Connection) -> int:
    """Return how many accounts there are."""
    return connection.execute(sa.select(sa.func.count()).select_from(accounts)).scalar_one()


def by_name(connection: sa.Connection, name: str) -> sa.RowMapping | None:
    """Return the account of a name."""
    wanted = sa.select(accounts).where(accounts.c.name == name)
    return connection.execute(wanted).mappings().one_or_none()


def keep_account(
    connection: sa.Connection, name: str, values: dict[str, object], now: datetime
) -> None:
    """Write an account; a known name gets the new password, role and stores, and is signed out."""
    known = by_name(connection, name)
    if known is None:
        row = {"id": new_id(), "name": name, "active": True, "created_at": now}
        connection.execute(sa.insert(accounts), row | values)
        return
    connection.execute(sa.update(accounts).where(accounts.c.id == known["id"]).values(**values))
    connection.execute(sa.delete(sessions).where(sessions.c.account_id == known["id"]))


def start_session(connection: sa.Connection, row: dict[str, object], now: datetime) -> None:
    """Write a session, and forget those that have ended."""
    connection.execute(sa.delete(sessions).where(sessions.c.expires_at < now))
    connection.execute(sa.insert(sessions), row)


def session(connection: sa.Connection, session_id: str, now: datetime) -> sa.RowMapping | None:
    """Return a session that still runs, with its account."""
    wanted = (
        sa.select(
            sessions.c.csrf, accounts.c.name, accounts.c.role, accounts.c.store_ids, accounts.c.id
        )
        .select_from(sessions.join(accounts, accounts.c.id == sessions.c.account_id))
        .where(sessions.c.id == session_id, sessions.c.expires_at > now, accounts.c.active)
    )
    return connection.execute(wanted).mappings().one_or_none()


def end_session(connection: sa.Connection, session_id: str) -> None:
    """Forget a session."""
    connection.execute(sa.delete(sessions).where(sessions.c.id == session_id))


def account_names(connection: sa.Connection) -> list[str]:
    """Return the names of the accounts that may be given a case."""
    wanted = sa.select(accounts.c.name).where(accounts.c.active, accounts.c.role != "viewer")
    return list(connection.execute(wanted.order_by(accounts.c.name)).scalars())
