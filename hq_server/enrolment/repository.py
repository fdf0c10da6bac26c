"""Invitations of kiosks in the database: the hash of a code, never the code."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.tables import devices, enrolments, gateways


def add(connection: sa.Connection, row: dict[str, object]) -> None:
    """Write an invitation."""
    connection.execute(sa.insert(enrolments), row)


def revoke(connection: sa.Connection, scope: Scope, enrolment: str, now: datetime) -> str | None:
    """End an invitation; return its store, or None when there is none that could be ended."""
    one = sa.and_(
        enrolments.c.id == enrolment,
        scope.of(enrolments.c.store_id),
        enrolments.c.revoked_at.is_(None),
    )
    change = sa.update(enrolments).where(one).values(revoked_at=now)
    found: str | None = connection.execute(
        change.returning(enrolments.c.store_id)
    ).scalar_one_or_none()
    return found


def rows(
    connection: sa.Connection, scope: Scope, limit: int, open_at: datetime | None = None
) -> list[sa.RowMapping]:
    """Return invitations, the latest first, each with the epoch of its device now.

    `open_at`: only those that were not revoked and had not run out by then.
    """
    wanted = (
        sa.select(enrolments, devices.c.epoch.label("epoch_now"))
        .select_from(
            enrolments.outerjoin(
                devices,
                sa.and_(
                    devices.c.id == enrolments.c.device,
                    devices.c.store_id == enrolments.c.store_id,
                ),
            )
        )
        .where(scope.of(enrolments.c.store_id))
        .order_by(enrolments.c.id.desc())
        .limit(limit)
    )
    if open_at is not None:
        wanted = wanted.where(enrolments.c.revoked_at.is_(None), enrolments.c.expires_at > open_at)
    return list(connection.execute(wanted).mappings())


def device(connection: sa.Connection, name: str) -> sa.RowMapping | None:
    """Return what is known of a device."""
    wanted = sa.select(devices.c.store_id, devices.c.epoch).where(devices.c.id == name)
    return connection.execute(wanted).mappings().one_or_none()


def addresses(connection: sa.Connection, scope: Scope) -> dict[str, str]:
    """Return where kiosks of each store connect, as its gateway says."""
    wanted = (
        sa.select(gateways.c.store_id, gateways.c.address)
        .where(scope.of(gateways.c.store_id), gateways.c.address.is_not(None))
        .order_by(gateways.c.state_at)
    )
    return {row.store_id: row.address for row in connection.execute(wanted)}
