"""From a reading to grade, confidence and intent.

In order: an urgent chip, harm by a rule of the chain's own, and harm that is likely enough is S;
whatever else is more likely a complaint than not is A; the rest is B. A word alone makes no S: it
may be denied, asked or supposed. S is built for recall: it is told from a chance well below a half
on, and then is unsure, so that a person looks first.
"""

from __future__ import annotations

from dataclasses import dataclass

from grading import chances
from grading.reading import HIGH, Reading
from grading.verdict import Confidence, Effect, Grade, Intent

_INTENTS = (Intent.ENQUIRY, Intent.SUGGESTION, Intent.PRAISE)
# What a cue of the lexicon adds to the margin of its intent.
_CUE_SAYS = 0.6
# Below this margin no intent is told.
_INTENT_FROM = -0.6
_POSITIVE = {Effect.PRAISE, Effect.NEGATED}
# Letters of "a few words".
_FEW = {"zh": 10, "en": 36}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A grade, and how it came about."""

    grade: Grade
    confidence: Confidence
    certainty: float
    """0.5 a toss-up, 1 certain."""
    head: str | None = None
    """The model's head that decided, where no rule did."""


def decide(reading: Reading) -> Decision:
    """Return the grade of a reading."""
    if reading.urgent or _own_harm(reading):
        return _sure(Grade.S)
    chance = chances.of_grades(reading)
    if not chance or "self_test" in reading.words.cues:
        return _by_findings(reading)
    return _urgent(reading, chance) or _complaint(reading, chance)


def intent(reading: Reading, decided: Grade) -> Intent:
    """Return what the shopper wants."""
    if decided is not Grade.B:
        return Intent.COMPLAINT
    cues = reading.words.cues
    if "self_test" in cues:
        return Intent.OTHER
    praised = not _POSITIVE.isdisjoint(reading.effects)
    told = {
        Intent.ENQUIRY: reading.margin("enquiry") + _CUE_SAYS * ("question" in cues),
        Intent.SUGGESTION: reading.margin("suggestion") + _CUE_SAYS * ("suggestion" in cues),
        Intent.PRAISE: reading.margin("praise") + _CUE_SAYS * praised,
    }
    best = max(_INTENTS, key=lambda one: told[one])
    if told[best] >= _INTENT_FROM:
        return best
    return Intent.PRAISE if praised or _happy(reading) else Intent.OTHER


def _own_harm(reading: Reading) -> bool:
    """Tell whether a rule that the chain wrote or added to says harm: it means what it adds."""
    return any(
        one.effect is Effect.HARM and one.hit.rule.own and not one.hit.rule.doubt
        for one in reading.words.findings
    )


def _urgent(reading: Reading, chance: dict[Grade, float]) -> Decision | None:
    policy, urgent = reading.policy.grade, chance[Grade.S]
    harmed, bare = reading.has(Effect.HARM), _bare(reading, Effect.HARM)
    # Who taps a happy face seldom means harm that no rule finds; who taps a low one and asks about
    # harm has perhaps met it.
    from_ = policy.urgent_sure_from if _happy(reading) and not harmed else policy.urgent_from
    asked = reading.unhappy and any(
        one.effect is Effect.ASKED and one.hit.rule.kind == "harm" for one in reading.words.findings
    )
    if urgent < from_ and not asked and not bare:
        return None
    return Decision(
        grade=Grade.S,
        confidence=_confidence(urgent >= policy.urgent_sure_from),
        certainty=_certainty(urgent),
        head=None if harmed or asked else "S",
    )


def _bare(reading: Reading, effect: Effect) -> bool:
    """Tell whether a few words say one thing and nothing else: then there is nothing to weigh."""
    words = reading.words
    if len(words.text.text.strip()) > _FEW[words.language] or words.cues:
        return False
    said = {one.effect for one in words.findings if not one.hit.rule.doubt}
    return effect in said and _POSITIVE.isdisjoint(said)


def _complaint(reading: Reading, chance: dict[Grade, float]) -> Decision:
    policy, fine = reading.policy.grade, chance[Grade.B]
    found = reading.has(Effect.FAULT) or reading.has(Effect.HARM)
    doubted = _happy(reading) and not found and fine > policy.happy_doubt
    complains = 1 - fine >= policy.complaint_from or _bare(reading, Effect.FAULT)
    if complains and not doubted:
        sure = 1 - fine >= policy.complaint_sure_from and not _happy(reading)
        return Decision(
            grade=Grade.A,
            confidence=_confidence(sure),
            certainty=_certainty(1 - fine),
            head=None if found else "complaint",
        )
    sure = fine >= policy.complaint_sure_from
    if reading.unhappy:
        return _unsure(Grade.A) if sure else _sure(Grade.A)
    return Decision(grade=Grade.B, confidence=_confidence(sure), certainty=_certainty(fine))


def _by_findings(reading: Reading) -> Decision:
    """Decide where models have nothing to say: by what the rules find, and the face."""
    if reading.has(Effect.HARM):
        return _unsure(Grade.S)
    if reading.unhappy:
        return _unsure(Grade.A) if reading.unreadable else _sure(Grade.A)
    if reading.has(Effect.FAULT):
        return _unsure(Grade.A) if _happy(reading) else _sure(Grade.A)
    return _unsure(Grade.B) if reading.unreadable else _sure(Grade.B)


def _happy(reading: Reading) -> bool:
    return (reading.context.rating or 0) >= HIGH


def _confidence(sure: bool) -> Confidence:
    return Confidence.SURE if sure else Confidence.UNSURE


def _sure(grade: Grade) -> Decision:
    return Decision(grade=grade, confidence=Confidence.SURE, certainty=0.95)


def _unsure(grade: Grade) -> Decision:
    return Decision(grade=grade, confidence=Confidence.UNSURE, certainty=0.6)


def _certainty(chance: float) -> float:
    return round(max(0.5, chance), 3)
