"""The service-level policy as it stands in policy.toml: targets per grade, and what meets them."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from importlib import resources
from typing import Any


class Target(StrEnum):
    """What has a deadline."""

    RESPOND = "respond"
    PROGRESS = "progress"
    SOLVE = "solve"


class ClockKind(StrEnum):
    """Which minutes count."""

    WALL = "wall"
    OPENING = "opening"
    WORKING = "working"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A target of a grade: within so many minutes of this clock."""

    grade: str
    target: Target
    minutes: int
    clock: ClockKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The hours that the working clock counts on a working day."""

    opens: time
    closes: time
    lunch_from: time
    lunch_to: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the targets."""

    version: str
    rules: tuple[Rule, ...]
    met_by: dict[Target, frozenset[str]]
    office: Office

    def rules_of(self, grade: str) -> tuple[Rule, ...]:
        """Return the targets of a grade."""
        return tuple(rule for rule in self.rules if rule.grade == grade)


@functools.cache
def shipped() -> Policy:
    """Return the policy that comes with this version of HQ."""
    return parse(resources.files("hq_server.sla").joinpath("policy.toml").read_text("utf-8"))


def parse(text: str) -> Policy:
    """Return the policy written in TOML; ValueError or KeyError when it is not one."""
    found: dict[str, Any] = tomllib.loads(text)
    day_minutes = int(found["working_day_hours"]) * 60
    office = found["office"]
    return Policy(
        version=str(found["version"]),
        rules=tuple(_rule(row, day_minutes) for row in found["targets"]),
        met_by={Target(key): frozenset(steps) for key, steps in found["met_by"].items()},
        office=Office(**{key: time.fromisoformat(value) for key, value in office.items()}),
    )


def _rule(row: dict[str, str], day_minutes: int) -> Rule:
    clock = ClockKind(row["clock"])
    match = re.fullmatch(r"([1-9]\d{0,3})([mhd])", row["within"])
    if match is None or (match[2] == "d" and clock is not ClockKind.WORKING):
        raise ValueError(f"within = {row['within']!r}: 30m, 4h, or days on the working clock")
    minutes = int(match[1]) * {"m": 1, "h": 60, "d": day_minutes}[match[2]]
    return Rule(grade=row["grade"], target=Target(row["kind"]), minutes=minutes, clock=clock)
