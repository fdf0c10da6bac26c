"""Who uses a kiosk up: seeded shoppers, and wanderers who touch everything there is. Pure."""

from __future__ import annotations

from collections.abc import Set
from random import Random
from typing import Protocol

from protocols import case_code
from simulator.shopper import Shopper, intent

# Seeded shoppers alone would never look a case up, write to the mailbox or read large letters.
_WANDERING = 0.3
_FEWEST_TOUCHES, _MOST_TOUCHES = 2, 20
# The name of the store means something only to staff, who hold it for five seconds.
_NOT_TOUCHED = {"staff"}
_TYPED_KINDS = {"key", "digit"}


class Visitor(Protocol):
    """Somebody in front of the kiosk."""

    @property
    def leaving(self) -> bool:
        """Whether nothing more is wanted: without a next target the visitor walks away."""

    def next_target(self, state: str, targets: Set[str], /) -> str | None:
        """Return what to touch on a screen that shows `targets`; None to wait or walk away."""


class Wanderer:
    """Touches at random, every kind of key as often as any other, and walks away in between."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._touches = random.randint(_FEWEST_TOUCHES, _MOST_TOUCHES)
        self._typing: list[str] = []

    @property
    def leaving(self) -> bool:
        """Whether all touches are used up."""
        return not self._touches

    def next_target(self, _: str, targets: Set[str]) -> str | None:
        """Return what to touch; what is being typed is typed to its end."""
        while self._typing:
            if (typed := self._typing.pop()) in targets:
                return typed
        kinds = sorted({name.partition(":")[0] for name in targets} - _NOT_TOUCHED)
        if self.leaving or not kinds:
            return None
        self._touches -= 1
        kind = self._random.choice(kinds)
        keys = sorted(name for name in targets if name.partition(":")[0] == kind)
        if kind in _TYPED_KINDS:
            self._typing = self._random.choices(keys, k=self._random.randint(1, 9))
        if kind == "code":
            self._typing = self._random.choice(([], self._code()))
        return self._random.choice(keys)

    def _code(self) -> list[str]:
        """Return the touches, the last one first, of a code that can be one."""
        code = case_code.mint(self._random.getrandbits(case_code.RANDOM_BITS)).replace("-", "")
        erased = ["erase"] * len(code)
        return [*erased, *(f"code:{character}" for character in code), "ask"][::-1]


class _SeededShopper(Shopper):
    @property
    def leaving(self) -> bool:
        return self.rated


def visitor(random: Random) -> Visitor:
    """Return who comes next."""
    if random.random() < _WANDERING:
        return Wanderer(random)
    return _SeededShopper(intent(random), random)
