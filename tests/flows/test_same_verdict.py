"""A store and HQ hand the same context to grading: the same bytes by either way."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from edge_gateway.alarms import Alarms
from grading.grader import grade
from grading.rulebook import Rulebook, built_in, with_changes
from grading.verdict import Context, Grading
from hq_server.feedback.said import columns
from protocols.messages import Response
from tests.edge_gateway.field import START, response

PLACES = """
[[rule]]
id = "own.zh.hair"
language = "zh"
topic = "food_safety"
kind = "harm"
words = ["有根卷发"]
only = { touchpoint = ["till-4"] }
[[rule]]
id = "own.zh.here"
language = "zh"
topic = "parking"
kind = "fault"
words = ["老问题"]
unless = { store = ["s2"] }
"""
SAID = [
    response(1, rating=1, note="太差了"),
    response(2, rating=1, note="太差了", touchpoint=None),
    response(3, rating=2, note="里面有根卷发", urgent=True),
    response(4, rating=2, note="里面有根卷发", touchpoint="fresh"),
    response(5, rating=3, note="还是老问题，过敏了"),
    msgspec.structs.replace(response(6, rating=1, note="还是老问题，过敏了"), store="s2"),
    msgspec.structs.replace(response(7, rating=1, note="12315"), contact_consent=True),
    msgspec.structs.replace(
        response(8, rating=1, note="过敏"), contact_consent=True, contact_sealed="c2VhbGVk"
    ),
    response(9, rating=1, note="", urgent=True),
    response(10, rating=None),
    response(11, rating=1, note="脸上过\0敏了"),
]


def _in_the_store(said: Response, book: Rulebook) -> Grading:
    verdicts: list[Grading] = []

    def graded(text: str, context: Context, rulebook: Rulebook) -> Grading:
        verdicts.append(grade(text, context, rulebook))
        return verdicts[-1]

    alarms = Alarms((), grade=graded, new_id=lambda: "a1")
    alarms.grade_by(book)
    alarms.consider(said, START)
    return verdicts[-1]


@pytest.mark.parametrize("said", SAID, ids=lambda one: one.response)
def test_a_text_has_one_verdict_in_the_store_and_at_hq(said: Response) -> None:
    for book in (built_in(), with_changes(PLACES.encode())):
        at_hq = columns(said, (), datetime(2026, 11, 22, tzinfo=UTC), book)["grading"]
        assert at_hq == msgspec.to_builtins(_in_the_store(said, book))


def test_the_place_is_handed_over_by_both() -> None:
    verdicts = [_in_the_store(one, with_changes(PLACES.encode())) for one in SAID]
    assert verdicts[0].topics == ("queue_checkout",) != verdicts[1].topics
    rules = [{one.rule for one in verdict.evidence} for verdict in verdicts]
    assert ["own.zh.hair" in rules[2], "own.zh.hair" in rules[3]] == [True, False]
    assert ["own.zh.here" in rules[4], "own.zh.here" in rules[5]] == [True, False]
