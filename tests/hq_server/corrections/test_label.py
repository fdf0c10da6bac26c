"""hq_server/corrections/label.py: what stands after a correction, and what a label may say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.topics import TOPICS, Department
from grading.verdict import Grade, Intent
from hq_server.corrections import label
from hq_server.corrections.label import FIELDS, Label
from hq_server.errors import InputError

VERDICT: dict[str, Any] = {
    "grade": "B", "department": "store", "topics": ["taste", "price_level"], "sentiment": 4,
    "intent": "praise", "language": "zh", "evidence": [],
    "aspects": [
        {"topic": "taste", "polarity": "positive"}, {"topic": "price_level", "polarity": "neutral"},
    ],
}  # fmt: skip
SAID = label.of(VERDICT)
LABELS = st.builds(
    Label,
    grade=st.sampled_from([str(each) for each in Grade]),
    department=st.sampled_from([str(each) for each in Department]),
    topics=st.lists(st.sampled_from(sorted(TOPICS)), min_size=1, max_size=5, unique=True).map(
        tuple
    ),
    sentiment=st.integers(1, 5),
    intent=st.sampled_from([str(each) for each in Intent]),
)


def _kept(wanted: Label) -> dict[str, Any]:
    """Return the columns of a correction, as the database gives them back."""
    changed = label.differences(SAID, wanted)
    row = dict.fromkeys(FIELDS) | changed
    return row | {"topics": list(row["topics"]) if row["topics"] else None}


@settings(max_examples=60, deadline=None)
@given(LABELS)
def test_what_is_kept_gives_back_what_was_wanted(wanted: Label) -> None:
    stands = label.corrected(VERDICT, _kept(wanted.checked()))
    same_topics = set(wanted.topics) == set(SAID.topics) and wanted.topics[0] == SAID.topics[0]
    assert stands == (replace(wanted, topics=SAID.topics) if same_topics else wanted)
    assert label.of(label.over(VERDICT, _kept(wanted))) == stands


@settings(max_examples=60, deadline=None)
@given(LABELS)
def test_every_topic_that_stands_has_one_aspect(wanted: Label) -> None:
    over = label.over(VERDICT, _kept(wanted))
    assert [each["topic"] for each in over["aspects"]] == list(over["topics"])


def test_without_a_correction_the_verdict_stands() -> None:
    assert label.corrected(VERDICT, None) == SAID
    assert label.over(VERDICT, None) == VERDICT
    assert label.differences(SAID, SAID) == {}


def test_a_new_mind_speaks_of_all_topics() -> None:
    complaint = replace(SAID, intent="complaint", grade="A")
    over = label.over(VERDICT, _kept(complaint))
    assert {each["polarity"] for each in over["aspects"]} == {"negative"}


def test_the_order_of_the_lesser_topics_says_nothing() -> None:
    three = replace(SAID, topics=("taste", "price_level", "quality"))
    turned = replace(three, topics=("taste", "quality", "price_level"))
    assert label.differences(three, turned) == {}
    first = replace(three, topics=("quality", "taste", "price_level"))
    assert set(label.differences(three, first)) == {"topics"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("grade", "C"), ("department", "kitchen"), ("topics", ()), ("topics", ("taste", "taste")),
        ("topics", ("nonsense",)), ("topics", tuple(sorted(TOPICS)[:6])), ("sentiment", 0),
        ("sentiment", 6), ("intent", "anger"),
    ],
)  # fmt: skip
def test_a_label_that_no_verdict_could_be_is_refused(field: str, value: Any) -> None:
    with pytest.raises(InputError) as refused:
        replace(SAID, **{field: value}).checked()
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("before", "after", "milder"),
    [("S", "A", True), ("A", "B", True), ("B", "S", False), ("A", "A", False)],
)
def test_milder_is_less_urgent(before: str, after: str, milder: bool) -> None:
    assert label.is_milder(before, after) is milder
