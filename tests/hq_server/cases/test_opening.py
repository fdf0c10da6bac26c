"""hq_server/cases/opening.py: which feedback becomes a case."""

from __future__ import annotations

from typing import Any

import pytest

from hq_server.cases.opening import Because, Facts, opens_case

HAPPY: dict[str, Any] = {
    "rating": 5, "grade": "B", "intent": "praise", "has_note": False, "contact_requested": False,
    "alarmed": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({}, None),
        ({"rating": 3, "intent": "other"}, None),
        ({"rating": None}, None),
        ({"has_note": True}, None),
        ({"rating": 2}, Because.RATING),
        ({"grade": "A"}, Because.GRADE),
        ({"grade": "S"}, Because.GRADE),
        ({"contact_requested": True}, Because.CONTACT),
        ({"has_note": True, "intent": "enquiry"}, Because.WORDS),
        ({"has_note": True, "intent": "suggestion"}, Because.WORDS),
        ({"has_note": False, "intent": "complaint"}, None),
        ({"alarmed": True}, Because.ALARM),
        ({"rating": None, "nps": 6}, Because.RATING),
        ({"rating": None, "nps": 7}, None),
        ({"rating": 3, "promised": True}, Because.PROMISE),
    ],
)
def test_rule(said: dict[str, Any], because: Because | None) -> None:
    assert opens_case(Facts(**(HAPPY | said))) is because
