"""The grading policy: thresholds and priorities, data with a hash of its own."""

from __future__ import annotations

import hashlib
import tomllib
from importlib import resources

import msgspec

_WEIGHTS = ("en_heads.bin", "en_polarity.bin", "zh_heads.bin", "zh_polarity.bin")


class PolicyError(Exception):
    """The policy says something that grading cannot follow."""


class GradePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a text is S, A or B; the meanings stand in policy.toml."""

    urgent_from: float
    urgent_when_spoken_from: float
    urgent_beside_fault_from: float
    urgent_sure_from: float
    harm_doubted_below: float
    complaint_from: float
    complaint_doubt: float
    fault_overruled_from: float
    thanked_from: float
    asking_weighs: float


class TopicPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a topic is named that no rule found."""

    named_from: float
    best_from: float
    second_from: float
    most_by_model: int


class PolarityPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a clause is pleased or displeased though no rule found anything."""

    told_from: float


class PriorityPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order within a queue."""

    base: dict[str, int]
    raised_by: tuple[str, ...]


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    grade: GradePolicy
    topic: TopicPolicy
    polarity: PolarityPolicy
    priority: PriorityPolicy


def parse(content: bytes) -> Policy:
    """Return the policy of a TOML file; PolicyError says what is wrong in it."""
    try:
        return msgspec.convert(tomllib.loads(content.decode()), type=Policy)
    except (ValueError, msgspec.ValidationError) as error:
        raise PolicyError(f"policy: {error}") from error


def _load() -> tuple[Policy, str]:
    folder = resources.files("grading")
    content = (folder / "policy.toml").read_bytes()
    digest = hashlib.sha256(content)
    for name in _WEIGHTS:
        digest.update((folder / "weights" / name).read_bytes())
    return parse(content), digest.hexdigest()[:16]


POLICY, VERSION = _load()
