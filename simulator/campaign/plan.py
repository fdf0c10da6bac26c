"""What one run will be, drawn from its seed and from nothing else: fault, kiosks, database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class DatabaseKind(StrEnum):
    """What HQ keeps its rows in."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


# Every so many runs HQ stands on PostgreSQL, where one is at hand.
_POSTGRESQL_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was asked for on the command line; None leaves it to the seed."""

    fault: str | None = None
    database: DatabaseKind | None = None
    short: bool = False
    """Shorter faults, for the test suite."""
    sabotage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run."""

    seed: int
    fault: str
    kiosks: int
    database: DatabaseKind
    warm_up_seconds: float
    """How long shoppers come before the fault."""
    every_seconds: float
    """Between two shoppers at one kiosk."""
    short: bool = False
    sabotage: str | None = None

    def chance(self, of: str) -> Random:
        """Return the random numbers of one part of the run, always the same for this seed."""
        return Random(f"{self.seed}:{of}")


def plan(seed: int, faults: Sequence[str], wishes: Wishes) -> Plan:
    """Return the run of this seed; `faults` that follow each other get seeds that do."""
    random = Random(f"{seed}:plan")
    on_server = random.random() < _POSTGRESQL_SHARE
    drawn = DatabaseKind.POSTGRESQL if on_server else DatabaseKind.SQLITE
    return Plan(
        seed=seed,
        fault=wishes.fault or faults[seed % len(faults)],
        kiosks=random.choice((2, 2, 3)),
        database=wishes.database or drawn,
        warm_up_seconds=round(random.uniform(0.5, 2.0 if wishes.short else 4.0), 3),
        every_seconds=round(random.uniform(0.25, 0.6), 3),
        short=wishes.short,
        sabotage=wishes.sabotage,
    )
