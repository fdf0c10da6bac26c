"""The verdict on a piece of feedback, with the reasons for it.

`grade` is a pure function of the text, its context, the rulebook (by default the files of this
package) and the weights. The gateway and HQ run the same code on the same files.
"""

from __future__ import annotations

from grading import aspects, decision
from grading.decision import Decision
from grading.reading import GRAVITY, LOWEST, Reading
from grading.rulebook import Rulebook, built_in
from grading.topics import GENERAL
from grading.verdict import (
    Confidence,
    Context,
    Effect,
    Emotion,
    Evidence,
    Grade,
    Grading,
    Intent,
)
from grading.words import margins, read, tellers

_MAX_EVIDENCE = 64
_MAX_TELLERS = 3
_DELIGHTED_PRAISES = 2
_TO_PEOPLE = {"safety", "allergy", "food_safety"}
_POSITIVE = {Effect.PRAISE, Effect.NEGATED}
_BAD = {Effect.HARM, Effect.FAULT}


def grade(
    text: str | None,
    context: Context,
    rulebook: Rulebook | None = None,
    *,
    evidence: bool = True,
) -> Grading:
    """Return the verdict on a shopper's words (or their absence) in their context.

    Without a rulebook it is the built-in one. Without evidence, evidence and clauses stay empty
    and all else is the same; it is faster by a fifth.
    """
    rulebook = rulebook or built_in()
    words = read(text or "", context.language, rulebook, context)
    reading = Reading(context=context, words=words, margins=margins(words))
    decided = decision.decide(reading)
    intent = decision.intent(reading, decided.grade)
    topics = aspects.topics(reading)
    place = None
    if topics == (GENERAL,) and decided.grade is not Grade.B:
        place = aspects.of_place(reading)
        topics = (place or GENERAL,)
    feelings = aspects.aspects(reading, topics, decided.grade, intent)
    topics = tuple(one.topic for one in feelings)
    sentiment = _sentiment(reading, decided, intent)
    return Grading(
        grade=decided.grade,
        confidence=decided.confidence,
        intent=intent,
        topics=topics,
        department=aspects.department(reading, topics[0], decided.grade),
        sentiment=sentiment,
        aspects=feelings,
        evidence=_evidence(reading, decided, topics, place) if evidence else (),
        clauses=aspects.clauses(reading) if evidence else (),
        certainty=decided.certainty,
        unsure=decided.grade is Grade.S and decided.confidence is Confidence.UNSURE,
        needs_reading=reading.unreadable,
        emotion=_emotion(decided.grade, sentiment, topics),
        priority=_priority(reading, decided.grade, topics),
        language=words.language,
        lexicon_version=rulebook.lexicon_version,
        policy_version=rulebook.policy_version,
    )


def _sentiment(reading: Reading, decided: Decision, intent: Intent) -> int:
    rating = reading.context.rating
    said = _said(reading, decided, intent)
    if said is None:
        return rating or 3
    return min(said, rating) if rating and rating <= LOWEST else said


def _said(reading: Reading, decided: Decision, intent: Intent) -> int | None:
    """The sentiment of the words alone; None when they carry none."""
    findings = reading.words.findings
    if decided.grade is Grade.S:
        # What is perhaps no harm is perhaps no anger.
        return 1 if decided.confidence is Confidence.SURE else 2
    complains = decided.head is not None or not _BAD.isdisjoint(reading.effects)
    if decided.grade is Grade.A and complains:
        strong = any(one.effect is Effect.FAULT and one.hit.rule.strong for one in findings)
        return 1 if strong else 2
    if not reading.words.language and not findings:
        return None
    if intent is not Intent.PRAISE:
        return 3 if reading.context.rating is None else None
    praises = sum(one.effect in _POSITIVE for one in findings)
    return 5 if praises >= _DELIGHTED_PRAISES else 4


def _emotion(decided: Grade, sentiment: int, topics: tuple[str, ...]) -> Emotion:
    if decided is Grade.S:
        return Emotion.AFRAID if topics[0] in _TO_PEOPLE else Emotion.ANGRY
    if sentiment == 1:
        return Emotion.ANGRY
    if decided is Grade.A or sentiment == 2:
        return Emotion.DISAPPOINTED
    return {4: Emotion.PLEASED, 5: Emotion.DELIGHTED}.get(sentiment, Emotion.CALM)


def _priority(reading: Reading, decided: Grade, topics: tuple[str, ...]) -> int:
    said = {
        "harm_to_people": decided is Grade.S and bool(_TO_PEOPLE & set(topics)),
        "vulnerable": decided is not Grade.B and reading.words.says("vulnerable"),
        "contact_requested": reading.context.contact_requested,
        "lowest_rating": reading.context.rating == 1,
    }
    raised = sum(said.get(name, False) for name in reading.policy.priority.raised_by)
    return max(1, reading.policy.priority.base.of(decided) - raised)


def _evidence(
    reading: Reading, decided: Decision, topics: tuple[str, ...], place: str | None
) -> tuple[Evidence, ...]:
    words = reading.words
    found = [_chip(reason.id, reason.urgent, reading) for reason in reading.context.reasons]
    if reading.context.rating is not None and reading.unhappy:
        found.append(_note(f"rating.{reading.context.rating}", Effect.FAULT))
    if reading.unreadable:
        found.append(_note("needs_reading", Effect.NOTE))
    if words.text.truncated:
        found.append(_note("truncated", Effect.NOTE))
    if place is not None:
        found.append(_note(f"touchpoint.{reading.context.touchpoint}", Effect.MENTION))
    found += _of_model(reading, decided)
    told = {topic for one in words.findings for topic in one.hit.rule.topics}
    tapped = {reason.topic for reason in reading.context.reasons}
    for topic in topics:
        if topic not in told | tapped and topic != GENERAL and place is None:
            found += _heard(reading, topic, Effect.MENTION, 1)
    # The gravest first: a long text may hold more than is kept.
    for one in sorted(words.findings, key=lambda one: -GRAVITY.get(one.effect, 0)):
        start, end = words.text.span(one.hit.start, one.hit.end)
        found.append(Evidence(rule=one.hit.rule.id, start=start, end=end, effect=one.effect))
    return tuple(found[:_MAX_EVIDENCE])


def _of_model(reading: Reading, decided: Decision) -> list[Evidence]:
    if decided.head is None:
        return []
    effect = Effect.HARM if decided.head == "S" else Effect.FAULT
    return _heard(reading, decided.head, effect, _MAX_TELLERS)


def _heard(reading: Reading, head: str, effect: Effect, most: int) -> list[Evidence]:
    """Return the places that spoke loudest for a head of the models."""
    rule = f"model.{reading.words.language}.{head}"
    found = [
        Evidence(rule=rule, start=span[0], end=span[1], effect=effect, weight=weight)
        for start, end, weight in tellers(reading.words, head, most)
        for span in (reading.words.text.span(start, end),)
    ]
    return found or [_note(rule, effect)]


def _chip(reason: str, urgent: bool, reading: Reading) -> Evidence:
    if urgent:
        return _note(f"reason.{reason}", Effect.HARM)
    return _note(f"reason.{reason}", Effect.FAULT if reading.unhappy else Effect.MENTION)


def _note(rule: str, effect: Effect) -> Evidence:
    return Evidence(rule=rule, start=0, end=0, effect=effect)
