"""Feedback in the database, read with its case and its receipt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hq_server import bulk
from hq_server.accounts.scope import Scope
from hq_server.database import Insert, RacedError, among
from hq_server.insights.scores import COUNTED
from hq_server.shopper.tables import additions as additions_table
from hq_server.tables import cases, feedback
from hq_server.tills.tables import receipt_links, receipts

Row = dict[str, Any]


_KNOWN = ("rev", "occurred_at", "received_at", *COUNTED)


def known(connection: sa.Connection, ids: Iterable[str]) -> dict[str, sa.Row[Any]]:
    """Return what the merge needs of responses that are here, locked until the transaction ends."""
    chosen = (
        sa.select(feedback.c.id, *(feedback.c[name] for name in _KNOWN))
        .where(among(connection, feedback.c.id, ids))
        .order_by(feedback.c.id)  # two processes lock in the same order
        .with_for_update()
    )
    return {row.id: row for row in connection.execute(chosen)}


def add(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write responses that are not here yet; RacedError when another process wrote one first."""
    if bulk.write(connection, feedback, rows, _first_stands) != len(rows):
        raise RacedError


def keep(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write whole feedback rows; the higher revision stands, of the same store only."""
    bulk.write(connection, feedback, rows, _higher_revision_stands)


def _first_stands(statement: Insert) -> Insert:
    return statement.on_conflict_do_nothing()


def _higher_revision_stands(statement: Insert) -> Insert:
    new = {
        column.name: statement.excluded[column.name]
        for column in feedback.columns
        if column.name not in ("id", "store_id")
    }
    higher = sa.and_(
        statement.excluded["rev"] > feedback.c.rev,
        statement.excluded["store_id"] == feedback.c.store_id,
    )
    return statement.on_conflict_do_update(index_elements=["id"], set_=new, where=higher)


def happened_earlier(connection: sa.Connection, times: Mapping[str, datetime]) -> None:
    """Correct when visits began, after an early revision came late."""
    if times:
        statement = (
            sa.update(feedback)
            .where(feedback.c.id == sa.bindparam("response_id"))
            .values(occurred_at=sa.bindparam("earlier"))
        )
        rows = [{"response_id": id_, "earlier": times[id_]} for id_ in sorted(times)]
        connection.execute(statement, rows)


def keep_additions(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write what others say of responses; the same source of a response is written once."""
    bulk.write(connection, additions_table, rows, _first_stands)


def additions(
    connection: sa.Connection, responses: Iterable[str]
) -> dict[tuple[str, str], list[Row]]:
    """Return what others said of these responses, by response and store."""
    named = among(connection, additions_table.c.response_id, responses)
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in connection.execute(sa.select(additions_table).where(named)).mappings():
        found[row["response_id"], row["store_id"]].append(dict(row))
    return found


_AMENDED = (
    "note", "contact_sealed", "contact_consent", "code", "marks", "weight", "grade", "grading",
    "lexicon_version",
)  # fmt: skip


def amend(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write what others' words and doubts change of feedback that is here."""
    if rows:
        new = {name: sa.bindparam(f"new_{name}", type_=feedback.c[name].type) for name in _AMENDED}
        statement = sa.update(feedback).where(feedback.c.id == sa.bindparam("response_id"))
        named = [
            {"response_id": row["id"], **{f"new_{name}": row[name] for name in _AMENDED}}
            for row in sorted(rows, key=lambda row: row["id"])
        ]
        connection.execute(statement.values(new), named)


# --- reading ------------------------------------------------------------------------------------

_OF_RECEIPT = (
    "total", "currency", "printed_at", "items", "damaged", "cashier", "at_table", "discount",
    "payment", "goods",
)  # fmt: skip
_SHOWN = (
    *(column for column in feedback.columns if column.name not in ("raw", "contact_sealed")),
    receipt_links.c.number.label("receipt_number"),
    receipt_links.c.till.label("receipt_till"),
    receipt_links.c.found_by.label("receipt_found_by"),
    receipt_links.c.why_not.label("receipt_why_not"),
    receipt_links.c.offset_ms.label("receipt_offset_ms"),
    *(receipts.c[name].label(f"receipt_{name}") for name in _OF_RECEIPT),
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


def facts(connection: sa.Connection, ids: Iterable[str]) -> list[sa.RowMapping]:
    """Return of these responses what decides about a case."""
    return list(connection.execute(_whole(connection, ids)).mappings())


def locked(connection: sa.Connection, ids: Iterable[str]) -> list[sa.RowMapping]:
    """Return these responses; nobody else changes them until the transaction ends."""
    in_order = _whole(connection, ids).order_by(feedback.c.id)
    return list(connection.execute(in_order.with_for_update()).mappings())


def _whole(connection: sa.Connection, ids: Iterable[str]) -> sa.Select[Any]:
    return sa.select(feedback).where(among(connection, feedback.c.id, ids))


def ledger(connection: sa.Connection) -> Iterator[sa.RowMapping]:
    """Yield every response with its case and receipt, the first arrival first."""
    chosen = sa.select(*_SHOWN).select_from(_JOINED).order_by(feedback.c.received_at, feedback.c.id)
    yield from connection.execution_options(yield_per=1000).execute(chosen).mappings()
