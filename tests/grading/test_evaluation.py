from math import isclose

from grading.evaluation import (
    Answer,
    LabelledText,
    bare_keywords,
    by_polarity,
    score,
    topic_f1,
    wilson,
)


def label(grade: str, topics: tuple[str, ...] = ("queue_checkout",)) -> LabelledText:
    return LabelledText(
        id="1", text="x", grade=grade, department="store", topics=topics, sentiment=2
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
