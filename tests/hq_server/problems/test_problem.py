"""hq_server/problems/problem.py: open cases by what is wrong and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hq_server.cases.standing import Standing
from hq_server.problems import wording
from hq_server.problems.problem import Cast, problem_id, problems, told
from protocols.messages import Vote
from tests.hq_server.conftest import NOW

CASE = Standing(
    case_id="c1", store="s1", code="7Q2M-KX4D-PR", grade="A", status="new", touchpoint="fresh",
    topics=("queue_checkout",), weight=100, started_at=NOW,
)  # fmt: skip
QUEUE = problem_id("s1", "queue_checkout", "fresh")
PLACES = {"fresh": {"zh-CN": "生鲜称重", "en": "Fresh weighing"}}


def _cast(vote: Vote, minutes: int = 1, problem: str = QUEUE) -> Cast:
    return Cast(problem=problem, vote=vote, at=NOW + timedelta(minutes=minutes))


def test_the_same_problem_has_the_same_id_and_no_other_has_it() -> None:
    assert problem_id("s1", "queue_checkout", "fresh") == QUEUE
    others = {
        problem_id("s2", "queue_checkout", "fresh"), problem_id("s1", "price_tag", "fresh"),
        problem_id("s1", "queue_checkout", None), problem_id("s1", "queue_checkout", "till"),
    }  # fmt: skip
    assert len(others) == 4
    assert QUEUE not in others


def test_what_is_said_most_comes_first_and_votes_count_from_the_oldest_case_on() -> None:
    tag = replace(CASE, case_id="c2", topics=("price_tag",))
    votes = [_cast(Vote.ME_TOO), _cast(Vote.FIXED), _cast(Vote.FIXED, -5), _cast(Vote.FIXED, 2)]
    first, second = problems([tag, CASE], votes)
    assert (first.id, first.voices, first.me_too, first.fixed) == (QUEUE, 2, 1, 2)
    assert not first.looks_fixed
    assert (second.topic, second.voices) == ("price_tag", 1)
    assert problems([CASE], [*votes, _cast(Vote.FIXED)])[0].looks_fixed


def test_what_kiosks_are_told() -> None:
    found = told([CASE], [_cast(Vote.ME_TOO)], frozenset(), PLACES)
    (problem,) = found.problems
    assert problem.text["zh-CN"] == "生鲜称重 · 排队"
    assert (problem.voices, problem.touchpoint, problem.since_ms) == (
        2, "fresh", int(NOW.timestamp() * 1000),
    )  # fmt: skip
    assert told([CASE], [], frozenset({QUEUE}), PLACES).problems == ()
    assert told([CASE], [], frozenset({QUEUE}), PLACES).topics == ("queue_checkout",)


def test_neither_grade_s_nor_what_counts_nothing_is_told() -> None:
    for case in (replace(CASE, grade="S"), replace(CASE, weight=0)):
        assert told([case], [], frozenset(), PLACES).problems == ()


_cases = st.lists(
    st.builds(
        Standing,
        case_id=st.uuids().map(str), store=st.just("s1"), code=st.just("x"),
        grade=st.sampled_from("SAB"), status=st.just("new"),
        touchpoint=st.sampled_from([None, "fresh", "unnamed"]),
        topics=st.lists(
            st.sampled_from(["allergy", "queue_checkout", "price_tag", "parking", "stock_out"]),
            unique=True, max_size=3,
        ).map(tuple),
        weight=st.sampled_from([0, 50, 100]),
        started_at=st.integers(0, 100).map(lambda hours: NOW - timedelta(hours=hours)),
    ),
    max_size=12,
)  # fmt: skip


@given(_cases)
def test_at_most_three_all_allowed_and_in_order(cases: list[Standing]) -> None:
    found = told(cases, [], frozenset(), PLACES)
    assert len(found.problems) <= 3
    assert all(wording.shown(each.topic) for each in found.problems)
    voices = [each.voices for each in found.problems]
    assert voices == sorted(voices, reverse=True)
    assert {each.problem for each in found.problems} <= {
        problem_id("s1", topic, case.touchpoint)
        for case in cases if case.grade != "S" and case.weight for topic in case.topics
    }  # fmt: skip
