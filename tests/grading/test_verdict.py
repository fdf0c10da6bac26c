from __future__ import annotations

import msgspec

from grading.topics import Department
from grading.verdict import (
    Aspect,
    Confidence,
    Effect,
    Evidence,
    Grade,
    Grading,
    Intent,
    Polarity,
)


def test_a_grading_is_json_and_back() -> None:
    grading = Grading(
        grade=Grade.S,
        confidence=Confidence.UNSURE,
        intent=Intent.COMPLAINT,
        topics=("allergy",),
        department=Department.PRODUCT,
        sentiment=1,
        aspects=(Aspect(topic="allergy", polarity=Polarity.NEGATIVE),),
        evidence=(Evidence(rule="zh.allergy", start=3, end=5, effect=Effect.HARM),),
        lexicon_version="abc",
    )
    encoded = msgspec.json.encode(grading)
    assert msgspec.json.decode(encoded, type=Grading) == grading
    assert msgspec.to_builtins(grading)["evidence"][0]["effect"] == "harm"
