"""hq_server/cases/case.py: every pair of status and step."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.cases.case import (
    MAX_NOTE,
    NEEDS_NOTE,
    NEXT,
    OPEN,
    Status,
    Step,
    after,
    checked_note,
    more_urgent,
    steps_from,
)
from hq_server.errors import InputError, StepError


@pytest.mark.parametrize(("status", "step"), list(itertools.product(Status, Step)))
def test_every_pair_leads_somewhere_or_is_refused(status: Status, step: Step) -> None:
    if (status, step) in NEXT:
        assert after("code", status, step) is NEXT[status, step]
        assert step in steps_from(status)
    else:
        with pytest.raises(StepError, match=f"cannot {step} case code: it is {status}"):
            after("code", status, step)
        assert step not in steps_from(status)


@given(st.lists(st.sampled_from(list(Step)), max_size=30))
def test_whatever_people_try_a_case_is_never_stuck(steps: list[Step]) -> None:
    status = Status.NEW
    for step in steps:
        if (status, step) in NEXT:
            status = after("code", status, step)
    assert steps_from(status)
    if status not in OPEN:
        assert Step.REOPEN in steps_from(status)


def test_a_case_is_resolved_only_after_somebody_took_charge() -> None:
    into = {status for (status, step), to in NEXT.items() if to is Status.RESOLVED}
    assert Status.NEW not in into


@pytest.mark.parametrize("step", sorted(NEEDS_NOTE))
def test_a_step_that_tells_others_something_needs_words(step: Step) -> None:
    with pytest.raises(InputError, match="say what was done"):
        checked_note(step, "  ")
    assert checked_note(step, " done\x00 ") == "done"


def test_words_are_bounded_and_optional_elsewhere() -> None:
    assert checked_note(Step.ACKNOWLEDGE, None) is None
    with pytest.raises(InputError):
        checked_note(Step.RESOLVE, "x" * (MAX_NOTE + 1))


def test_the_more_urgent_grade() -> None:
    assert [more_urgent("B", "A"), more_urgent("S", "A"), more_urgent("B", "B")] == ["A", "S", "B"]
