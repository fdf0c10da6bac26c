"""Open problems of stores: what kiosks are told of them, and what shoppers say to that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from hq_server.accounts.roles import Right
from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.accounts.service import SignedIn
from hq_server.briefs import holding
from hq_server.cases import following, standing
from hq_server.cases.following import Happened
from hq_server.cases.standing import Standing
from hq_server.devices import service as devices
from hq_server.errors import NotFoundError
from hq_server.ingest.arrival import Arrival
from hq_server.problems import repository, wording
from hq_server.problems.problem import (
    FIXED_HINT_FROM,
    Cast,
    Problem,
    problem_id,
    problems,
    tellable,
    told,
    votes_since,
)
from protocols import briefs
from protocols.messages import ProblemVote, Vote

# At which numbers of "fixed now" the timeline of a case says so.
FIXED_TOLD_AT = (1, 3, 10, 30, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A problem on the page of its store."""

    problem: Problem
    hidden: bool
    tellable: bool
    """Whether its topic and its cases are such that kiosks may show it."""
    on_kiosks: bool
    """Whether it is among the few that kiosks show now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """What shoppers said of a problem since a case about it began."""

    topic: str
    me_too: int
    fixed: int

    @property
    def looks_fixed(self) -> bool:
        """Whether enough shoppers say that it is mended."""
        return self.fixed >= FIXED_HINT_FROM


def compose(connection: Connection, store: str, now: datetime) -> briefs.Problems:
    """Return what the kiosks of a store are to show of its problems at `now`."""
    cases = standing.of_store(connection, EVERYTHING, store)
    registered = devices.stores(connection, Scope(frozenset({store}))).get(store)
    places = registered.touchpoints if registered else {}
    hidden = repository.hidden(connection, store)
    return told(cases, _votes(connection, store, cases, now), hidden, places)


def listed(connection: Connection, scope: Scope, store: str, now: datetime) -> list[Shown]:
    """Return the problems of a store, the most said first; NotFoundError outside the scope."""
    if not scope.allows(store):
        raise NotFoundError("store", store)
    cases = standing.of_store(connection, scope, store)
    hidden = repository.hidden(connection, store)
    votes = _votes(connection, store, cases, now)
    on_kiosks = {each.problem for each in told(cases, votes, hidden, {}).problems}
    return [
        Shown(
            problem=each,
            hidden=each.id in hidden,
            tellable=wording.shown(each.topic) and any(map(tellable, each.cases)),
            on_kiosks=each.id in on_kiosks,
        )
        for each in problems(cases, votes)
    ]


def set_hidden(
    connection: Connection, who: SignedIn, problem: Problem, *, hidden: bool, now: datetime
) -> None:
    """Keep a problem from the kiosks of its store, or let them show it again."""
    who.demand(Right.ACT)
    if hidden:
        repository.hide(connection, problem.store, problem.id, who.name, now)
    else:
        repository.show(connection, problem.store, problem.id)
    holding.mark_stale(connection, [problem.store])


def of_case(
    connection: Connection, store: str, place: str | None, topics: Sequence[str], since: datetime
) -> list[Voices]:
    """Return what shoppers said of the problems that a case is about, since it began."""
    cast = _by_problem(_cast(connection, store, since))
    found = []
    for topic in topics:
        counted = votes_since(cast[problem_id(store, topic, place)], since)
        if counted:
            me_too, fixed = counted[Vote.ME_TOO], counted[Vote.FIXED]
            found.append(Voices(topic=topic, me_too=me_too, fixed=fixed))
    return found


# --- taking votes in ----------------------------------------------------------------------------


def take_votes(connection: Connection, arrivals: Sequence[Arrival], now: datetime) -> None:
    """Keep votes, and write into the timelines of cases when shoppers say that it is fixed."""
    rows = {}
    fixed: dict[str, set[str]] = defaultdict(set)
    for arrival in arrivals:
        vote = arrival.event
        if not isinstance(vote, ProblemVote):
            continue
        store = arrival.origin.store
        rows[vote.id, store] = {
            "id": vote.id,
            "store_id": store,
            "gateway_id": arrival.origin.gateway,
            "problem": vote.problem,
            "topic": vote.topic,
            "place": vote.place,
            "touchpoint": vote.touchpoint,
            "vote": vote.vote.value,
            "occurred_at": arrival.occurred_at,
            "received_at": arrival.origin.received_at,
        }
        if vote.vote is Vote.FIXED:
            fixed[store].add(vote.problem)
    repository.keep_votes(connection, list(rows.values()))
    for store, ids in fixed.items():
        _tell_cases(connection, store, ids, now)
    if rows:
        holding.mark_stale(connection, {store for _, store in rows})


def _tell_cases(connection: Connection, store: str, ids: set[str], now: datetime) -> None:
    """Write into the cases of these problems how many say "fixed now"; each number once."""
    cases = standing.of_store(connection, EVERYTHING, store)
    cast = _by_problem(_votes(connection, store, cases, now))
    happened = []
    for case in cases:
        for topic in case.topics:
            id_ = problem_id(store, topic, case.touchpoint)
            if id_ in ids:
                count = votes_since(cast[id_], case.started_at)[Vote.FIXED]
                happened.extend(_told_at(case, topic, id_, count))
    following.note(connection, happened, now)


def _told_at(case: Standing, topic: str, problem: str, count: int) -> list[Happened]:
    return [
        Happened(
            case_id=case.case_id,
            store=case.store,
            kind="fixed",
            source=f"fixed:{problem}:{number}",
            detail={"topic": topic, "count": number},
        )
        for number in FIXED_TOLD_AT
        if number <= count
    ]


def _votes(
    connection: Connection, store: str, cases: Sequence[Standing], now: datetime
) -> list[Cast]:
    """Return the votes that any of these cases may count."""
    return _cast(connection, store, min((case.started_at for case in cases), default=now))


def _cast(connection: Connection, store: str, since: datetime) -> list[Cast]:
    return [
        Cast(problem=row["problem"], vote=Vote(row["vote"]), at=row["occurred_at"])
        for row in repository.votes(connection, store, since)
    ]


def _by_problem(votes: Sequence[Cast]) -> dict[str, list[Cast]]:
    found: dict[str, list[Cast]] = defaultdict(list)
    for vote in votes:
        found[vote.problem].append(vote)
    return found
