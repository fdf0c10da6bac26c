"""The grade of a piece of feedback, with the reasons for it.

Policy, in order: an urgent chip, harm that is asserted, money withheld or a threat to go further
is S; any other complaint is A; the rest is B. A word alone makes no S: it may be denied, asked or
supposed. Where S and A are both possible it is S and unsure; where A and B are, it is A and unsure.
"""

from __future__ import annotations

from dataclasses import dataclass

from grading.cues import Clauses
from grading.lexicon import LEXICON, Hit
from grading.normalise import Normalised, Script, normalise
from grading.topics import GENERAL, TOPICS, Department, department_of
from grading.verdict import (
    Aspect,
    Confidence,
    Context,
    Effect,
    Evidence,
    Grade,
    Grading,
    Intent,
    Polarity,
)

# Fewer characters than this say too little to be called a complaint that we failed to understand.
_TELLING_CHARACTERS = 6
_MAX_EVIDENCE = 64
_BOTTOM, _LOW, _HIGH = 2, 3, 4
_DELIGHTED_PRAISES = 2

_GRAVITY = {Effect.HARM: 3, Effect.FAULT: 2, Effect.ASKED: 1, Effect.SOFTENED: 1, Effect.PRAISE: 1}
_NO_STATEMENT = {"question", "suggestion", "hypothetical"}
_NEGATIVE = {Effect.HARM, Effect.FAULT}
_POSITIVE = {Effect.PRAISE, Effect.NEGATED}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """A hit, and what it says in its clause."""

    hit: Hit
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """All that was read: the words, the chips and the face."""

    context: Context
    text: Normalised
    findings: tuple[_Finding, ...]
    cues: frozenset[str]

    def has(self, effect: Effect) -> bool:
        return any(finding.effect is effect for finding in self.findings)

    @property
    def urgent(self) -> bool:
        return any(reason.urgent for reason in self.context.reasons)

    @property
    def unhappy(self) -> bool:
        """The face, or the chips under it, complain."""
        rating = self.context.rating
        if rating is None:
            return False
        return rating <= _BOTTOM or (rating <= _LOW and bool(self.context.reasons))

    @property
    def not_understood(self) -> bool:
        """Words enough for a complaint, and nothing that the lexicon knows."""
        if self.text.script is not Script.KNOWN or self.cues & _NO_STATEMENT:
            return False
        if (self.context.rating or 0) >= _HIGH or "self_test" in self.cues:
            return False
        told = len(set(self.text.text)) >= _TELLING_CHARACTERS
        return told and all(finding.effect is Effect.MENTION for finding in self.findings)

    @property
    def unreadable(self) -> bool:
        if not self.text.text.strip() or self.findings:
            return False
        return self.text.script is not Script.KNOWN


def grade(text: str | None, context: Context) -> Grading:
    """Return the verdict on a shopper's words (or their absence) in their context."""
    reading = _read(text or "", context)
    decided, confidence = _decide(reading)
    topics = _topics(reading)
    return Grading(
        grade=decided,
        confidence=confidence,
        intent=_intent(reading, decided),
        topics=topics,
        department=_department(reading, topics[0]),
        sentiment=_sentiment(reading, decided),
        aspects=_aspects(reading, topics),
        evidence=_evidence(reading),
        lexicon_version=LEXICON.version,
    )


def _read(text: str, context: Context) -> _Reading:
    plain = normalise(text)
    clauses = Clauses(plain.text)
    findings = tuple(
        _Finding(hit=hit, effect=clauses.effect(hit)) for hit in LEXICON.search(plain.text)
    )
    cues = clauses.cues
    if LEXICON.cues["self_test"].search(plain.text):
        cues |= {"self_test"}
    return _Reading(context=context, text=plain, findings=findings, cues=cues)


def _decide(reading: _Reading) -> tuple[Grade, Confidence]:
    if reading.urgent:
        return Grade.S, Confidence.SURE
    harms = [one for one in reading.findings if one.effect is Effect.HARM]
    if harms:
        doubt = all(one.hit.rule.doubt for one in harms) or "suggestion" in reading.cues
        return Grade.S, Confidence.UNSURE if doubt else Confidence.SURE
    if reading.unhappy and _asked_harm(reading):
        return Grade.S, Confidence.UNSURE
    return _decide_below_urgent(reading)


def _decide_below_urgent(reading: _Reading) -> tuple[Grade, Confidence]:
    if reading.has(Effect.FAULT):
        doubt = reading.has(Effect.PRAISE) or (reading.context.rating or 0) >= _HIGH
        return Grade.A, Confidence.UNSURE if doubt else Confidence.SURE
    if reading.unhappy:
        doubt = reading.has(Effect.PRAISE) or reading.unreadable
        return Grade.A, Confidence.UNSURE if doubt else Confidence.SURE
    if reading.not_understood:
        return Grade.A, Confidence.UNSURE
    return Grade.B, Confidence.UNSURE if reading.unreadable else Confidence.SURE


