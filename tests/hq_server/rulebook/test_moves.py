"""hq_server/rulebook/moves.py: what becomes of a verdict."""

from __future__ import annotations

from typing import Any

import pytest

from hq_server.rulebook.moves import Move, move, shown

VERDICT: dict[str, Any] = {
    "grade": "A", "topics": ["safety"], "department": "store", "intent": "complaint",
    "sentiment": 2, "unsure": False, "needs_reading": False, "priority": 3, "confidence": "sure",
    "certainty": 0.9, "evidence": [], "lexicon_version": "1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"grade": "S"}, {"grade": "A"}, Move.LEAVES_S),
        ({"grade": "S"}, {"grade": "B"}, Move.LEAVES_S),
        ({"grade": "B"}, {"grade": "S"}, Move.BECOMES_S),
        ({"grade": "A"}, {"grade": "B"}, Move.REGRADED),
        ({"topics": ["safety"]}, {"topics": ["allergy"]}, Move.OTHERWISE),
        ({"grade": "S", "unsure": True}, {"grade": "S"}, Move.OTHERWISE),
        ({"lexicon_version": "1", "certainty": 0.9}, {"lexicon_version": "2"}, None),
    ],
)
def test_how_a_verdict_changes(
    before: dict[str, Any], after: dict[str, Any], found: Move | None
) -> None:
    assert move(VERDICT | before, VERDICT | after) is found


def test_the_gravest_comes_first_and_only_what_is_looked_at_is_kept() -> None:
    assert sorted(Move)[0] is Move.LEAVES_S
    assert "lexicon_version" not in shown(VERDICT)
