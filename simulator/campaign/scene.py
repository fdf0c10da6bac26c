"""What a fault may touch: the chain, how long things last, and its own account of the damage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from simulator.campaign.chain import Chain, Unit
from simulator.campaign.disks import LoopDisk

# In the short form a fault of 20 s lasts 4.
_SHORTER = 5.0
_LOOK_EVERY_SECONDS = 0.25


class Need(StrEnum):
    """What a fault needs of the machine; without it, it is reported as not run."""

    ROOT = "root, ext4 and loop devices"
    CLOCK = "the package time-machine"


@dataclass(slots=True, kw_only=True)
class Scene:
    """One run, as its fault sees it."""

    chain: Chain
    opened_at: float = field(default_factory=time.monotonic)
    moments: list[tuple[float, str]] = field(default_factory=list)
    """Seconds since the shoppers came, and what was done then."""
    excused: set[str] = field(default_factory=set)
    """Responses of which this fault destroyed the only copy."""
    corrupted: int = 0
    """Events that it made unreadable: as many dead letters must be at HQ."""
    damaged: bool = False
    """A page of an outbox was overwritten: what only it held is gone, or a dead letter."""
    hq_went_back: bool = False
    """An old database was put in place of HQ's: revisions may fall back once."""
    kiosk_kills: int = 0
    """How often a visit was cut short between its commit and its line on the list."""
    disk: LoopDisk | None = None
    missed: list[str] = field(default_factory=list)
    """What the fault did not bring about: a run with any of it proves nothing."""
    target: str = ""
    """The program that this fault is about, where the seed chooses one."""

    def did(self, what: str) -> None:
        """Note what was done, and when."""
        self.moments.append((round(time.monotonic() - self.opened_at, 3), what))

    def lasting(self, seconds: float) -> float:
        """Return how long a fault of so many seconds lasts in this run."""
        return seconds / _SHORTER if self.chain.plan.short else seconds

    def expect(self, happened: bool, otherwise: str) -> None:
        """Note `otherwise` as missed unless it happened."""
        if not happened:
            self.missed.append(otherwise)

    def until(
        self, happened: Callable[[], bool], otherwise: str, *, within_seconds: float = 30.0
    ) -> Iterator[float]:
        """Let shoppers go on until something happened; after so long note `otherwise` as missed."""
        waited = 0.0
        while not happened():
            if waited >= within_seconds:
                self.missed.append(otherwise)
                return
            yield _LOOK_EVERY_SECONDS
            waited += _LOOK_EVERY_SECONDS

    def kill(self, unit: Unit) -> None:
        """kill -9 a program; it stays down until its `start`."""
        self.expect(unit.running, f"{unit.name} did not run when it was to be killed")
        unit.kill()
        if unit in self.chain.kiosks:
            self.kiosk_kills += 1
        self.did(f"kill {unit.name}")
