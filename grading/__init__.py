"""Text and answers to grade, topics and sentiment, with reasons: the same on the edge and at HQ."""

from grading.grader import grade
from grading.redaction import redact
from grading.topics import TOPICS, Department, Topic
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

__all__ = [
    "TOPICS",
    "Aspect",
    "Confidence",
    "Context",
    "Department",
    "Effect",
    "Evidence",
    "Grade",
    "Grading",
    "Intent",
    "Polarity",
    "Topic",
    "grade",
    "redact",
]
