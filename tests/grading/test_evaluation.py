from math import isclose
from typing import Any

import msgspec
import pytest

from grading.evaluation import (
    Answer,
    LabelledText,
    bare_keywords,
    by_polarity,
    difference,
    lenient,
    polarity,
    score,
    share,
    topic_f1,
    wilson,
)
from grading.topics import Department
from grading.verdict import Grade

LINE: dict[str, Any] = {
    "id": "1", "text": "x", "grade": "A", "department": "store", "topics": ["taste"],
    "sentiment": 2,
}  # fmt: skip


def label(grade: str, topics: tuple[str, ...] = ("queue_checkout",)) -> LabelledText:
    return LabelledText(
        id="1",
        text="x",
        grade=Grade(grade),
        department=Department.STORE,
        topics=topics,
        sentiment=2,
    )


def test_a_share_lies_in_its_interval() -> None:
    low, high = wilson(88, 100)
    assert isclose(low, 0.802, abs_tol=0.001)
    assert isclose(high, 0.930, abs_tol=0.001)
    assert wilson(0, 0) == (0.0, 1.0)


def test_figures_are_counted_as_they_say() -> None:
    pairs = [
        (label("S"), Answer(grade="S", topics=("queue_checkout",))),
        (label("S"), Answer(grade="A", topics=("queue_checkout", "taste"))),
        (label("B"), Answer(grade="S", topics=("taste",))),
    ]
    found = {figure.name: figure.value for figure in score(pairs)}
    assert isclose(found["grade"], 1 / 3)
    assert found["S recall"] == found["S precision"] == 0.5
    assert isclose(found["topic micro-F1"], 4 / 7)
    assert topic_f1([]).value == 0.0


def test_the_bare_rule_takes_a_word_for_a_complaint() -> None:
    assert bare_keywords("用了没有过敏").grade == "S"
    assert bare_keywords("收银态度好").grade == "A"
    assert bare_keywords("几点关门").grade == "B"


def test_polarity_alone_knows_no_s() -> None:
    grade = by_polarity(lambda text: 0.1 if text == "bad" else 0.9)
    assert (grade("bad").grade, grade("good").grade) == ("A", "B")
    assert (grade("bad").sentiment, grade("good").sentiment) == (1, 5)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("grade", "C"),
        ("grade_ok", ["S", "C"]),
        ("department", "shop"),
        ("department_ok", ["shop"]),
        ("topics", ["food"]),
        ("aspects", {"food": "negative"}),
        ("aspects", {"taste": "bad"}),
        ("sentiment", 6),
        ("sentiment_ok", [0]),
        ("rating", 0),
        ("intent", "anger"),
    ],
)
def test_a_label_that_there_is_not_is_refused_by_its_field(field: str, value: object) -> None:
    assert msgspec.convert(LINE, LabelledText).grade is Grade.A
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert(LINE | {field: value}, LabelledText)


def test_the_lenient_score_takes_what_a_second_person_could_defend() -> None:
    gold = msgspec.convert(
        LINE | {"grade": "S", "grade_ok": ["S", "A"], "department_ok": ["product"]}, LabelledText
    )
    pairs = [
        (gold, Answer(grade="A", department="product")),
        (gold, Answer(grade="B", department="store")),
        (gold, Answer(grade="S", department="operations")),
        (label("A"), Answer(grade="S")),
    ]
    kind = {figure.name: figure.value for figure in lenient(pairs)}
    strict = {figure.name: figure.value for figure in score(pairs)}
    assert (strict["grade"], kind["grade"]) == (1 / 4, 1 / 2)
    assert isclose(strict["S recall"], 1 / 3)
    assert isclose(kind["S recall"], 2 / 3)
    assert strict["S precision"] == kind["S precision"] == 1 / 2
    assert (strict["department"], kind["department"]) == (1 / 2, 3 / 4)


def test_a_difference_has_the_interval_of_its_paper() -> None:
    # Newcombe 1998, table II, contrast (a): 56 of 70 and 48 of 80.
    found = difference(
        share("x", [True] * 48 + [False] * 32), share("x", [True] * 56 + [False] * 14)
    )
    assert isclose(found.value, 0.2)
    assert isclose(found.low, 0.0524, abs_tol=0.0001)
    assert isclose(found.high, 0.3339, abs_tol=0.0001)


def test_polarity_is_above_zero_for_the_pleased() -> None:
    assert polarity("质量很好，非常喜欢", "zh") > 0 > polarity("质量太差，再也不买", "zh")
    assert polarity("great, love it", "en") > 0 > polarity("awful waste of money", "en")