def _asked_harm(reading: _Reading) -> bool:
    """A shopper at the two lowest faces who asks about harm has perhaps met it."""
    return any(
        one.effect is Effect.ASKED and one.hit.rule.kind == "harm" for one in reading.findings
    )


def _intent(reading: _Reading, decided: Grade) -> Intent:
    if decided is not Grade.B:
        return Intent.COMPLAINT
    if "self_test" in reading.cues:
        return Intent.OTHER
    if "suggestion" in reading.cues:
        return Intent.SUGGESTION
    if "question" in reading.cues:
        return Intent.ENQUIRY
    praised = any(finding.effect in _POSITIVE for finding in reading.findings)
    if praised or (reading.context.rating or 0) >= _HIGH:
        return Intent.PRAISE
    return Intent.OTHER


def _topics(reading: _Reading) -> tuple[str, ...]:
    """Gravest first, then in the order in which they were named; chips come before words."""
    weights: dict[str, int] = {}
    for reason in reading.context.reasons:
        weights.setdefault(reason.topic, 4 if reason.urgent else 2)
    for finding in reading.findings:
        for topic in finding.hit.rule.topics:
            weights[topic] = max(weights.get(topic, 0), _GRAVITY.get(finding.effect, 0))
    known = [topic for topic in weights if topic in TOPICS and topic != GENERAL]
    heaviest = max((weights[topic] for topic in known), default=0)
    # Beside a complaint, what is merely named is the scene and not the subject.
    named = [topic for topic in known if weights[topic] > 0 or heaviest < 2]
    named.sort(key=lambda topic: -weights[topic])
    return tuple(named) or (GENERAL,)


def _department(reading: _Reading, topic: str) -> Department:
    for finding in reading.findings:
        rule = finding.hit.rule
        if topic in rule.topics and rule.department and finding.effect in _NEGATIVE:
            return rule.department
    return department_of(topic)


def _aspects(reading: _Reading, topics: tuple[str, ...]) -> tuple[Aspect, ...]:
    effects: dict[str, set[Effect]] = {topic: set() for topic in topics}
    for finding in reading.findings:
        for topic in finding.hit.rule.topics:
            effects.get(topic, set()).add(finding.effect)
    if reading.unhappy:
        for reason in reading.context.reasons:
            effects.get(reason.topic, set()).add(Effect.FAULT)
    return tuple(Aspect(topic=topic, polarity=_polarity(effects[topic])) for topic in topics)


def _polarity(effects: set[Effect]) -> Polarity:
    if effects & _NEGATIVE:
        return Polarity.NEGATIVE
    return Polarity.POSITIVE if effects & _POSITIVE else Polarity.NEUTRAL


def _sentiment(reading: _Reading, decided: Grade) -> int:
    rating = reading.context.rating
    said = _said(reading, decided)
    if said is None:
        return rating or 3
    return min(said, rating) if rating and rating <= _BOTTOM else said


def _said(reading: _Reading, decided: Grade) -> int | None:
    """The sentiment of the words alone; None when they carry none."""
    if decided is Grade.S:
        return 1
    faults = [one for one in reading.findings if one.effect is Effect.FAULT]
    if faults:
        return 1 if any(one.hit.rule.strong for one in faults) else 2
    if reading.not_understood and reading.context.rating is None:
        return 2
    praises = sum(one.effect in _POSITIVE for one in reading.findings)
    if not praises or reading.cues & {"question", "suggestion"}:
        return 3 if reading.findings and reading.context.rating is None else None
    return 5 if praises >= _DELIGHTED_PRAISES else 4


def _evidence(reading: _Reading) -> tuple[Evidence, ...]:
    found = [_chip(reason.id, reason.urgent, reading) for reason in reading.context.reasons]
    if reading.context.rating is not None and reading.unhappy:
        found.append(_note(f"rating.{reading.context.rating}", Effect.FAULT))
    if reading.unreadable:
        found.append(_note("needs_reading", Effect.NOTE))
    elif reading.not_understood:
        found.append(_note("not_understood", Effect.NOTE))
    if reading.text.truncated:
        found.append(_note("truncated", Effect.NOTE))
    # The gravest first: a long text may hold more than is kept.
    for one in sorted(reading.findings, key=lambda one: -_GRAVITY.get(one.effect, 0)):
        start, end = reading.text.span(one.hit.start, one.hit.end)
        found.append(Evidence(rule=one.hit.rule.id, start=start, end=end, effect=one.effect))
    return tuple(found[:_MAX_EVIDENCE])


def _chip(reason: str, urgent: bool, reading: _Reading) -> Evidence:
    if urgent:
        return _note(f"reason.{reason}", Effect.HARM)
    return _note(f"reason.{reason}", Effect.FAULT if reading.unhappy else Effect.MENTION)


def _note(rule: str, effect: Effect) -> Evidence:
    return Evidence(rule=rule, start=0, end=0, effect=effect)
