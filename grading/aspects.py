"""What a text is about, and how each topic and each clause fares."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from grading import chances
from grading.reading import (
    MOST_CLAUSES,
    Finding,
    Reading,
    clause_margin,
    clause_polarity,
    clause_topic,
)
from grading.topics import GENERAL, TOPICS, Department, department_of
from grading.verdict import Aspect, ClauseFeeling, Effect, Grade, Intent, Polarity

_NEGATIVE = {Effect.HARM, Effect.FAULT}
_POSITIVE = {Effect.PRAISE, Effect.NEGATED}
_SAYING = _NEGATIVE | _POSITIVE
_NO_OPINION = frozenset({"question", "suggestion", "hypothetical"})


def topics(reading: Reading) -> tuple[str, ...]:
    """Return what a text is about: chips first, then the likeliest; never empty."""
    policy = reading.policy.topic
    tapped = dict.fromkeys(
        reason.topic
        for reason in sorted(reading.context.reasons, key=lambda reason: not reason.urgent)
    )
    likely = chances.of_topics(reading)
    named = [topic for chance, topic in likely if chance >= policy.named_from][: policy.most]
    if not named and not tapped:
        named = [topic for chance, topic in likely[:1] if chance >= policy.best_from]
    own = _of_own_rules(reading)
    said = dict.fromkeys([*own, *named])
    most = max(policy.most, len(own))
    if len(said) < most:
        said |= dict.fromkeys(_opposed(reading, likely, said))
    found = [*tapped, *list(said)[:most]]
    known = [topic for topic in dict.fromkeys(found) if topic in TOPICS and topic != GENERAL]
    return tuple(known) or (GENERAL,)


def _of_own_rules(reading: Reading) -> list[str]:
    """Return the topics of rules that the chain wrote or added to, where they say something."""
    return [
        topic
        for one in reading.words.findings
        if one.hit.rule.own and one.effect in _SAYING
        for topic in one.hit.rule.topics
    ]


def _opposed(
    reading: Reading, likely: Sequence[tuple[float, str]], said: Collection[str]
) -> list[str]:
    """Return what the best and the worst clause are about in a text of two minds."""
    from_ = reading.policy.topic.opposed_from
    may = {topic for chance, topic in likely if chance >= from_ and topic not in said}
    # Most texts have no topic left to name: then their clauses need not be looked at.
    feelings = reading.two_minds if may else None
    if feelings is None:
        return []
    ends = (feelings.index(max(feelings)), feelings.index(min(feelings)))
    return [topic for number in ends if (topic := clause_topic(reading.words, number)) in may]


def of_place(reading: Reading) -> str | None:
    """Return what words that name nothing are about, by where they were written."""
    if not reading.words.text.text.strip() or reading.context.touchpoint is None:
        return None
    return reading.policy.topic_of(reading.context.touchpoint)


def department(reading: Reading, topic: str, grade: Grade) -> Department:
    """Return who owns the cause of the gravest topic."""
    for finding in reading.words.findings:
        rule = finding.hit.rule
        if topic in rule.topics and rule.department and finding.effect in _NEGATIVE:
            return rule.department
    return department_of(topic, complaint=grade is not Grade.B)


def clauses(reading: Reading) -> tuple[ClauseFeeling, ...]:
    """Return how each clause is meant; a long text's first clauses."""
    words = reading.words
    found: list[ClauseFeeling] = []
    for number, clause in enumerate(words.clauses.each[:MOST_CLAUSES]):
        if clause.end <= clause.start or not words.text.text:
            continue
        here = words.by_clause.get(number, [])
        start, end = words.text.span(clause.start, clause.end)
        named = dict.fromkeys(topic for one in here for topic in one.hit.rule.topics)
        found.append(
            ClauseFeeling(
                start=start,
                end=end,
                polarity=_of_clause(reading, number, here),
                topics=tuple(topic for topic in named if topic != GENERAL),
            )
        )
    return tuple(found)


def aspects(
    reading: Reading, named: tuple[str, ...], grade: Grade, intent: Intent
) -> tuple[Aspect, ...]:
    """Return how each named topic fares; in a complaint, what is complained of comes first."""
    effects: dict[str, set[Effect]] = {topic: set() for topic in named}
    for topic, effect in reading.told:
        effects.get(topic, set()).add(effect)
    tapped = {reason.topic for reason in reading.context.reasons}
    for topic in tapped & effects.keys() if reading.unhappy else ():
        effects[topic].add(Effect.FAULT)
    feelings = None if grade is Grade.B or len(named) < 2 else reading.two_minds
    found = [
        Aspect(
            topic=topic,
            polarity=_of_effects(effects[topic])
            or _of_topic(reading, topic, feelings)
            or _of_whole(grade, intent),
        )
        for topic in named
    ]
    if grade is not Grade.B:
        found.sort(
            key=lambda one: (
                one.topic not in tapped,
                Effect.HARM not in effects[one.topic],
                one.polarity is Polarity.POSITIVE,
            )
        )
    return tuple(found)


def _of_topic(reading: Reading, topic: str, feelings: Sequence[float] | None) -> Polarity | None:
    """Return how a topic fares in a text of two minds: as its clause does beside the others."""
    if feelings is None:
        return None
    pleased = feelings[_clause_of(reading, topic, len(feelings))]
    middle = (max(feelings) + min(feelings)) / 2
    return Polarity.POSITIVE if pleased > middle else Polarity.NEGATIVE


def _of_whole(grade: Grade, intent: Intent) -> Polarity:
    if grade is not Grade.B:
        return Polarity.NEGATIVE
    return Polarity.POSITIVE if intent is Intent.PRAISE else Polarity.NEUTRAL


def _clause_of(reading: Reading, topic: str, count: int) -> int:
    """Return the clause that speaks of a topic."""
    words = reading.words
    for finding in words.findings:
        if topic in finding.hit.rule.topics:
            return min(words.clauses.at(finding.hit.start), count - 1)
    return max(range(count), key=lambda number: (clause_margin(words, number, topic), -number))


def _of_clause(reading: Reading, number: int, here: list[Finding]) -> Polarity:
    told = _of_effects({one.effect for one in here})
    if told is not None:
        return told
    if not reading.words.language:
        return Polarity.NEUTRAL
    clause = reading.words.clauses.each[number]
    if not _NO_OPINION.isdisjoint(clause.cues):
        return Polarity.NEUTRAL
    margin = clause_polarity(reading.words, number)
    if abs(margin) < reading.policy.polarity.told_from:
        return Polarity.NEUTRAL
    return Polarity.POSITIVE if margin > 0 else Polarity.NEGATIVE


def _of_effects(effects: set[Effect]) -> Polarity | None:
    if effects & _NEGATIVE:
        return Polarity.NEGATIVE
    return Polarity.POSITIVE if effects & _POSITIVE else None
