"""hq_server/corrections/quality.py: rates with their intervals, and which rules are flagged."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.evaluation import wilson
from hq_server.corrections import quality
from hq_server.corrections.quality import AT_LEAST, OFTEN, Counted, Quality

ONE, TWO = ("l1", "p1"), ("l2", "p2")


def _row(version: tuple[str, str] = ONE, rule: str = "zh.x", **said: Any) -> dict[str, Any]:
    grading = {
        "grade": "S", "topics": ["taste"], "evidence": [{"rule": rule}, {"rule": rule}],
        "lexicon_version": version[0], "policy_version": version[1],
    }  # fmt: skip
    fields = dict.fromkeys(("grade", "department", "topics", "sentiment", "intent")) | said
    return {"grading": grading, "grading_now": grading, **fields}


def _worked_out(
    *rows: dict[str, Any], version: tuple[str, str] | None = None, gradings: int = 20
) -> Quality:
    counted = Counted(
        versions=Counter({ONE: gradings, TWO: 10}),
        rules=Counter({("zh.x", ONE): gradings, ("zh.x", TWO): 10, ("zh.y", TWO): 3}),
        topics=Counter({("taste", ONE): gradings, ("taste", TWO): 10}),
    )
    return quality.worked_out(counted, rows, version)


def test_a_rule_that_matched_twice_took_part_once() -> None:
    verdict = _row()["grading"]
    found = quality.counted([json.dumps(verdict), json.dumps(verdict), "null", "{}"])
    assert found.versions == {ONE: 2, ("", ""): 1}
    assert found.rules == {("zh.x", ONE): 2}
    assert found.topics == {("taste", ONE): 2}


def test_a_rule_is_counted_once_for_each_grading_and_corrected_with_its_interval() -> None:
    found = _worked_out(_row(grade="A"), _row(version=TWO, intent="praise"))
    rate = found.rules[0]
    assert (rate.name, rate.corrected, rate.gradings) == ("zh.x", 2, 30)
    assert (rate.low, rate.high) == wilson(2, 30)
    assert rate.kinds == (("intent", 1), ("lowered", 1))
    assert [each.name for each in found.rules] == ["zh.x", "zh.y"]


def test_one_version_is_seen_apart_from_the_others() -> None:
    rows = _row(grade="A"), _row(version=TWO, intent="praise")
    found = _worked_out(*rows, version=TWO)
    assert {(each.name, each.corrected, each.gradings) for each in found.rules} == {
        ("zh.x", 1, 10), ("zh.y", 0, 3),
    }  # fmt: skip
    assert (found.whole.corrected, found.whole.gradings) == (1, 10)
    assert [(each, rate.corrected) for each, rate in found.versions] == [(ONE, 1), (TWO, 1)]


def test_a_grading_that_was_found_right_is_no_correction() -> None:
    assert _worked_out(_row()).whole.corrected == 0


def test_a_correction_of_another_grading_says_nothing_of_this_one() -> None:
    since = _row(grade="A") | {"grading_now": {"grade": "B", "evidence": [], "topics": ["taste"]}}
    assert _worked_out(since).texts == []


def test_raised_and_lowered_are_told_apart() -> None:
    mild = _row(grade="A")
    mild["grading"] = mild["grading_now"] = mild["grading"] | {"grade": "B"}
    assert quality.kinds_of(mild) == ["raised"]
    assert quality.kinds_of(_row(grade="B", topics=["price_tag"])) == ["lowered", "topics"]


@pytest.mark.parametrize(
    ("corrected", "gradings", "flagged"),
    [(AT_LEAST - 1, AT_LEAST - 1, False), (AT_LEAST, 20, True), (AT_LEAST, 1000, False)],
)
def test_a_rule_is_flagged_when_both_bounds_are_passed(
    corrected: int, gradings: int, flagged: bool
) -> None:
    rows = [_row(grade="A")] * corrected
    found = _worked_out(*rows, gradings=gradings, version=ONE)
    assert found.rules[0].flagged is flagged
    assert (wilson(corrected, gradings)[0] > OFTEN and corrected >= AT_LEAST) is flagged


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["zh.x", "zh.y"]), st.sampled_from([None, "A", "B"]))),
)
def test_no_rule_is_corrected_more_often_than_it_took_part(said: list[tuple[str, Any]]) -> None:
    rows = [_row(rule=rule, grade=grade) for rule, grade in said]
    counted = quality.counted(json.dumps(row["grading"]) for row in rows)
    found = quality.worked_out(counted, rows, None)
    for rate in (*found.rules, *found.topics, found.whole):
        assert 0 <= rate.low <= rate.share <= rate.high + 1e-9 <= 1 + 1e-9
    assert sum(rate.corrected for rate in found.rules) == found.whole.corrected
