"""Cases, their timeline and the alarms that belong to them, in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hq_server import bulk
from hq_server.accounts.scope import Scope
from hq_server.cases.case import OPEN, Filter
from hq_server.corrections.tables import corrections
from hq_server.database import Insert, among, insert
from hq_server.shopper.tables import additions
from hq_server.tables import alarms, cases, feedback, timeline

Row = dict[str, Any]
_OPEN = [str(status) for status in OPEN]


# --- alarms -------------------------------------------------------------------------------------


def keep_alarms(connection: sa.Connection, rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Write alarms; `columns` are those that these rows know, whichever came first."""
    if not rows:
        return
    statement = insert(connection, alarms)
    new = {name: statement.excluded[name] for name in columns}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["id", "store_id"], set_=new), list(rows)
    )


def alarms_of(connection: sa.Connection, responses: Iterable[str]) -> list[sa.RowMapping]:
    """Return the alarms raised for these responses."""
    named = among(connection, alarms.c.response_id, responses)
    return list(connection.execute(sa.select(alarms).where(named).order_by(alarms.c.id)).mappings())


# --- writing ------------------------------------------------------------------------------------


def of_responses(connection: sa.Connection, responses: Iterable[str]) -> list[sa.RowMapping]:
    """Return the cases of these responses, locked until the transaction ends."""
    wanted = sa.select(cases).where(among(connection, cases.c.response_id, responses))
    locked = wanted.order_by(cases.c.id).with_for_update()
    return list(connection.execute(locked).mappings())


