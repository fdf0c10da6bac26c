"""When an event really happened (D9): pure, from the clocks a device had.

1. A wall clock that its device calls synced, and that is plausible, is believed.
2. Else the monotonic clock decides: an earlier or later event of the same boot with a believed
   wall clock says what the offset between the two clocks is.
3. Else no event can have happened after it arrived: of all events of that boot, the one that
   took least time to arrive gives the tightest bound, and that bound is taken as the offset.

The answer is never later than the arrival, and wall clocks never decide an order.
"""

from __future__ import annotations

from dataclasses import dataclass

from protocols.messages import Clock, ClockQuality

# A clock may run ahead of ours by this much before it is disbelieved.
AHEAD_MS = 5 * 60_000
# A kiosk keeps what it could not send for at least 30 days; a swapped disk may be older.
BEHIND_MS = 400 * 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BootOffset:
    """True time minus monotonic time of one boot."""

    offset_ms: int
    synced: bool


def believed(clock: Clock, received_ms: int) -> bool:
    """Return whether the wall clock of an event may be taken as it is."""
    return (
        clock.quality is ClockQuality.SYNCED
        and received_ms - BEHIND_MS <= clock.wall_ms <= received_ms + AHEAD_MS
    )


def learn(known: BootOffset | None, clock: Clock, received_ms: int) -> BootOffset:
    """Return the offset of a boot after seeing one more event of it."""
    if believed(clock, received_ms):
        return BootOffset(offset_ms=min(clock.wall_ms, received_ms) - clock.mono_ms, synced=True)
    bound = received_ms - clock.mono_ms
    if known is None or (not known.synced and bound < known.offset_ms):
        return BootOffset(offset_ms=bound, synced=False)
    return known


def occurred_ms(clock: Clock, received_ms: int, offset: BootOffset | None) -> int:
    """Return when an event happened, Unix milliseconds."""
    if believed(clock, received_ms):
        return min(clock.wall_ms, received_ms)
    if offset is None:
        return received_ms
    guess = clock.mono_ms + offset.offset_ms
    return min(max(guess, received_ms - BEHIND_MS), received_ms)
