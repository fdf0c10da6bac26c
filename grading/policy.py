"""The grading policy: thresholds and priorities, data with a hash of its own."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Annotated, Any, Literal

import msgspec

from grading.topics import TOPICS

_FILES = (
    *(
        f"weights/{language}_{name}"
        for language in ("en", "zh")
        for name in ("chances.json", "heads.bin", "pleased.bin", "polarity.bin")
    ),
    "kinds/en.txt",
    "kinds/zh.txt",
)


class PolicyError(Exception):
    """The policy says something that grading cannot follow."""


Chance = Annotated[float, msgspec.Meta(ge=0, le=1)]
Distance = Annotated[float, msgspec.Meta(ge=0, le=5)]
"""Between margins of models: hardly any text is further from 0 than 3."""
_Priority = Annotated[int, msgspec.Meta(ge=1, le=5)]
Raiser = Literal["harm_to_people", "vulnerable", "contact_requested", "lowest_rating"]


TouchpointId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:\-]{1,80}\Z")]
TopicId = Annotated[str, msgspec.Meta(pattern=f"^(?:{'|'.join(TOPICS)})\\Z")]
# Thresholds that are no more: a document in force that sets one goes on, and it says nothing.
RETIRED = frozenset({("topic", "opposed_from"), ("polarity", "opposed_from")})
_NUMBER = re.compile(r"[._:\-]?[0-9]+\Z")


class GradePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a text is S, A or B; the meanings stand in policy.toml."""

    urgent_from: Chance
    urgent_sure_from: Chance
    complaint_from: Chance
    complaint_sure_from: Chance
    happy_doubt: Chance


class TopicPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a topic is named."""

    named_from: Chance
    best_from: Chance
    most: Annotated[int, msgspec.Meta(ge=1, le=10)]


class PolarityPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a clause, and a topic of several, is pleased or displeased."""

    told_from: Distance
    pleased_from: Chance


class Base(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The priority of each grade: 1 first, 5 last."""

    S: _Priority
    A: _Priority
    B: _Priority

    def of(self, grade: str) -> int:
        """Return the priority of a grade."""
        return {"S": self.S, "A": self.A, "B": self.B}[grade]


class PriorityPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order within a queue."""

    base: Base
    raised_by: tuple[Raiser, ...]


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    grade: GradePolicy
    topic: TopicPolicy
    polarity: PolarityPolicy
    priority: PriorityPolicy
    touchpoint: dict[TouchpointId, TopicId]
    """The topic of a complaint that names none, by touchpoint or kind of touchpoint."""

    def topic_of(self, touchpoint: str) -> str | None:
        """Return what a place stands for: its own topic, or that of its kind (till-4: till)."""
        own = self.touchpoint.get(touchpoint)
        return own or self.touchpoint.get(_NUMBER.sub("", touchpoint))


def parse(content: bytes) -> Policy:
    """Return the policy of a TOML file; PolicyError says what is wrong in it."""
    try:
        return msgspec.convert(tomllib.loads(content.decode()), type=Policy)
    except (ValueError, msgspec.ValidationError) as error:
        raise PolicyError(f"policy: {error}") from error


def changed(policy: Policy, by: Mapping[str, Mapping[str, Any]]) -> Policy:
    """Return a policy with some values changed; PolicyError says what is wrong in it."""
    whole = msgspec.to_builtins(policy)
    for section, values in by.items():
        whole[section] = {**whole.get(section, {}), **values}
    try:
        return msgspec.convert(whole, type=Policy)
    except msgspec.ValidationError as error:
        raise PolicyError(f"policy: {error}") from error


def shipped() -> tuple[Policy, str]:
    """Return the policy beside this module, and the hash of it, the thesaurus and the weights."""
    folder = resources.files("grading")
    content = (folder / "policy.toml").read_bytes()
    digest = hashlib.sha256(content)
    for name in _FILES:
        path = folder.joinpath(*name.split("/"))
        # Before the first training there is none.
        digest.update(path.read_bytes() if path.is_file() else b"")
    return parse(content), digest.hexdigest()[:16]
