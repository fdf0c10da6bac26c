"""Which ratings may be no shopper's honest answer (R011): marked and weighed, never dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from protocols.messages import Mark, Misuse

# Three visits whose first touches lie within six seconds: one visit alone takes three touches.
MASH_VISITS = 3
MASH_WITHIN_MS = 6_000
# The same score five times running, each touched within three seconds of the last visit's end:
# a queue of content shoppers does not hand over that fast, one finger does.
BURST_VISITS = 5
BURST_GAP_MS = 3_000
REMEMBERED = max(MASH_VISITS, BURST_VISITS) - 1

WEIGHTS = {Misuse.MASH: 0.0, Misuse.BURST: 0.2, Misuse.AFTER_HOURS: 0.0}
"""What a marked response still counts; of several marks the scores take the lowest."""


@dataclass(frozen=True, slots=True)
class Rating:
    """An earlier visit with a score; times in milliseconds since the machine's start."""

    score: int
    began_ms: int
    ended_ms: int


def marks(
    score: int, now_ms: int, earlier: Sequence[Rating], *, after_hours: bool
) -> tuple[Mark, ...]:
    """Return what is to be doubted about a score touched now; `earlier` has the oldest first."""
    found = []
    if _is_mash(now_ms, earlier):
        found.append(Misuse.MASH)
    if _is_burst(score, now_ms, earlier):
        found.append(Misuse.BURST)
    if after_hours:
        found.append(Misuse.AFTER_HOURS)
    return tuple(Mark(misuse=misuse, weight=WEIGHTS[misuse]) for misuse in found)


def _is_mash(now_ms: int, earlier: Sequence[Rating]) -> bool:
    last = earlier[-(MASH_VISITS - 1) :]
    return len(last) == MASH_VISITS - 1 and now_ms - last[0].began_ms <= MASH_WITHIN_MS


def _is_burst(score: int, now_ms: int, earlier: Sequence[Rating]) -> bool:
    last = earlier[-(BURST_VISITS - 1) :]
    if len(last) < BURST_VISITS - 1 or any(one.score != score for one in last):
        return False
    touched = [*(one.began_ms for one in last[1:]), now_ms]
    return all(at - one.ended_ms < BURST_GAP_MS for one, at in zip(last, touched, strict=True))
