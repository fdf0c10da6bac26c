"""hq_server/sla/policy.py: the shipped policy says what the requirements say."""

from __future__ import annotations

import pytest

from hq_server.sla.policy import ClockKind, Target, parse, shipped


@pytest.mark.parametrize(
    ("grade", "target", "minutes", "clock"),
    [
        ("S", Target.RESPOND, 60, ClockKind.WALL),
        ("S", Target.SOLVE, 24 * 60, ClockKind.WALL),
        ("A", Target.RESPOND, 4 * 60, ClockKind.OPENING),
        ("A", Target.SOLVE, 8 * 60, ClockKind.WORKING),
        ("B", Target.RESPOND, 24 * 60, ClockKind.WALL),
        ("B", Target.PROGRESS, 3 * 8 * 60, ClockKind.WORKING),
    ],
)
def test_targets(grade: str, target: Target, minutes: int, clock: ClockKind) -> None:
    found = {rule.target: (rule.minutes, rule.clock) for rule in shipped().rules_of(grade)}
    assert found[target] == (minutes, clock)


@pytest.mark.parametrize(("within", "clock"), [("0h", "wall"), ("1d", "wall"), ("x", "opening")])
def test_a_span_that_cannot_be_is_refused(within: str, clock: str) -> None:
    text = f"""
        version = "t"
        working_day_hours = 8
        targets = [{{grade = "S", kind = "respond", within = "{within}", clock = "{clock}"}}]
        [met_by]
        [office]
        opens = "09:00"
        closes = "18:00"
        lunch_from = "12:00"
        lunch_to = "13:00"
    """
    with pytest.raises(ValueError, match="within"):
        parse(text)
