"""What grading takes and gives: the context of some words, and the verdict on them.

A verdict holds offsets into the shopper's text, never a copy of it, so it may be stored, logged
and sent where the words themselves may not go.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from grading.topics import Department
from protocols.messages import Reason


class Grade(StrEnum):
    """Urgency: S within the hour, A within four hours, B within a day."""

    S = "S"
    A = "A"
    B = "B"


class Confidence(StrEnum):
    """Whether a person should look at the grade first."""

    SURE = "sure"
    UNSURE = "unsure"


class Intent(StrEnum):
    """What the shopper wants of us."""

    COMPLAINT = "complaint"
    ENQUIRY = "enquiry"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    OTHER = "other"


class Polarity(StrEnum):
    """How a topic is spoken of."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Effect(StrEnum):
    """What a piece of evidence does to the grade."""

    HARM = "harm"
    """Makes it S."""
    FAULT = "fault"
    """Makes it A."""
    PRAISE = "praise"
    MENTION = "mention"
    """Names a topic and no more."""
    NEGATED = "negated"
    """A harm word that the shopper denies."""
    ASKED = "asked"
    SUPPOSED = "supposed"
    """Hypothetical, hearsay, about another shop, or an allergy that the shopper has anyway."""
    SOFTENED = "softened"
    """A fault inside a suggestion, or one that was put right."""
    NOTE = "note"
    """Says something of the reading itself: needs_reading, truncated, not_understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What else is known of a response when its words are graded."""

    rating: int | None = None
    reasons: tuple[Reason, ...] = ()
    language: str | None = None
    contact_requested: bool = False


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was found: text[start:end] matched a rule; 0, 0 when it is not in the text."""

    rule: str
    start: int
    end: int
    effect: Effect


class Aspect(msgspec.Struct, frozen=True, kw_only=True):
    """How one topic fared, so that a mixed review is never one lump."""

    topic: str
    polarity: Polarity


class Grading(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict: JSON by msgspec, the same bytes on the edge and at HQ."""

    grade: Grade
    confidence: Confidence
    intent: Intent
    topics: tuple[str, ...]
    """Gravest first; never empty."""
    department: Department
    sentiment: int
    """1 angry or harmed, 3 neutral, 5 delighted."""
    aspects: tuple[Aspect, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    lexicon_version: str = ""
