"""What a text is about, and how each topic and each clause fares."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from grading import chances
from grading.opinions import MOST_CLAUSES, pleased
from grading.reading import Reading
from grading.topics import GENERAL, TOPICS, Department, department_of
from grading.verdict import Aspect, ClauseFeeling, Effect, Grade, Intent, Polarity
from grading.words import Finding

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
    found = [*tapped, *[*dict.fromkeys([*own, *named])][: max(policy.most, len(own))]]
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
    blamed = {topic for topic in named if Effect.HARM in effects[topic]}
    blamed |= {one.topic for one in reading.context.reasons if one.urgent or reading.unhappy}
    weighed = grade is not Grade.B and len(named) > 1 and bool(reading.words.language)
    praised = _praised(reading, named, blamed) if weighed else set()
    found = []
    for topic in named:
        if weighed or topic in blamed:
            fares = Polarity.POSITIVE if topic in praised else Polarity.NEGATIVE
        else:
            fares = _of_effects(effects[topic]) or _of_whole(grade, intent)
        found.append(Aspect(topic=topic, polarity=fares))
    if grade is not Grade.B:
        found.sort(
            key=lambda one: (
                one.topic not in tapped,
                Effect.HARM not in effects[one.topic],
                one.polarity is Polarity.POSITIVE,
            )
        )
    return tuple(found)


def _praised(reading: Reading, named: Sequence[str], blamed: Collection[str]) -> set[str]:
    """Return which of several topics of a complaint are praised: never all of them."""
    chance = {topic: chances.of_praise(reading, topic) for topic in named if topic not in blamed}
    from_ = reading.policy.polarity.pleased_from
    found = {topic for topic, likely in chance.items() if likely >= from_}
    if len(found) == len(named):
        found.remove(min(named, key=lambda topic: chance[topic]))
    return found


def _of_whole(grade: Grade, intent: Intent) -> Polarity:
    if grade is not Grade.B:
        return Polarity.NEGATIVE
    return Polarity.POSITIVE if intent is Intent.PRAISE else Polarity.NEUTRAL


def _of_clause(reading: Reading, number: int, here: list[Finding]) -> Polarity:
    told = _of_effects({one.effect for one in here})
    if told is not None:
        return told
    clause = reading.words.clauses.each[number]
    if not reading.words.language or not _NO_OPINION.isdisjoint(clause.cues):
        return Polarity.NEUTRAL
    margin = pleased(reading.words, number)
    if abs(margin) < reading.policy.polarity.told_from:
        return Polarity.NEUTRAL
    return Polarity.POSITIVE if margin > 0 else Polarity.NEGATIVE


def _of_effects(effects: set[Effect]) -> Polarity | None:
    if effects & _NEGATIVE:
        return Polarity.NEGATIVE
    return Polarity.POSITIVE if effects & _POSITIVE else None
