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


class Emotion(StrEnum):
    """What the shopper feels, as far as the words and the face tell."""

    AFRAID = "afraid"
    """Harm to a body, or the danger of it."""
    ANGRY = "angry"
    DISAPPOINTED = "disappointed"
    CALM = "calm"
    PLEASED = "pleased"
    DELIGHTED = "delighted"


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
    """A hint: zh or en; the letters of the text decide first."""
    contact_requested: bool = False
    touchpoint: str | None = None
    category: str | None = None
    """The product category, where the receipt tells it."""
    store: str | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that was found: text[start:end] matched a rule; 0, 0 when it is not in the text."""

    rule: str
    start: int
    end: int
    effect: Effect
    weight: float = 0.0
    """What a model added to the margin of its verdict; 0 for a rule."""


class Aspect(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How one topic fared, so that a mixed review is never one lump."""

    topic: str
    polarity: Polarity


class ClauseFeeling(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How one clause is meant: text[start:end], and the topics spoken of in it."""

    start: int
    end: int
    polarity: Polarity
    topics: tuple[str, ...] = ()


class Grading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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
    clauses: tuple[ClauseFeeling, ...] = ()
    certainty: float = 1.0
    """0.5 a toss-up, 1 certain: the confidence as a number."""
    unsure: bool = False
    """S or A could both be right: it is S, and a person should look first."""
    needs_reading: bool = False
    """Something was written that grading cannot read."""
    emotion: Emotion = Emotion.CALM
    priority: int = 3
    """1 first, 5 last: the order within a queue."""
    language: str = ""
    """zh, en, or "" where nothing was written or can be read."""
    lexicon_version: str = ""
    policy_version: str = ""
    """Hash of the policy and the weights."""
