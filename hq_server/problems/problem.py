"""Open problems of a store: its open cases, by what is wrong and where. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from hq_server.cases.standing import Standing
from hq_server.problems import wording
from protocols import briefs
from protocols.messages import Vote

_NAMESPACE = UUID("6c1f1a5e-6f0e-5a43-9a8c-6b8f5f0c2d11")
# From so many shoppers on, "fixed now" is worth a look by who closes cases.
FIXED_HINT_FROM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A vote, as far as it is counted."""

    problem: str
    vote: Vote
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A topic at a touchpoint that cases stand open about."""

    id: str
    store: str
    topic: str
    place: str | None
    cases: tuple[Standing, ...]
    me_too: int = 0
    """Shoppers who said so since the oldest of its cases began; so are `fixed`."""
    fixed: int = 0

    @property
    def since(self) -> datetime:
        """When the oldest of its cases began."""
        return min(case.started_at for case in self.cases)

    @property
    def voices(self) -> int:
        """How many have said it so far."""
        return len(self.cases) + self.me_too

    @property
    def looks_fixed(self) -> bool:
        """Whether enough shoppers say that it is mended."""
        return self.fixed >= FIXED_HINT_FROM


def problem_id(store: str, topic: str, place: str | None) -> str:
    """Return the id of a problem: the same as long as it is the same, wherever it is made."""
    return str(uuid5(_NAMESPACE, "\n".join((store, topic, place or ""))))


def problems(cases: Iterable[Standing], votes: Iterable[Cast] = ()) -> list[Problem]:
    """Return what is open, the most said first."""
    about: dict[tuple[str, str, str | None], list[Standing]] = defaultdict(list)
    for case in cases:
        for topic in case.topics:
            about[case.store, topic, case.touchpoint].append(case)
    cast: dict[str, list[Cast]] = defaultdict(list)
    for vote in votes:
        cast[vote.problem].append(vote)
    found = [_problem(key, some, cast) for key, some in about.items()]
    return sorted(found, key=lambda each: (-each.voices, each.since, each.id))


def _problem(
    key: tuple[str, str, str | None], cases: Sequence[Standing], cast: Mapping[str, Sequence[Cast]]
) -> Problem:
    store, topic, place = key
    id_ = problem_id(store, topic, place)
    counted = votes_since(cast.get(id_, ()), min(case.started_at for case in cases))
    return Problem(
        id=id_, store=store, topic=topic, place=place, cases=tuple(cases),
        me_too=counted[Vote.ME_TOO], fixed=counted[Vote.FIXED],
    )  # fmt: skip


def votes_since(votes: Iterable[Cast], since: datetime) -> Counter[Vote]:
    """Return how many votes of each kind were cast since then."""
    return Counter(each.vote for each in votes if each.at >= since)


def tellable(case: Standing) -> bool:
    """Return whether a case may add to what other shoppers are told.

    Grade S is about somebody's body or rights; a response that counts nothing may be a prank.
    """
    return case.grade != "S" and case.weight > 0


def told(
    cases: Sequence[Standing],
    votes: Sequence[Cast],
    hidden: frozenset[str],
    places: Mapping[str, Mapping[str, str]],
) -> briefs.Problems:
    """Return what a store's kiosks show; `places` has the names of its touchpoints."""
    open_now = problems(filter(tellable, cases), votes)
    shown = [each for each in open_now if wording.shown(each.topic) and each.id not in hidden]
    topics = Counter(topic for case in cases for topic in case.topics)
    return briefs.Problems(
        problems=tuple(_worded(each, places) for each in shown[: briefs.MAX_PROBLEMS]),
        topics=tuple(sorted(topics, key=lambda topic: (-topics[topic], topic))),
    )


def _worded(problem: Problem, places: Mapping[str, Mapping[str, str]]) -> briefs.Problem:
    names = place_names(problem.place, places)
    return briefs.Problem(
        problem=problem.id,
        topic=problem.topic,
        text=wording.text(problem.topic, names),
        ask=wording.ask(problem.topic, names),
        touchpoint=problem.place,
        since_ms=int(problem.since.timestamp() * 1000),
        voices=problem.voices,
    )


def place_names(
    place: str | None, places: Mapping[str, Mapping[str, str]]
) -> Mapping[str, str] | None:
    """Return the names of a touchpoint; its id stands in for one that nobody has named."""
    if not place:
        return None
    return places.get(place) or {"en": place}
