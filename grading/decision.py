"""From a reading to grade, confidence and intent.

In order: an urgent chip, harm that is asserted, money withheld or a threat to go further is S; any
other complaint is A; the rest is B. A word alone makes no S: it may be denied, asked or supposed.
Where S and A are both possible it is S and unsure; where A and B are, it is A and unsure.
"""

from __future__ import annotations

from math import exp

import msgspec

from grading.reading import HIGH, Reading
from grading.verdict import Confidence, Effect, Grade, Intent

_INTENTS = (Intent.ENQUIRY, Intent.SUGGESTION, Intent.PRAISE)
# What a cue of the lexicon adds to the margin of its intent.
_CUE_SAYS = 0.6
# Below this margin no intent is told.
_INTENT_FROM = -0.6
_POSITIVE = {Effect.PRAISE, Effect.NEGATED}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A grade, and how it came about."""

    grade: Grade
    confidence: Confidence
    certainty: float
    """0.5 a toss-up, 1 certain."""
    head: str | None = None
    """The model's head that decided, where no rule did."""


def decide(reading: Reading) -> Decision:
    """Return the grade of a reading."""
    if reading.urgent:
        return _sure(Grade.S)
    return _by_harm(reading) or _by_model(reading) or _asked(reading) or _below_urgent(reading)


def intent(reading: Reading, decided: Grade) -> Intent:
    """Return what the shopper wants."""
    if decided is not Grade.B:
        return Intent.COMPLAINT
    cues = reading.words.cues
    if "self_test" in cues:
        return Intent.OTHER
    told = {
        Intent.ENQUIRY: reading.margin("enquiry") + _CUE_SAYS * ("question" in cues),
        Intent.SUGGESTION: reading.margin("suggestion") + _CUE_SAYS * ("suggestion" in cues),
        Intent.PRAISE: reading.margin("praise")
        + _CUE_SAYS * any(finding.effect in _POSITIVE for finding in reading.words.findings),
    }
    best = max(_INTENTS, key=lambda one: told[one])
    if told[best] >= _INTENT_FROM:
        return best
    praised = any(finding.effect in _POSITIVE for finding in reading.words.findings)
    happy = (reading.context.rating or 0) >= HIGH
    return Intent.PRAISE if praised or happy else Intent.OTHER


def _by_harm(reading: Reading) -> Decision | None:
    harms = [one for one in reading.words.findings if one.effect is Effect.HARM]
    margin = reading.margin("S")
    if not harms or _thanked(reading):
        return None
    doubt = all(one.hit.rule.doubt for one in harms) or "suggestion" in reading.words.cues
    doubt = doubt or (bool(reading.margins) and margin < reading.policy.grade.harm_doubted_below)
    if doubt:
        return Decision(grade=Grade.S, confidence=Confidence.UNSURE, certainty=0.6)
    return Decision(
        grade=Grade.S, confidence=Confidence.SURE, certainty=max(0.8, _certainty(margin))
    )


def _thanked(reading: Reading) -> bool:
    """Harm that was averted or put right, told in thanks: nobody waits for help."""
    thanked = "thanks" in reading.words.cues and not reading.has(Effect.FAULT)
    return thanked and reading.margin("praise") > reading.policy.grade.thanked_from


def _by_model(reading: Reading) -> Decision | None:
    margin = reading.margin("S")
    # Harm in a question or a supposition that is a complaint all the same was perhaps met.
    spoken = any(
        one.effect in {Effect.ASKED, Effect.SUPPOSED} and one.hit.rule.kind == "harm"
        for one in reading.words.findings
    )
    from_ = (
        reading.policy.grade.urgent_when_spoken_from if spoken else reading.policy.grade.urgent_from
    )
    if reading.has(Effect.FAULT):
        from_ = reading.policy.grade.urgent_beside_fault_from
    if margin < from_ or (reading.context.rating or 0) >= HIGH:
        return None
    if not _complains(reading, 0.0):
        return None
    sure = margin >= reading.policy.grade.urgent_sure_from
    return Decision(
        grade=Grade.S,
        confidence=Confidence.SURE if sure else Confidence.UNSURE,
        certainty=_certainty(margin),
        head="S",
    )


def _asked(reading: Reading) -> Decision | None:
    """A shopper at the two lowest faces who asks about harm has perhaps met it."""
    asked = any(
        one.effect is Effect.ASKED and one.hit.rule.kind == "harm" for one in reading.words.findings
    )
    if not (reading.unhappy and asked):
        return None
    return Decision(grade=Grade.S, confidence=Confidence.UNSURE, certainty=0.6)


def _below_urgent(reading: Reading) -> Decision:
    margin = reading.margin("complaint")
    happy = (reading.context.rating or 0) >= HIGH
    if reading.has(Effect.FAULT) and not _overruled(reading):
        doubt = reading.has(Effect.PRAISE) or happy
        return _unsure(Grade.A, margin) if doubt else _sure(Grade.A)
    if reading.unhappy:
        doubt = reading.has(Effect.PRAISE) or reading.unreadable
        return _unsure(Grade.A, margin) if doubt else _sure(Grade.A)
    if _complains(
        reading,
        reading.policy.grade.complaint_doubt if happy else reading.policy.grade.complaint_from,
    ):
        doubt = margin < reading.policy.grade.complaint_doubt or happy
        return Decision(
            grade=Grade.A,
            confidence=Confidence.UNSURE if doubt else Confidence.SURE,
            certainty=_certainty(margin),
            head="complaint",
        )
    if reading.unreadable:
        return Decision(grade=Grade.B, confidence=Confidence.UNSURE, certainty=0.5)
    return Decision(grade=Grade.B, confidence=Confidence.SURE, certainty=_certainty(-margin))


def _complains(reading: Reading, margin_from: float) -> bool:
    margin = reading.margin("complaint")
    other = max(reading.margin(one) for one in _INTENTS)
    cues = reading.words.cues
    if cues & {"question", "suggestion"} and "rhetorical" not in cues:
        margin -= reading.policy.grade.asking_weighs
    return margin >= margin_from and margin > other and "self_test" not in cues


def _overruled(reading: Reading) -> bool:
    """A fault in what the model takes for no complaint at all, though nobody taps a low face."""
    return (
        reading.margin("complaint") < -reading.policy.grade.fault_overruled_from
        and bool(reading.margins)
        and not reading.unhappy
    )


def _sure(grade: Grade) -> Decision:
    return Decision(grade=grade, confidence=Confidence.SURE, certainty=0.95)


def _unsure(grade: Grade, margin: float) -> Decision:
    certainty = min(0.7, _certainty(margin))
    return Decision(grade=grade, confidence=Confidence.UNSURE, certainty=certainty)


def _certainty(margin: float) -> float:
    # A margin of a support vector machine as a probability (Platt), never below a toss-up.
    return round(max(0.5, 1 / (1 + exp(-2 * max(-20.0, min(20.0, margin))))), 3)
