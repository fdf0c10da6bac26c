"""hq_server/rulebook/grading_by.py: each transaction grades by what is in force in it."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from grading.rulebook import built_in
from hq_server.database import Database, new_id
from hq_server.errors import FaultyRulesError
from hq_server.feedback import repository as feedback
from hq_server.rulebook import repository
from hq_server.rulebook import service as rulebook
from hq_server.rulebook.grading_by import in_force, rulebook_of
from tests.hq_server.conftest import NOW
from tests.hq_server.field import batch, response, taken
from tests.hq_server.rulebook.conftest import FAULTY, SIGNED, WORD, rules


def test_feedback_is_graded_by_what_is_in_force_when_it_is_taken_in(
    database: Database, take: Callable[..., object], published: Callable[[str], int]
) -> None:
    """No process is started anew: the next commit follows."""
    take(taken(batch(response("r1", rating=2, note=f"遇到{WORD}"))))
    published(rules())
    take(taken(batch(response("r2", rating=2, note=f"遇到{WORD}"), first=2)))
    with database.writing() as connection:
        rulebook.roll_back(connection, 0, SIGNED)
    take(taken(batch(response("r3", rating=2, note=f"遇到{WORD}"), first=3)))
    with database.reading() as connection:
        rows = {row["id"]: row for row in feedback.facts(connection, ["r1", "r2", "r3"])}
    found = {
        id_: [one["rule"] for one in row["grading"]["evidence"] if one["rule"].startswith("own.")]
        for id_, row in rows.items()
    }
    assert found == {"r1": [], "r2": ["own.zh.incident"], "r3": []}
    assert rows["r2"]["grade"] == "S"


def test_the_same_changes_are_made_into_rules_once() -> None:
    assert rulebook_of(rules()) is rulebook_of(rules())
    with pytest.raises(FaultyRulesError):
        rulebook_of(FAULTY)


def test_a_revision_that_this_program_cannot_use_is_said_once_and_the_built_in_rules_grade(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    row = {"id": new_id(), "number": 1, "toml": FAULTY, "made_from": 0, "author": "a",
           "note": "n", "saved_at": NOW}  # fmt: skip
    with database.writing() as connection:
        repository.add_revision(connection, row)
        repository.publish(
            connection,
            {"id": new_id(), "number": 1, "revision": 1, "author": "a", "note": "n",
             "published_at": NOW},
        )  # fmt: skip
    with caplog.at_level(logging.ERROR), database.reading() as connection:
        found = [in_force(connection) for _ in range(3)]
    assert found[0].rulebook is built_in()
    assert "zh.nothing: unknown rule" in found[0].problems[0]
    assert sum("cannot be used" in line for line in caplog.messages) <= 1
