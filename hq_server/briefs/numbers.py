"""Which numbers of case codes a gateway gets, so that no two ever give the same code. Pure.

A block is 2,000 numbers in a row. Blocks rise with the clock: at any second since FIRST_DAY, 16 of
them are free. So an HQ whose database was restored from last night's backup goes on above all that
it had given out since, although it no longer knows of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from protocols import case_code

CODES_PER_BLOCK = 2000
ENOUGH_CODES = 500
"""With as many left, a gateway needs no further block."""
NEXT_AFTER = timedelta(seconds=30)
"""A gateway gets no two blocks sooner: more than it can give out, and no drain on the numbers."""
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
BLOCKS_PER_SECOND = 16  # with 45 bits, that lasts until 2060
LAST_BLOCK = (1 << case_code.NUMBER_BITS) // CODES_PER_BLOCK - 1
# A gateway may know of blocks that this database lost, but of none from far in the future.
AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The last block of a gateway."""

    number: int
    epoch: str
    """Of the gateway's disk that it was made for."""
    made_at: datetime
    taken: bool
    """The gateway said that it has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """What a gateway says of its codes."""

    epoch: str
    block: int | None
    """The last block that it took."""
    codes_left: int


class Verdict(Enum):
    """What is to be done about a gateway's codes."""

    NOTHING = auto()
    TAKEN = auto()
    """Its last block has arrived."""
    NEXT = auto()
    """It needs another block."""
    WAIT = auto()
    """It needs another block, a little later; its last one must not be sent again meanwhile."""


def judge(last: Block | None, said: Reserve, now: datetime) -> Verdict:
    """Return what to do, after a gateway said what it has."""
    if last is None:
        return Verdict.NEXT
    if said.block == last.number:
        if said.codes_left < ENOUGH_CODES and _long_ago(last, now):
            return Verdict.NEXT
        return Verdict.NOTHING if last.taken else Verdict.TAKEN
    # A block may be sent again until the gateway has said once that it has it. After that, or on
    # another disk, some of its codes may be out already: it is never sent again.
    if not last.taken and last.epoch == said.epoch:
        return Verdict.NOTHING
    return Verdict.NEXT if _long_ago(last, now) else Verdict.WAIT


def _long_ago(last: Block, now: datetime) -> bool:
    return not timedelta(0) <= now - last.made_at < NEXT_AFTER


def next_number(highest: int | None, now: datetime) -> int:
    """Return the number of the next block; `highest` is the highest that is known of."""
    by_clock = _by_clock(now)
    number = by_clock if highest is None else max(highest + 1, by_clock)
    if number > LAST_BLOCK:
        raise OverflowError("no case codes are left under this key")
    return number


def believable(number: int, now: datetime) -> bool:
    """Return whether HQ may have given out a block of this number before it lost its memory."""
    return 0 <= number <= min(_by_clock(now + AHEAD), LAST_BLOCK)


def codes(key: bytes, block: int) -> tuple[str, ...]:
    """Return the codes of a block."""
    first = block * CODES_PER_BLOCK
    return tuple(
        case_code.block_code(key, number) for number in range(first, first + CODES_PER_BLOCK)
    )


def _by_clock(now: datetime) -> int:
    return max(0, int((now - FIRST_DAY).total_seconds()) * BLOCKS_PER_SECOND)
