"""Surveys and what is published of them in the database."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.database import insert
from hq_server.tables import devices, publications, surveys

SHIPPED = 1
"""Of the survey that kiosks come with: HQ's own begin after it."""


def highest_version(connection: sa.Connection) -> int:
    """Return the highest version that was saved here or that a kiosk shows."""
    saved = connection.execute(sa.select(sa.func.max(surveys.c.version))).scalar_one()
    shown = connection.execute(sa.select(sa.func.max(devices.c.survey_version))).scalar_one()
    return max(SHIPPED, saved or 0, shown or 0)


def add(connection: sa.Connection, row: dict[str, object]) -> bool:
    """Write a survey; False when another one got its version first."""
    statement = insert(connection, surveys).on_conflict_do_nothing(index_elements=["version"])
    written = connection.execute(statement.returning(surveys.c.id), row)
    return written.scalar_one_or_none() is not None


def versions(connection: sa.Connection, limit: int) -> list[sa.RowMapping]:
    """Return surveys, the latest first."""
    wanted = sa.select(surveys).order_by(surveys.c.version.desc()).limit(limit)
    return list(connection.execute(wanted).mappings())


def version(connection: sa.Connection, number: int) -> sa.RowMapping | None:
    """Return one survey."""
    wanted = sa.select(surveys).where(surveys.c.version == number)
    return connection.execute(wanted).mappings().one_or_none()


def bodies(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, bytes]:
    """Return the bodies of some versions."""
    wanted = sa.select(surveys.c.version, surveys.c.body)
    wanted = wanted.where(surveys.c.version.in_(sorted(set(numbers))))
    return {row.version: row.body for row in connection.execute(wanted)}


def publish(connection: sa.Connection, rows: list[dict[str, object]]) -> None:
    """Write what is published where."""
    connection.execute(sa.insert(publications), rows)


def current(connection: sa.Connection) -> list[sa.RowMapping]:
    """Return the last publication of each place."""
    latest = sa.select(sa.func.max(publications.c.id)).group_by(
        publications.c.scope, publications.c.place
    )
    wanted = sa.select(publications).where(publications.c.id.in_(latest))
    ordered = wanted.order_by(publications.c.scope, publications.c.place)
    return list(connection.execute(ordered).mappings())


def history(connection: sa.Connection, limit: int) -> list[sa.RowMapping]:
    """Return what was published and withdrawn, the latest first."""
    wanted = sa.select(publications).order_by(publications.c.id.desc()).limit(limit)
    return list(connection.execute(wanted).mappings())


def kiosks(connection: sa.Connection, scope: Scope) -> list[sa.RowMapping]:
    """Return which survey each kiosk shows; no device that never said so."""
    wanted = (
        sa.select(
            devices.c.id,
            devices.c.store_id,
            devices.c.touchpoint,
            devices.c.survey_version,
            devices.c.seen_at,
        )
        .where(scope.of(devices.c.store_id), devices.c.survey_version.is_not(None))
        .order_by(devices.c.store_id, devices.c.id)
    )
    return list(connection.execute(wanted).mappings())
