"""What a text is about, and how each topic and each clause fares."""

from __future__ import annotations

from grading.model import Margins
from grading.reading import GRAVITY, Finding, Reading, clause_margin, clause_polarity
from grading.topics import GENERAL, TOPICS, Department, department_of
from grading.verdict import Aspect, ClauseFeeling, Effect, Grade, Intent, Polarity

_NEGATIVE = {Effect.HARM, Effect.FAULT}
_POSITIVE = {Effect.PRAISE, Effect.NEGATED}
_NO_OPINION = frozenset({"question", "suggestion", "hypothetical"})
_OPPOSED = {Polarity.POSITIVE, Polarity.NEGATIVE}
# A model's topic of a complaint weighs like a fault, but comes after those that a rule found.
_MODEL_COMPLAINS, _MODEL_SAYS = 1.9, 0.9
# What is merely named comes before or after that by how much the model hears of it.
_NAMED = 0.1
_MOST_CLAUSES = 40


def topics(reading: Reading, complaint: bool) -> tuple[str, ...]:
    """Gravest first, then in the order in which they were named; chips come before words."""
    weights = _found(reading)
    specific = max((weights[topic] for topic in weights if topic != GENERAL), default=0)
    said = _MODEL_COMPLAINS if complaint else _MODEL_SAYS
    for topic in _named_by_model(reading, weights):
        weights[topic] = max(weights.get(topic, 0), said)
    if specific == 0:
        # Nothing is said of anything but in general: then what is named is what is meant.
        for topic, weight in weights.items():
            if weight == 0:
                weights[topic] = said + _NAMED * reading.margin(topic)
    known = [topic for topic in weights if topic in TOPICS and topic != GENERAL]
    heaviest = max((weights[topic] for topic in known), default=0)
    # Beside a complaint, what is merely named is the scene and not the subject.
    kept = [topic for topic in known if weights[topic] > 0 or heaviest < _MODEL_SAYS]
    kept.sort(key=lambda topic: -weights[topic])
    return tuple(_meant(reading, kept)) or (GENERAL,)


def of_place(reading: Reading) -> str | None:
    """Return what words that name nothing are about, by where they were written."""
    if not reading.words.text.text.strip() or reading.context.touchpoint is None:
        return None
    return reading.policy.topic_of(reading.context.touchpoint)


def department(reading: Reading, topic: str) -> Department:
    """Return who owns the cause of the gravest topic."""
    for finding in reading.words.findings:
        rule = finding.hit.rule
        if topic in rule.topics and rule.department and finding.effect in _NEGATIVE:
            return rule.department
    return department_of(topic)


def clauses(reading: Reading) -> tuple[ClauseFeeling, ...]:
    """Return how each clause is meant; a long text's first clauses."""
    words = reading.words
    found: list[ClauseFeeling] = []
    for number, clause in enumerate(words.clauses.each[:_MOST_CLAUSES]):
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
    """Return how each named topic fares."""
    effects: dict[str, set[Effect]] = {topic: set() for topic in named}
    for topic, effect in reading.told:
        effects.get(topic, set()).add(effect)
    if reading.unhappy:
        for reason in reading.context.reasons:
            effects.get(reason.topic, set()).add(Effect.FAULT)
    return tuple(
        Aspect(topic=topic, polarity=_of_topic(reading, topic, effects[topic], grade, intent))
        for topic in named
    )


def _found(reading: Reading) -> dict[str, float]:
    weights: dict[str, float] = {}
    for reason in reading.context.reasons:
        weights.setdefault(reason.topic, 4 if reason.urgent else 2)
    for topic, effect in reading.told:
        weights[topic] = max(weights.get(topic, 0), GRAVITY.get(effect, 0))
    return weights


def _meant(reading: Reading, found: list[str]) -> list[str]:
    """Leave out second topics that the models do not hear; a word may stand for another thing.

    Chips stay, and so does an opinion that is opposed to the first.
    """
    if not reading.margins or len(found) < 2:
        return found
    kept = {reason.topic for reason in reading.context.reasons} | {found[0]}
    effects: dict[str, set[Effect]] = {}
    for topic, effect in reading.told:
        effects.setdefault(topic, set()).add(effect)
    first = _of_effects(effects.get(found[0], set()))
    for topic in found[1:]:
        opposed = {first, _of_effects(effects.get(topic, set()))} == _OPPOSED
        if opposed or reading.margin(topic) >= reading.policy.topic.second_from:
            kept.add(topic)
    return [topic for topic in found if topic in kept]


def _named_by_model(reading: Reading, found: dict[str, float]) -> list[str]:
    policy = reading.policy.topic
    least = min(policy.named_from, policy.best_from)
    if not isinstance(reading.margins, Margins):
        return []
    told = sorted(
        (one for one in reading.margins.above(least) if one[1] in TOPICS),
        key=lambda one: (-one[0], one[1]),
    )
    named = [head for margin, head in told if margin >= policy.named_from]
    if not named and told and told[0][0] >= policy.best_from:
        spoken = any(weight > 0 for topic, weight in found.items() if topic != GENERAL)
        named = [] if spoken else [told[0][1]]
    return named[: policy.most_by_model]


def _of_topic(
    reading: Reading, topic: str, effects: set[Effect], grade: Grade, intent: Intent
) -> Polarity:
    told = _of_effects(effects)
    if told is not Polarity.NEUTRAL or intent in {Intent.ENQUIRY, Intent.OTHER}:
        return told
    if intent is Intent.SUGGESTION:
        return Polarity.NEUTRAL
    if grade is Grade.B:
        return Polarity.POSITIVE
    number = _clause_of(reading, topic)
    if number is None:
        return Polarity.NEGATIVE
    here = reading.words.by_clause.get(number, [])
    in_clause = _of_clause(reading, number, here)
    return Polarity.NEGATIVE if in_clause is Polarity.NEUTRAL else in_clause


def _clause_of(reading: Reading, topic: str) -> int | None:
    """Return the clause that speaks of a topic; None when there is but one."""
    words = reading.words
    count = min(len(words.clauses.each), _MOST_CLAUSES)
    if count < 2 or not words.language or topic == GENERAL:
        return None
    for finding in words.findings:
        if topic in finding.hit.rule.topics:
            return words.clauses.at(finding.hit.start)
    return max(range(count), key=lambda number: (clause_margin(words, number, topic), -number))


def _of_clause(reading: Reading, number: int, here: list[Finding]) -> Polarity:
    told = _of_effects({one.effect for one in here})
    if told is not Polarity.NEUTRAL or not reading.words.language:
        return told
    clause = reading.words.clauses.each[number]
    if not _NO_OPINION.isdisjoint(clause.cues):
        return Polarity.NEUTRAL
    margin = clause_polarity(reading.words, number)
    if abs(margin) < reading.policy.polarity.told_from:
        return Polarity.NEUTRAL
    return Polarity.POSITIVE if margin > 0 else Polarity.NEGATIVE


def _of_effects(effects: set[Effect]) -> Polarity:
    if effects & _NEGATIVE:
        return Polarity.NEGATIVE
    return Polarity.POSITIVE if effects & _POSITIVE else Polarity.NEUTRAL
