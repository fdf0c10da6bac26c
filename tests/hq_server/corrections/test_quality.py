"""hq_server/corrections/quality.py: rates with their intervals, and which rules are flagged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.evaluation import wilson
from hq_server.corrections import quality
from hq_server.corrections.quality import AT_LEAST, OFTEN, Counted

ONE, TWO = ("l1", "p1"), ("l2", "p2")


def _row(version: tuple[str, str] = ONE, rule: str = "zh.x", **said: Any) -> dict[str, Any]:
    grading = {
        "grade": "S", "topics": ["taste"], "evidence": [{"rule": rule}, {"rule": rule}],
        "lexicon_version": version[0], "policy_version": version[1],
    }  # fmt: skip
    fields = dict.fromkeys(("grade", "department", "topics", "sentiment", "intent")) | said
    return {"grading": grading, "grading_now": grading, **fields}


def _counted(*rows: dict[str, Any], gradings: int = 20) -> Counted:
    return Counted(
        versions={ONE: gradings, TWO: 10},
        rules={("zh.x", ONE): gradings, ("zh.x", TWO): 10, ("zh.y", TWO): 3},
        topics={("taste", ONE): gradings, ("taste", TWO): 10},
        corrected=rows,
    )


def test_a_rule_is_counted_once_for_each_grading_and_corrected_with_its_interval() -> None:
    found = quality.worked_out(_counted(_row(grade="A"), _row(version=TWO, intent="praise")), None)
    rate = found.rules[0]
    assert (rate.name, rate.corrected, rate.gradings) == ("zh.x", 2, 30)
    assert (rate.low, rate.high) == wilson(2, 30)
    assert rate.kinds == (("intent", 1), ("lowered", 1))
    assert [each.name for each in found.rules] == ["zh.x", "zh.y"]


def test_one_version_is_seen_apart_from_the_others() -> None:
    rows = _row(grade="A"), _row(version=TWO, intent="praise")
    found = quality.worked_out(_counted(*rows), TWO)
    assert {(each.name, each.corrected, each.gradings) for each in found.rules} == {
        ("zh.x", 1, 10), ("zh.y", 0, 3),
    }  # fmt: skip
    assert (found.whole.corrected, found.whole.gradings) == (1, 10)
    assert [(each, rate.corrected) for each, rate in found.versions] == [(ONE, 1), (TWO, 1)]


def test_a_grading_that_was_found_right_is_no_correction() -> None:
    assert quality.worked_out(_counted(_row()), None).whole.corrected == 0


def test_a_correction_of_another_grading_says_nothing_of_this_one() -> None:
    since = _row(grade="A") | {"grading_now": {"grade": "B", "evidence": [], "topics": ["taste"]}}
    assert quality.worked_out(_counted(since), None).texts == []


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
    found = quality.worked_out(_counted(*rows, gradings=gradings), ONE)
    assert found.rules[0].flagged is flagged
    assert (wilson(corrected, gradings)[0] > OFTEN and corrected >= AT_LEAST) is flagged


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["zh.x", "zh.y"]), st.sampled_from([None, "A", "B"]))),
)
def test_no_rule_is_corrected_more_often_than_it_took_part(said: list[tuple[str, Any]]) -> None:
    rows = [_row(rule=rule, grade=grade) for rule, grade in said]
    per_rule = {rule: sum(one == rule for one, _ in said) for rule, _ in said}
    counted = Counted(
        versions={ONE: len(said)},
        rules={(rule, ONE): count for rule, count in per_rule.items()},
        topics={("taste", ONE): len(said)},
        corrected=rows,
    )
    found = quality.worked_out(counted, None)
    for rate in (*found.rules, *found.topics, found.whole):
        assert 0 <= rate.low <= rate.share <= rate.high + 1e-9 <= 1 + 1e-9
    assert sum(rate.corrected for rate in found.rules) == found.whole.corrected
