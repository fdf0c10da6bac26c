"""Scores gradings against labels: shares with 95 % intervals, nothing drawn by chance.

Shares have Wilson's interval; F1 has the jackknife's, over texts. A label's `*_ok` list is what a
second careful person could defend: the lenient score accepts it, the strict one for sentiment only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Annotated

import msgspec

from grading import features
from grading.normalise import normalise
from grading.topics import TOPICS, Department
from grading.verdict import Grade, Intent, Polarity
from grading.words import table

_Z = 1.959964
_Sentiment = Annotated[int, msgspec.Meta(ge=1, le=5)]


class LabelledText(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a labelled file; ValueError for a label that there is not."""

    id: str
    text: str
    grade: Grade
    department: Department
    topics: tuple[str, ...]
    sentiment: _Sentiment
    lang: str = "zh"
    rating: _Sentiment | None = None
    aspects: dict[str, Polarity] = msgspec.field(default_factory=dict)
    grade_ok: tuple[Grade, ...] = ()
    department_ok: tuple[Department, ...] = ()
    sentiment_ok: tuple[_Sentiment, ...] = ()
    intent: str = ""

    def __post_init__(self) -> None:
        for name, topics in (("topics", self.topics), ("aspects", self.aspects)):
            for topic in topics:
                if topic not in TOPICS:
                    raise ValueError(f"{name}: {topic!r} is no topic")
        if self.intent and self.intent not in set(Intent):
            raise ValueError(f"intent: {self.intent!r} is no intent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a grader says of one text."""

    grade: str
    department: str = "store"
    topics: tuple[str, ...] = ("general",)
    sentiment: int = 3
    aspects: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A share of 1 with its interval; `of` is what it was counted over."""

    name: str
    value: float
    low: float
    high: float
    of: int


def score(pairs: Sequence[tuple[LabelledText, Answer]]) -> list[Figure]:
    """Return the figures of a grader over some labelled texts."""
    said_s = [(gold, said) for gold, said in pairs if said.grade == "S"]
    are_s = [(gold, said) for gold, said in pairs if gold.grade == "S"]
    opposed = [
        said.aspects.get(topic) == polarity
        for gold, said in pairs
        if len(set(gold.aspects.values()) - {"neutral"}) > 1
        for topic, polarity in gold.aspects.items()
    ]
    return [
        share("grade", [gold.grade == said.grade for gold, said in pairs]),
        share("S recall", [said.grade == "S" for _, said in are_s]),
        share("S precision", [gold.grade == "S" for gold, _ in said_s]),
        share("department", [gold.department == said.department for gold, said in pairs]),
        topic_f1(pairs),
        share("sentiment within 1", [_near(gold, said) for gold, said in pairs]),
        share("opposed aspects", opposed),
    ]


def lenient(pairs: Sequence[tuple[LabelledText, Answer]]) -> list[Figure]:
    """Return the figures that differ where whatever a second person could defend is right, too."""
    grades = [(gold.grade, said.grade, _fits(gold, said)) for gold, said in pairs]
    departments = [
        said.department in {gold.department, *gold.department_ok} for gold, said in pairs
    ]
    return [
        share("grade", [right for _, _, right in grades]),
        share("S recall", [right for gold, _, right in grades if gold == "S"]),
        share("S precision", [right for _, said, right in grades if said == "S"]),
        share("department", departments),
    ]


def difference(first: Figure, second: Figure) -> Figure:
    """Return how much more the second figure is, both being of different texts.

    The interval is made of theirs (Newcombe 1998, method 10).
    """
    value = second.value - first.value
    below = sqrt((second.value - second.low) ** 2 + (first.high - first.value) ** 2)
    above = sqrt((second.high - second.value) ** 2 + (first.value - first.low) ** 2)
    return Figure(
        name=first.name,
        value=value,
        low=value - below,
        high=value + above,
        of=min(first.of, second.of),
    )


def polarity(text: str, language: str) -> float:
    """Return how pleased the polarity weights alone take a whole text to be: pleased above 0."""
    weights = table(language, "polarity")
    pieces = features.buckets(normalise(text).text, language, weights.bits)
    return weights.score(pieces)["positive"]


def topic_f1(pairs: Sequence[tuple[LabelledText, Answer]]) -> Figure:
    """Return the micro-averaged F1 of the topics."""
    counts = [_topic_counts(gold, said) for gold, said in pairs]
    total = [sum(column) for column in zip(*counts, strict=True)] if counts else [0, 0]
    value = _f1(total[0], total[1])
    without = [_f1(total[0] - hit, total[1] - size) for hit, size in counts]
    mean = sum(without) / len(without) if without else 0.0
    weight = (len(without) - 1) / len(without) if without else 0.0
    error = _Z * sqrt(weight * sum((one - mean) ** 2 for one in without))
    return Figure(
        name="topic micro-F1",
        value=value,
        low=max(0.0, value - error),
        high=min(1.0, value + error),
        of=len(counts),
    )


def bare_keywords(text: str) -> Answer:
    """Return what the rule that chains use today says: a word makes the grade, whatever is said."""
    for words, grade in ((_S_WORDS, "S"), (_A_WORDS, "A")):
        for word, department, topic in words:
            if word in text.lower():
                sentiment = 1 if grade == "S" else 2
                return Answer(
                    grade=grade,
                    department=department,
                    topics=(topic,),
                    sentiment=sentiment,
                    aspects={topic: "negative"},
                )
    return Answer(grade="B", sentiment=4)


def by_polarity(pleased: Callable[[str], float]) -> Callable[[str], Answer]:
    """Return a grader that knows no more than how pleased a text is, from 0 to 1."""

    def grade(text: str) -> Answer:
        found = pleased(text)
        sentiment = 1 + round(4 * found)
        return Answer(grade="A" if found < 0.5 else "B", sentiment=sentiment)

    return grade


def wilson(right: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    part, square = right / of, _Z * _Z / of
    centre = (part + square / 2) / (1 + square)
    half = _Z * sqrt(part * (1 - part) / of + square / (4 * of)) / (1 + square)
    return max(0.0, centre - half), min(1.0, centre + half)


def share(name: str, outcomes: Sequence[bool]) -> Figure:
    """Return the share of outcomes that are true."""
    right, of = sum(outcomes), len(outcomes)
    low, high = wilson(right, of)
    return Figure(name=name, value=right / of if of else 0.0, low=low, high=high, of=of)


def _fits(gold: LabelledText, said: Answer) -> bool:
    return said.grade in {gold.grade, *gold.grade_ok}


def _near(gold: LabelledText, said: Answer) -> bool:
    return any(abs(said.sentiment - one) <= 1 for one in (*gold.sentiment_ok, gold.sentiment))


def _topic_counts(gold: LabelledText, said: Answer) -> tuple[int, int]:
    return len(set(gold.topics) & set(said.topics)), len(set(gold.topics)) + len(set(said.topics))


def _f1(hits: int, sizes: int) -> float:
    return 2 * hits / sizes if sizes else 0.0


# The seed words of such rules, with the department that they are sent to.
_S_WORDS = (
    ("过敏", "product", "allergy"),
    ("假货", "supply_chain", "counterfeit"),
    ("退款", "operations", "refund"),
    ("过期", "supply_chain", "expired"),
    ("投诉", "store", "general"),
    ("allerg", "product", "allergy"),
    ("fake", "supply_chain", "counterfeit"),
    ("refund", "operations", "refund"),
    ("expired", "supply_chain", "expired"),
)
_A_WORDS = (
    ("态度", "store", "service_attitude"),
    ("排队", "store", "queue_checkout"),
    ("缺货", "supply_chain", "stock_out"),
    ("质量", "product", "quality"),
    ("配送", "supply_chain", "delivery"),
    ("rude", "store", "service_attitude"),
    ("queue", "store", "queue_checkout"),
    ("out of stock", "supply_chain", "stock_out"),
    ("quality", "product", "quality"),
    ("delivery", "supply_chain", "delivery"),
)
