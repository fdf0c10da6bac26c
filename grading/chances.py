"""How likely each grade and each topic is, and how a topic fares, by margins and findings.

The factors are fitted to sentences whose margins come from models that had not seen them
(`grading.training.chances`), so a chance of 0.8 is right in about eight of ten of such texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from math import exp
from operator import mul

import msgspec

from grading.opinions import HEARD_IN_CLAUSE, Opinion, loudest, shares
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
_LONG = 100


class Factors(msgspec.Struct, frozen=True, kw_only=True):
    """What each sign counts; the last of each row counts always."""

    grades: tuple[tuple[float, ...], ...]
    """A row by grade: S, A, B."""
    topic: tuple[float, ...]
    praised: tuple[float, ...]
    """Of a topic among several of a complaint."""


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
    found = [(_chance(row, signs), topic) for topic, signs in topic_signs(reading)]
    found.sort(key=lambda one: (-one[0], one[1]))
    return found


def of_praise(reading: Reading, topic: str) -> float:
    """Return the chance that a topic is praised, among several of a complaint."""
    return _chance(factors(reading.words.language).praised, praise_signs(reading, topic))


def _chance(row: Sequence[float], signs: Sequence[float]) -> float:
    return round(1 / (1 + exp(-sum(map(mul, row, signs)) - row[-1])), _DIGITS)


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
    opinions = reading.opinions if len(reading.words.clauses.each) > 1 else []
    loud = loudest(opinions)
    named = {topic for _, topic in heard}
    others = [
        (reading.margin(topic), topic) for topic in sorted({*told, *loud}) if topic not in named
    ]
    alone = _of_clauses(reading, opinions, loud)
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
                *alone(topic, place),
            ],
        )
        for place, (margin, topic) in enumerate(heard + others)
    ]


def _of_clauses(
    reading: Reading, opinions: Sequence[Opinion], loud: Mapping[str, Sequence[Opinion]]
) -> Callable[[str, int], list[float]]:
    """Return what gives the signs of a topic in the clauses of a text, heard alone."""
    length = min(1.0, len(reading.words.text.text) / _LONG)
    if len(opinions) < 2:
        none = [HEARD_IN_CLAUSE, *(8 * [0.0]), length]
        return lambda _topic, _place: none
    two = reading.two_minds
    pleased = reading.pleased
    best = opinions[pleased.index(max(pleased))]
    worst = opinions[pleased.index(min(pleased))]
    margins: dict[str, float] = {}
    for one in opinions:
        for margin, topic in one.topics:
            margins[topic] = max(margin, margins.get(topic, margin))

    def signs(topic: str, place: int) -> list[float]:
        here = loud.get(topic, ())
        return [
            margins.get(topic, HEARD_IN_CLAUSE),
            bool(here),
            1.0,
            two,
            two and best in here,
            two and worst in here,
            two and place == 0,
            two and place == 1,
            len(here) / len(opinions),
            length,
        ]

    return signs


def praise_signs(reading: Reading, topic: str) -> list[float]:
    """Return what the chance that a topic is praised is worked out from."""
    opinions, pleased, moods = reading.opinions, reading.pleased, reading.moods
    effects = {effect for named, effect in reading.told if named == topic}
    of_rules = [bool(effects & _BAD), bool(effects & _GOOD)]
    whole = [reading.margin("praise"), reading.margin("complaint")]
    if not opinions:
        return [0.0] * 8 + [*of_rules, *whole]
    abouts = [one.about(topic) for one in opinions]
    weights = shares(abouts)
    all_ = sum(weights)
    own = sum(map(mul, weights, pleased)) / all_
    own_mood = sum(map(mul, weights, moods)) / all_
    middle, middle_mood = (max(pleased) + min(pleased)) / 2, (max(moods) + min(moods)) / 2
    return [
        own,
        own - middle,
        pleased[abouts.index(max(abouts))] - middle,
        max(pleased),
        min(pleased),
        own_mood,
        own_mood - middle_mood,
        len(opinions) > 1,
        *of_rules,
        *whole,
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
