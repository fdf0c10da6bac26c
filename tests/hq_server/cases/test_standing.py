"""hq_server/cases/standing.py: what is open, and what its shoppers complain of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.cases.standing import complained_of, of_store
from hq_server.corrections.label import text_hash
from hq_server.corrections.tables import corrections
from hq_server.database import Database
from hq_server.ingest.intake import Answer
from protocols.messages import Reason
from tests.hq_server.corrections.test_tables import ROW
from tests.hq_server.field import batch, response, taken

Take = Callable[..., list[Answer]]


def _aspects(**polarity: str) -> list[dict[str, str]]:
    return [{"topic": topic, "polarity": each} for topic, each in polarity.items()]


@pytest.mark.parametrize(
    ("grading", "reasons", "topics"),
    [
        ({"aspects": _aspects(weighing="negative", price_tag="positive")}, [], ("weighing",)),
        ({"intent": "praise", "aspects": []}, ["queue_checkout"], ()),
        ({"intent": "other"}, ["queue_checkout", "queue_checkout"], ("queue_checkout",)),
        ({"intent": "complaint", "topics": ["parking"]}, [], ("parking",)),
        (None, [], ()),
    ],
)
def test_only_what_is_found_fault_with(
    grading: dict[str, Any] | None, reasons: list[str], topics: tuple[str, ...]
) -> None:
    assert complained_of(grading, [{"topic": topic} for topic in reasons]) == topics


def test_the_open_cases_of_a_store(database: Database, take: Take) -> None:
    reason = Reason(id="price", topic="price_tag")
    take(taken(batch(response("r1", rating=1, reasons=(reason,), touchpoint="till"))))
    with database.reading() as connection:
        (case,) = of_store(connection, EVERYTHING, "s1")
        assert of_store(connection, EVERYTHING, "s2") == []
        assert of_store(connection, Scope(frozenset({"s2"})), "s1") == []
    assert (case.touchpoint, case.weight, case.status) == ("till", 100, "new")
    assert "price_tag" in case.topics


def test_what_a_person_says_it_is_about_counts_as_long_as_the_words_are_those(
    database: Database, take: Take
) -> None:
    take(taken(batch(response("r1", rating=1, note="不行"))))
    row = ROW | {"id": "c1", "number": 1, "in_force": True, "text_hash": text_hash("不行")}
    said = {"topics": ["parking"], "intent": "complaint", "grade": "B"}
    with database.writing() as connection:
        connection.execute(sa.insert(corrections), row | said)
    with database.reading() as connection:
        (case,) = of_store(connection, EVERYTHING, "s1")
    assert case.topics == ("parking",)
    assert case.grade != "B", "what was promised stands"
    take(taken(batch(response("r1", rev=2, rating=1, note="真不行"), first=2)))
    with database.reading() as connection:
        (case,) = of_store(connection, EVERYTHING, "s1")
    assert "parking" not in case.topics
