"""hq_server/problems/service.py: problems of a store, votes, and what cases hear of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hq_server.accounts.roles import Role
from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.accounts.service import SignedIn
from hq_server.database import Database
from hq_server.errors import ForbiddenError, NotFoundError
from hq_server.ingest.intake import Answer
from hq_server.problems import service
from hq_server.problems.problem import problem_id
from hq_server.tables import timeline
from protocols.messages import ProblemVote, Reason, Stream, Vote
from tests.hq_server.conftest import NOW
from tests.hq_server.field import BULK, at, batch, response, rows, taken

Take = Callable[..., list[Answer]]
QUEUE = problem_id("s1", "queue_checkout", "fresh")
LATER = NOW + timedelta(minutes=5)


def _who(role: Role) -> SignedIn:
    return SignedIn(name="m1", role=role, scope=EVERYTHING, csrf="", session_id="")


@pytest.fixture
def queued(take: Take) -> None:
    reason = Reason(id="queue", topic="queue_checkout")
    said = [
        response(f"r{n}", rating=1, reasons=(reason,), touchpoint="fresh", note="生鲜称重排队太久")
        for n in range(2)
    ]
    take(taken(batch(*said, response("happy", touchpoint="fresh"))))


def _vote(number: int, vote: Vote, **fields: Any) -> ProblemVote:
    given: dict[str, Any] = {
        "store": "s1",
        "problem": QUEUE,
        "topic": "queue_checkout",
        "place": "fresh",
    }
    return ProblemVote(id=f"v{number}", at=at(NOW), vote=vote, **(given | fields))


def _cast(take: Take, *votes: ProblemVote, first: int = 1) -> None:
    take(taken(batch(*votes, stream=BULK, first=first)))


@pytest.mark.usefixtures("queued")
def test_open_cases_are_told_to_kiosks_in_the_chains_words(database: Database) -> None:
    with database.reading() as connection:
        found = service.compose(connection, "s1", LATER)
        assert service.compose(connection, "s2", LATER).problems == ()
    problem = next(each for each in found.problems if each.problem == QUEUE)
    assert (problem.voices, problem.touchpoint) == (2, "fresh")
    assert "太久" not in str(found)


@pytest.mark.usefixtures("queued")
def test_votes_are_kept_once_and_cases_hear_of_the_first_and_third_fixed(
    database: Database, take: Take
) -> None:
    votes = [_vote(n, Vote.FIXED) for n in range(3)]
    _cast(take, _vote(9, Vote.ME_TOO), *votes[:1])
    _cast(take, *votes, first=3)
    _cast(take, votes[0], first=6)
    with database.reading() as connection:
        shown = service.listed(connection, EVERYTHING, "s1", LATER)
        voices = service.of_case(connection, "s1", "fresh", ["queue_checkout", "parking"], NOW)
    problem = next(each.problem for each in shown if each.problem.id == QUEUE)
    assert (problem.me_too, problem.fixed, problem.looks_fixed) == (1, 3, True)
    assert [(each.topic, each.me_too, each.fixed) for each in voices] == [("queue_checkout", 1, 3)]
    told = [row["detail"] for row in rows(database, timeline) if row["kind"] == "fixed"]
    assert sorted(each["count"] for each in told) == [1, 1, 3, 3]  # of two cases


@pytest.mark.usefixtures("queued")
def test_a_vote_of_another_stores_gateway_moves_nothing_here(
    database: Database, take: Take
) -> None:
    foreign = Stream(device="k9", epoch="e", lane=BULK.lane)
    vote = _vote(1, Vote.FIXED, store="s2")
    take(taken(batch(vote, stream=foreign), gateway="g2"))
    with database.reading() as connection:
        assert service.of_case(connection, "s1", "fresh", ["queue_checkout"], NOW) == []
    assert not [row for row in rows(database, timeline) if row["kind"] == "fixed"]


@pytest.mark.usefixtures("queued")
def test_staff_hide_a_problem_and_show_it_again(database: Database) -> None:
    with database.writing() as connection:
        problem = service.listed(connection, EVERYTHING, "s1", LATER)[0].problem
        with pytest.raises(ForbiddenError):
            service.set_hidden(connection, _who(Role.VIEWER), problem, hidden=True, now=NOW)
        for hidden in (True, True, False):
            service.set_hidden(connection, _who(Role.MANAGER), problem, hidden=hidden, now=NOW)
            here = service.listed(connection, EVERYTHING, "s1", LATER)[0]
            told = service.compose(connection, "s1", LATER).problems
            assert here.hidden is hidden
            assert here.on_kiosks is not hidden
            assert (problem.id in {each.problem for each in told}) is not hidden


def test_problems_of_a_store_out_of_scope_are_not_there(database: Database) -> None:
    with database.reading() as connection, pytest.raises(NotFoundError):
        service.listed(connection, Scope(frozenset({"s2"})), "s1", NOW)
