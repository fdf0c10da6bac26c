"""hq_server/web/wording.py: times, marks and reasons in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.web import wording
from hq_server.web.texts import texts
from tests.hq_server.conftest import NOW

EN = texts("en")
_EVIDENCE = st.fixed_dictionaries(
    {
        "rule": st.just("zh.x"),
        "start": st.integers(-5, 60),
        "end": st.integers(-5, 60),
        "effect": st.sampled_from(["harm", "fault", "mention", "praise"]),
    }
)


@given(st.text(min_size=1, max_size=40), st.lists(_EVIDENCE, max_size=6))
def test_marking_never_loses_or_changes_a_word(note: str, evidence: list[dict[str, Any]]) -> None:
    pieces = wording.marked(note, evidence)
    assert "".join(piece.text for piece in pieces) == note


def test_the_graver_of_two_rules_colours_a_word() -> None:
    evidence = [
        {"rule": "a", "start": 0, "end": 4, "effect": "harm"},
        {"rule": "b", "start": 2, "end": 6, "effect": "mention"},
    ]
    found = [(piece.text, piece.effect) for piece in wording.marked("abcdefgh", evidence)]
    assert found == [("abcd", "harm"), ("ef", "mention"), ("gh", "")]


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0 min"), (59, "59 min"), (61, "1 h 1 min"), (24 * 60 + 90, "1 d 1 h"), (-5, "0 min")],
)
def test_duration(minutes: int, text: str) -> None:
    assert wording.duration(EN, timedelta(minutes=minutes)) == text


@pytest.mark.parametrize(
    ("due_minutes", "tone", "percent"), [(-6, "late", 100), (10, "soon", 14), (60, "fine", 50)]
)
def test_left(due_minutes: int, tone: str, percent: int) -> None:
    case = {
        "due_at": NOW + timedelta(minutes=due_minutes),
        "started_at": NOW - timedelta(minutes=60),
    }
    left = wording.left(EN, case, NOW)
    assert (left.tone, left.percent) == (tone, percent)


def test_nothing_is_left_to_do() -> None:
    assert wording.left(EN, {"due_at": None, "started_at": NOW}, NOW).tone == "done"


def test_reasons_for_a_grade_are_said_once_the_gravest_first() -> None:
    evidence = [
        {"rule": "rating.1", "start": 0, "end": 0, "effect": "fault"},
        {"rule": "zh.allergy", "start": 2, "end": 4, "effect": "harm"},
        {"rule": "zh.allergy", "start": 2, "end": 4, "effect": "harm"},
        {"rule": "reason.allergy", "start": 0, "end": 0, "effect": "harm"},
    ]
    found = [ground.what for ground in wording.grounds(EN, "吃了过敏", evidence)]
    assert found == ["“过敏”", "Chose “Allergy”", "Score 1"]


def test_a_line_for_every_response() -> None:
    said = {"note": None, "reasons": [{"topic": "refund"}, {"topic": "unknown"}]}
    assert wording.headline(EN, said) == "Refund, unknown"
    assert wording.headline(EN, {"note": None, "reasons": []}) == "A score only"
    assert wording.ago(EN, NOW - timedelta(minutes=3), NOW) == "3 min ago"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_head_of_the_models_has_a_name(language: str) -> None:
    for head in ("S", "complaint", "size_fit", "packaging"):
        name = wording.rule_name(texts(language), f"model.zh.{head}")
        assert "model." not in name and "_" not in name
