"""How likely each grade and each topic is, by the models' margins and by what was found.

The factors are fitted to sentences whose margins come from models that had not seen them
(`grading.training.chances`), so a chance of 0.8 is right in about eight of ten of such texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from math import exp
from operator import mul

import msgspec

from grading.reading import HEARD, Reading
from grading.topics import GENERAL, TOPICS
from grading.verdict import Effect, Grade

GRADES = (Grade.S, Grade.A, Grade.B)
_HEADS = ("S", "complaint", "enquiry", "suggestion", "praise")
_EFFECTS = (
    Effect.FAULT,
    Effect.PRAISE,
    Effect.ASKED,
    Effect.SUPPOSED,
    Effect.NEGATED,
    Effect.SOFTENED,
)
_CUES = (
    "question",
    "rhetorical",
    "hypothetical",
    "hearsay",
    "worry",
    "comparison",
    "policy",
    "suggestion",
    "resolved",
    "thanks",
    "self_test",
    "reassured",
)
_BAD = {Effect.HARM, Effect.FAULT}
_GOOD = {Effect.PRAISE, Effect.NEGATED}
_OPEN = {Effect.ASKED, Effect.SUPPOSED, Effect.SOFTENED}
# Rounded, so that the last digits of a machine's exponential decide nothing.
_DIGITS = 6


class Factors(msgspec.Struct, frozen=True, kw_only=True):
    """What each sign counts; the last of each row counts always."""

    grades: tuple[tuple[float, ...], ...]
    """A row by grade: S, A, B."""
    topic: tuple[float, ...]


@cache
def factors(language: str) -> Factors:
    """Return the factors of a language: zh or en."""
    path = resources.files("grading") / "weights" / f"{language}_chances.json"
    return msgspec.json.decode(path.read_bytes(), type=Factors)


def of_grades(reading: Reading) -> dict[Grade, float]:
    """Return the chance of each grade, of 1 in all; empty where nothing can be read."""
    if not reading.words.language:
        return {}
    signs = grade_signs(reading)
    rows = factors(reading.words.language).grades
    scores = [sum(map(mul, row, signs)) + row[-1] for row in rows]
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    whole = sum(powers)
    return {
        grade: round(power / whole, _DIGITS) for grade, power in zip(GRADES, powers, strict=True)
    }


def of_topics(reading: Reading) -> list[tuple[float, str]]:
    """Return the chance of each topic that may be meant, the likeliest first."""
    if not reading.words.language:
        return []
    row = factors(reading.words.language).topic
    found = [
        (round(1 / (1 + exp(-sum(map(mul, row, signs)) - row[-1])), _DIGITS), topic)
        for topic, signs in topic_signs(reading)
    ]
    found.sort(key=lambda one: (-one[0], one[1]))
    return found


def grade_signs(reading: Reading) -> list[float]:
    """Return what the chances of the grades are worked out from."""
    words, effects = reading.words, reading.effects
    sure = [not one.hit.rule.doubt for one in words.findings if one.effect is Effect.HARM]
    heard = [margin for margin, _ in reading.heard[:2]]
    return [
        *map(reading.margin, _HEADS),
        any(sure),
        not all(sure),
        *(effect in effects for effect in _EFFECTS),
        *(cue in words.cues for cue in _CUES),
        *(heard + [HEARD] * (2 - len(heard))),
    ]


def topic_signs(reading: Reading) -> list[tuple[str, list[float]]]:
    """Return the topics that may be meant, and what the chance of each is worked out from."""
    told: dict[str, set[Effect]] = {}
    for topic, effect in reading.told:
        if topic in TOPICS and topic != GENERAL:
            told.setdefault(topic, set()).add(effect)
    heard = reading.heard
    best = heard[0][0] if heard else HEARD
    named = {topic for _, topic in heard}
    others = [(reading.margin(topic), topic) for topic in sorted(told) if topic not in named]
    return [
        (
            topic,
            [
                margin,
                best - margin,
                place == 0,
                place == 1,
                *_signs_of(told.get(topic)),
                best,
                bool(told),
            ],
        )
        for place, (margin, topic) in enumerate(heard + others)
    ]


def _signs_of(effects: set[Effect] | None) -> Sequence[bool]:
    if effects is None:
        return (False, False, False, False)
    return (
        bool(effects & _BAD),
        bool(effects & _GOOD),
        bool(effects & _OPEN),
        Effect.MENTION in effects,
    )
