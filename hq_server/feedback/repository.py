"""Feedback, receipts and their links in the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hq_server.accounts.scope import Scope
from hq_server.database import chunks, insert
from hq_server.tables import cases, feedback, receipt_links, receipts

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the merge needs of feedback that is here already."""

    store: str
    rev: int
    occurred_at: datetime
    received_at: datetime


def known(connection: sa.Connection, ids: Sequence[str]) -> dict[str, Known]:
    """Return what is here already of these responses, locked until the transaction ends."""
    found: dict[str, Known] = {}
    columns = (feedback.c.id, feedback.c.store_id, feedback.c.rev)
    times = (feedback.c.occurred_at, feedback.c.received_at)
    for some in chunks(sorted(ids)):
        chosen = sa.select(*columns, *times).where(feedback.c.id.in_(some))
        for row in connection.execute(chosen.with_for_update()):
            found[row.id] = Known(
                store=row.store_id,
                rev=row.rev,
                occurred_at=row.occurred_at,
                received_at=row.received_at,
            )
    return found


def keep(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write whole feedback rows; the higher revision stands, of the same store only."""
    if not rows:
        return
    statement = insert(connection, feedback)
    new = {
        column.name: statement.excluded[column.name]
        for column in feedback.columns
        if column.name not in ("id", "store_id")
    }
    higher = sa.and_(
        statement.excluded["rev"] > feedback.c.rev,
        statement.excluded["store_id"] == feedback.c.store_id,
    )
    connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=new, where=higher), list(rows)
    )


def happened_earlier(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Correct when visits began, after an early revision came late."""
    if rows:
        statement = (
            sa.update(feedback)
            .where(feedback.c.id == sa.bindparam("response_id"))
            .values(occurred_at=sa.bindparam("earlier"))
        )
        connection.execute(statement, list(rows))


def keep_receipts(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write receipts that are not here yet."""
    if rows:
        statement = insert(connection, receipts).on_conflict_do_nothing(index_elements=["id"])
        connection.execute(statement, list(rows))


def keep_links(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write which receipt a rating belongs to; the first link of a response stands."""
    if rows:
        statement = insert(connection, receipt_links)
        connection.execute(
            statement.on_conflict_do_nothing(index_elements=["response_id", "store_id"]), list(rows)
        )


# --- reading ------------------------------------------------------------------------------------

_SHOWN = (
    *(column for column in feedback.columns if column.name not in ("raw", "contact_sealed")),
    receipt_links.c.number.label("receipt_number"),
    receipt_links.c.till.label("receipt_till"),
    receipts.c.total.label("receipt_total"),
    receipts.c.currency.label("receipt_currency"),
    receipts.c.printed_at.label("receipt_printed_at"),
    cases.c.id.label("case_id"),
    cases.c.code.label("case_code"),
    feedback.c.contact_sealed.is_not(None).label("has_contact"),
)
# A link or case counts only within the store of the feedback: ids come from the field.
_JOINED = (
    feedback.outerjoin(
        receipt_links,
        sa.and_(
            receipt_links.c.response_id == feedback.c.id,
            receipt_links.c.store_id == feedback.c.store_id,
        ),
    )
    .outerjoin(
        receipts,
        sa.and_(
            receipts.c.id == receipt_links.c.receipt_id,
            receipts.c.store_id == feedback.c.store_id,
        ),
    )
    .outerjoin(cases, cases.c.response_id == feedback.c.id)
)


def listed(
    connection: sa.Connection,
    scope: Scope,
    *,
    since: datetime | None,
    before: datetime | None,
    limit: int,
) -> list[sa.RowMapping]:
    """Return feedback, the latest arrival first."""
    chosen = sa.select(*_SHOWN).select_from(_JOINED).where(scope.of(feedback.c.store_id))
    if since is not None:
        chosen = chosen.where(feedback.c.received_at >= since)
    if before is not None:
        chosen = chosen.where(feedback.c.received_at < before)
    chosen = chosen.order_by(feedback.c.received_at.desc(), feedback.c.id.desc()).limit(limit)
    return list(connection.execute(chosen).mappings())


def one(connection: sa.Connection, scope: Scope, response_id: str) -> sa.RowMapping | None:
    """Return one response with its receipt, if the scope may see it."""
    chosen = (
        sa.select(*_SHOWN)
        .select_from(_JOINED)
        .where(feedback.c.id == response_id, scope.of(feedback.c.store_id))
    )
    return connection.execute(chosen).mappings().one_or_none()


def sealed_contact(connection: sa.Connection, scope: Scope, response_id: str) -> str | None:
    """Return the sealed contact of a response, if the scope may see it."""
    return connection.execute(
        sa.select(feedback.c.contact_sealed).where(
            feedback.c.id == response_id,
            feedback.c.contact_consent,
            scope.of(feedback.c.store_id),
        )
    ).scalar_one_or_none()


def facts(connection: sa.Connection, ids: Sequence[str]) -> list[sa.RowMapping]:
    """Return of these responses what decides about a case."""
    found: list[sa.RowMapping] = []
    for some in chunks(sorted(ids)):
        chosen = sa.select(feedback).where(feedback.c.id.in_(some))
        found.extend(connection.execute(chosen).mappings())
    return found


def ledger(connection: sa.Connection) -> Iterator[sa.RowMapping]:
    """Yield every response with its case and receipt, the first arrival first."""
    chosen = sa.select(*_SHOWN).select_from(_JOINED).order_by(feedback.c.received_at, feedback.c.id)
    yield from connection.execution_options(yield_per=1000).execute(chosen).mappings()