def open_cases(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write new cases."""
    bulk.write(connection, cases, rows, _only_new)


def add_timeline(connection: sa.Connection, rows: Sequence[Row]) -> None:
    """Write timeline entries; the same source of a case is written once."""
    bulk.write(connection, timeline, rows, _first_of_a_source)


def _only_new(statement: Insert) -> Insert:
    return statement


def _first_of_a_source(statement: Insert) -> Insert:
    return statement.on_conflict_do_nothing(index_elements=["case_id", "source"])


def change_all(connection: sa.Connection, changes: Mapping[tuple[str, int], Row]) -> None:
    """Change cases, by id and the version they are at; one that has moved on is left alone."""
    by_columns: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for (id_, version), values in sorted(changes.items()):
        row = {"case": id_, "seen": version, "version": version + 1, **values}
        by_columns[tuple(sorted(("version", *values)))].append(row)
    for columns, rows in by_columns.items():
        new = {name: sa.bindparam(f"new_{name}", type_=cases.c[name].type) for name in columns}
        statement = sa.update(cases).where(
            cases.c.id == sa.bindparam("case"), cases.c.version == sa.bindparam("seen")
        )
        named = [{f"new_{n}" if n in new else n: value for n, value in row.items()} for row in rows]
        connection.execute(statement.values(new), named)


def change(connection: sa.Connection, case_id: str, version: int, values: Row) -> bool:
    """Change a case if it is still at `version`; False when somebody else was first."""
    done = connection.execute(
        sa.update(cases)
        .where(cases.c.id == case_id, cases.c.version == version)
        .values(version=version + 1, **values)
    )
    return done.rowcount == 1


_SEEN = (
    sa.update(cases).where(cases.c.id == sa.bindparam("case")).values(rev=sa.bindparam("followed"))
)


def seen_revisions(connection: sa.Connection, revisions: Mapping[str, int]) -> None:
    """Note which revision each case has followed; what people see of it is unchanged."""
    if revisions:
        rows = [{"case": id_, "followed": revisions[id_]} for id_ in sorted(revisions)]
        connection.execute(_SEEN, rows)


# --- reading ------------------------------------------------------------------------------------


_SHOWN = (
    cases,
    feedback.c.rating,
    feedback.c.note,
    feedback.c.reasons,
    feedback.c.touchpoint,
    feedback.c.language,
    feedback.c.occurred_at,
    feedback.c.received_at,
    corrections.c.grade.label("corrected_grade"),
    corrections.c.text_hash.label("corrected_text"),
)
_JOINED = cases.join(feedback, feedback.c.id == cases.c.response_id).outerjoin(
    corrections,
    sa.and_(corrections.c.response_id == cases.c.response_id, corrections.c.in_force),
)


def listed(connection: sa.Connection, scope: Scope, wanted: Filter) -> list[sa.RowMapping]:
    """Return cases with what the shopper said, what is due first at the top."""
    chosen = (
        sa.select(*_SHOWN)
        .select_from(_JOINED)
        .where(scope.of(cases.c.store_id), *_conditions(wanted))
        .order_by(cases.c.due_at.is_(None), cases.c.due_at, cases.c.opened_at.desc(), cases.c.id)
        .limit(wanted.limit)
    )
    return list(connection.execute(chosen).mappings())


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.grade:
        conditions.append(cases.c.grade == wanted.grade)
    if wanted.status == "open":
        conditions.append(cases.c.status.in_(_OPEN))
    elif wanted.status and wanted.status != "all":
        conditions.append(cases.c.status == wanted.status)
    if wanted.store:
        conditions.append(cases.c.store_id == wanted.store)
    if wanted.code:
        conditions.append(cases.c.code == wanted.code)
    if wanted.overdue_at:
        conditions.append(cases.c.due_at < wanted.overdue_at)
    return conditions


def one(
    connection: sa.Connection, scope: Scope, case_id: str, *, locked: bool = False
) -> sa.RowMapping | None:
    """Return a case, if the scope may see it."""
    wanted = sa.select(cases).where(cases.c.id == case_id, scope.of(cases.c.store_id))
    if locked:
        wanted = wanted.with_for_update()
    return connection.execute(wanted).mappings().one_or_none()


_FOLLOWED = (
    *(feedback.c[name] for name in ("store_id", "touchpoint", "channel", "occurred_at")),
    feedback.c.promised_at,
    cases.c.id.label("case_id"),
    *(cases.c[name] for name in ("version", "status", "grade", "respond_by", "responded_at")),
    cases.c.solve_by,
    cases.c.solved_at,
)


def by_code(connection: sa.Connection, code: str) -> sa.RowMapping | None:
    """Return the feedback that a case code was given for, with its case when it has one."""
    given = sa.union(
        sa.select(cases.c.response_id).where(cases.c.code == code),
        sa.select(feedback.c.id).where(feedback.c.code == code),
        sa.select(additions.c.response_id).where(additions.c.code == code),
    ).subquery()
    wanted = (
        sa.select(*_FOLLOWED)
        .select_from(feedback.outerjoin(cases, cases.c.response_id == feedback.c.id))
        .where(feedback.c.id.in_(sa.select(given.c.response_id)))
        # Codes of 35 random bits may meet, one day: the later is the one in somebody's hand.
        .order_by(feedback.c.received_at.desc(), feedback.c.id.desc())
        .limit(1)
    )
    return connection.execute(wanted).mappings().one_or_none()


def timeline_of(connection: sa.Connection, scope: Scope, case_id: str) -> list[sa.RowMapping]:
    """Return the timeline of a case, the latest entry first."""
    wanted = (
        sa.select(timeline)
        .where(timeline.c.case_id == case_id, scope.of(timeline.c.store_id))
        .order_by(timeline.c.at.desc(), timeline.c.id.desc())
    )
    return list(connection.execute(wanted).mappings())


# The grade is among what every list shows.
_CORRECTED = tuple(
    corrections.c[name].label(f"corrected_{name}")
    for name in ("department", "topics", "sentiment", "intent")
)
# A store with more has other worries than what its kiosks show; the oldest are what stands longest.
STANDING_AT_MOST = 2000


def standing(
    connection: sa.Connection, scope: Scope, store: str, statuses: Sequence[str]
) -> list[sa.RowMapping]:
    """Return the cases of a store in these statuses with what was said, the oldest first."""
    wanted = (
        sa.select(*_SHOWN, feedback.c.grading, feedback.c.weight, *_CORRECTED)
        .select_from(_JOINED)
        .where(cases.c.store_id == store, scope.of(cases.c.store_id))
        .where(cases.c.status.in_(statuses))
        .order_by(cases.c.started_at, cases.c.id)
        .limit(STANDING_AT_MOST)
    )
    return list(connection.execute(wanted).mappings())


def counts(connection: sa.Connection, scope: Scope, now: datetime) -> dict[str, int]:
    """Return how many cases are open, by grade, and how many of them are overdue."""
    late = sa.func.sum(sa.case((cases.c.due_at < now, 1), else_=0))
    rows = connection.execute(
        sa.select(cases.c.grade, sa.func.count().label("open"), late.label("late"))
        .where(scope.of(cases.c.store_id), cases.c.status.in_(_OPEN))
        .group_by(cases.c.grade)
    )
    found = {"S": 0, "A": 0, "B": 0, "late": 0}
    for row in rows:
        found[row.grade] = row.open
        found["late"] += int(row.late or 0)
    return found
