"""Rule tables: which measure of which till makes which instruction, with hysteresis; pure.

A rule gives one instruction at a time, for the till that is worst. It is given when the limit was
passed for `for_s` on end, and ends when no till is beyond `clear` any more.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from edge_gateway.wait_radar.radar import Measures

SHIPPED = Path(__file__).parent / "rules.toml"

_Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
_Seconds = Annotated[float, Field(ge=0, le=86_400)]
_Figure = Annotated[float, Field(ge=0, le=1_000_000)]


class Rule(BaseModel):
    """One line of the table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: _Name
    on: bool = True
    measure: Literal["waiting", "wait_s", "pace", "arrivals"] = "wait_s"
    touchpoints: tuple[_Name, ...] = ()
    """All, when none is named."""
    above: _Figure | None = None
    below: _Figure | None = None
    for_s: _Seconds = 60.0
    clear: _Figure | None = None
    """Where it ends; the limit itself when not set."""
    quiet_s: _Seconds = 600.0
    """After somebody acknowledged it, nothing of this rule is said for so long."""
    text: dict[str, Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        default_factory=dict, max_length=8
    )

    @model_validator(mode="after")
    def _sound(self) -> Rule:
        if not self.on:
            return self  # its name is all that it needs
        if (self.above is None) == (self.below is None):
            raise ValueError("needs either above or below")
        beyond = self.clear is not None and self.clear > (self.above or self.below or 0)
        within = self.clear is not None and self.clear < (self.above or self.below or 0)
        if (self.above is not None and beyond) or (self.below is not None and within):
            raise ValueError("clear should lie on the good side of the limit")
        if not self.text:
            raise ValueError("text should hold the words in at least one language")
        return self

    @property
    def limit(self) -> float:
        """Return the limit, whichever side it is passed on."""
        return (self.above if self.above is not None else self.below) or 0.0

    def beyond(self, value: float, limit: float) -> bool:
        """Whether a value is on the bad side of a limit."""
        return value > limit if self.above is not None else value < limit


def rules(own: Iterable[Rule] = ()) -> tuple[Rule, ...]:
    """Return the shipped rules, with a store's own added or in their place."""
    shipped = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["instructions"]
    table = {rule.rule: rule for rule in (*map(Rule.model_validate, shipped), *own)}
    return tuple(rule for rule in table.values() if rule.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An instruction is due."""

    rule: Rule
    touchpoint: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What an instruction was given for is over."""

    rule: Rule
    value: float | None


@dataclass(slots=True)
class _Standing:
    since_s: float | None = None
    """Since when the limit is passed."""
    given: bool = False
    quiet_until_s: float = float("-inf")


class Watch:
    """Looks at the measures by the table, again and again."""

    def __init__(self, table: tuple[Rule, ...]) -> None:
        self._standings = {rule.rule: (rule, _Standing()) for rule in table}

    def look(self, measures: Mapping[str, Measures], now_s: float) -> list[Given | Ended]:
        """Return what changed."""
        changes: list[Given | Ended] = []
        for rule, standing in self._standings.values():
            worst = _worst(rule, measures)
            change = (
                _still(rule, standing, worst)
                if standing.given
                else _passed(rule, standing, worst, now_s)
            )
            changes += [change] if change is not None else []
        return changes

    def acknowledged(self, rule: str, now_s: float) -> None:
        """Take that somebody saw to it: be quiet about it for a while."""
        known = self._standings.get(rule)
        if known is not None:
            known[1].quiet_until_s = now_s + known[0].quiet_s


def _worst(rule: Rule, measures: Mapping[str, Measures]) -> tuple[str, float] | None:
    values = {
        touchpoint: value
        for touchpoint, one in measures.items()
        if (not rule.touchpoints or touchpoint in rule.touchpoints)
        and (value := getattr(one, rule.measure)) is not None
    }
    if not values:
        return None
    choose = max if rule.above is not None else min
    touchpoint = choose(sorted(values), key=lambda name: values[name])
    return touchpoint, values[touchpoint]


def _passed(
    rule: Rule, standing: _Standing, worst: tuple[str, float] | None, now_s: float
) -> Given | None:
    if worst is None or not rule.beyond(worst[1], rule.limit):
        standing.since_s = None
        return None
    if standing.since_s is None:
        standing.since_s = now_s
    if now_s - standing.since_s < rule.for_s or now_s < standing.quiet_until_s:
        return None
    standing.given = True
    return Given(rule=rule, touchpoint=worst[0], value=worst[1])


def _still(rule: Rule, standing: _Standing, worst: tuple[str, float] | None) -> Ended | None:
    clear = rule.limit if rule.clear is None else rule.clear
    if worst is not None and rule.beyond(worst[1], clear):
        return None
    standing.given, standing.since_s = False, None
    return Ended(rule=rule, value=None if worst is None else worst[1])
