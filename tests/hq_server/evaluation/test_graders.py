"""hq_server/evaluation/graders.py: who is compared, and that ours is what the product says."""

from __future__ import annotations

import importlib.util

import msgspec
import pytest

from grading.evaluation import LabelledText
from grading.grader import grade
from grading.verdict import Context
from hq_server.evaluation.graders import graders


def test_ours_comes_first_and_says_what_the_product_says() -> None:
    ours, keywords, *_ = graders()
    assert (ours.name, keywords.name) == ("storeloop", "bare keywords")
    line = {
        "id": "1", "text": "面包和上次一样", "grade": "A", "department": "product",
        "topics": ["taste"], "sentiment": 2, "lang": "zh", "rating": 1,
    }  # fmt: skip
    row = msgspec.convert(line, LabelledText)
    said, verdict = ours.answer(row), grade(row.text, Context(rating=1, language="zh"))
    assert (said.grade, said.department) == (verdict.grade, verdict.department)
    assert (said.topics, said.sentiment) == (verdict.topics, verdict.sentiment)
    assert set(said.aspects) == {aspect.topic for aspect in verdict.aspects}
    assert ours.pleased("质量很好，非常喜欢", "zh")
    assert not ours.pleased("awful waste of money", "en")


def test_bare_keywords_are_pleased_with_what_names_nothing() -> None:
    keywords = graders()[1]
    assert keywords.pleased("太差了", "zh")
    assert not keywords.pleased("用了没有过敏", "zh")


# Only asked for: its models take seconds to load.
@pytest.mark.skipif(importlib.util.find_spec("snownlp") is None, reason="needs snownlp")
def test_snownlp_is_for_chinese_and_slow() -> None:
    snownlp = graders()[2]
    assert (snownlp.name, snownlp.languages, snownlp.slow) == ("snownlp", ("zh",), True)
