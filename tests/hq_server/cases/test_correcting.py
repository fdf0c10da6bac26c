"""hq_server/cases/correcting.py: what a correction may do to a case, and what it may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hq_server.cases.correcting import Corrected, follow_correction
from hq_server.cases.following import Ground
from hq_server.database import Database
from hq_server.feedback import service as feedback
from hq_server.ingest.intake import Answer
from hq_server.sla import policy
from hq_server.tables import cases, timeline
from hq_server.tables import feedback as feedback_table
from tests.hq_server.conftest import NOW
from tests.hq_server.field import batch, response, rows, taken

Take = Callable[..., list[Answer]]
GROUND = Ground(policy=policy.shipped(), zone=ZoneInfo("Asia/Shanghai"), now=NOW)


def _correct(database: Database, changes: dict[str, tuple[Any, Any]]) -> None:
    (row,) = rows(database, feedback_table)
    new = {name: after for name, (_, after) in changes.items() if name != "sentiment"}
    corrected = Corrected(
        id="c1", author="li", why="看过", changes=changes,
        facts=replace(feedback.facts_of(dict(row)), **new),
    )  # fmt: skip
    with database.writing() as connection:
        follow_correction(connection, corrected, GROUND)


def test_a_closed_case_is_raised_and_stays_closed(database: Database, take: Take) -> None:
    take(taken(batch(response("r1", rating=2))))
    with database.writing() as connection:
        connection.execute(sa.update(cases).values(status="closed", due_at=None))
    _correct(database, {"grade": ("A", "S")})
    (case,) = rows(database, cases)
    assert (case["grade"], case["status"], case["due_at"]) == ("S", "closed", None)


def test_what_a_person_says_goes_before_an_assignee(database: Database, take: Take) -> None:
    take(taken(batch(response("r1", rating=2))))
    with database.writing() as connection:
        connection.execute(sa.update(cases).values(assignee="li"))
    _correct(database, {"department": ("store", "product")})
    (case,) = rows(database, cases)
    assert (case["department"], case["assignee"]) == ("product", "li")
    entries = {row["kind"]: row for row in rows(database, timeline)}
    assert entries["rerouted"]["detail"] == {"from": "store", "to": "product"}
    assert (entries["corrected"]["actor"], entries["corrected"]["note"]) == ("li", "看过")


def test_feedback_that_asks_for_nothing_has_no_case_after_it_either(
    database: Database, take: Take
) -> None:
    take(taken(batch(response("r1", rating=5))))
    _correct(database, {"sentiment": (5, 4)})
    assert rows(database, cases) == []
