"""A till with a line before it whose truth is known: M/G/1, and what its readers would see.

    python -m simulator.waiting_line      # how far the wait radar is from the truth

Shoppers come as a Poisson process; a basket takes a while for each item and for paying; between
two customers the till is cleared.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from edge_gateway.wait_radar.radar import Measures, Radar

CLEARED_S = (4.0, 14.0)
_LOOK_EVERY_S = 30.0
_WARM_UP_S = 1800.0
# The rule that comes with the gateway, and what a line is that it should or should not call for.
_LIMIT_S, _FOR_S = 300.0, 60.0
_SOME, _MANY = 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One shopper at the till; seconds."""

    came_s: float
    began_s: float
    """The first item."""
    ended_s: float
    """The receipt."""
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """How far an estimate of the people waiting is from the truth."""

    truth: float
    """The mean line."""
    bias: float
    error: float
    """Mean absolute error."""
    likeness: float
    """Correlation; 0 when nobody ever waited."""


def visits(random: Random, *, load: float, hours: float) -> list[Visit]:
    """Return what happens at a till of which people want `load` of its time."""
    pace_s = random.uniform(2.0, 4.0)
    mean_s = 25.0 + 9 * pace_s + sum(CLEARED_S) / 2
    came_s = free_s = 0.0
    happened: list[Visit] = []
    while came_s < hours * 3600:
        came_s += random.expovariate(load / mean_s)
        items = min(60, 1 + int(random.expovariate(1 / 8.5)))
        began_s = max(came_s, free_s + random.uniform(*CLEARED_S))
        scan_s = sum(random.gammavariate(4, pace_s / 4) for _ in range(items))
        ended_s = began_s + scan_s + random.gammavariate(9, 25 / 9)
        happened.append(Visit(came_s=came_s, began_s=began_s, ended_s=ended_s, items=items))
        free_s = ended_s
    return happened


def truth(happened: list[Visit], at_s: float) -> int:
    """Return how many wait at a moment."""
    return sum(one.came_s <= at_s < one.began_s for one in happened)


def looks(happened: list[Visit], *, sees_items: bool) -> Iterator[tuple[float, Measures]]:
    """Yield what the radar says every half minute, when it sees items or receipts alone."""
    radar = Radar()
    times = [(one.ended_s, "ended", one) for one in happened]
    if sees_items:
        times += [(one.began_s, "began", one) for one in happened]
    times.sort(key=lambda one: one[:2])
    look_s = _WARM_UP_S
    for at_s, what, visit in times:
        while look_s < at_s:
            measured = radar.measures(look_s).get("till")
            if measured is not None:
                yield look_s, measured
            look_s += _LOOK_EVERY_S
        if what == "began":
            radar.item("till", "scanner", at_s)
        else:
            radar.sold("till", visit.items, at_s)


def miss(seed: int, *, load: float, sees_items: bool, hours: float = 8.0) -> Miss:
    """Return how far the radar is from the truth on one day."""
    happened = visits(Random(seed), load=load, hours=hours)
    pairs = [
        (truth(happened, at_s), measured.waiting)
        for at_s, measured in looks(happened, sees_items=sees_items)
    ]
    true, told = [one for one, _ in pairs], [one for _, one in pairs]
    varies = len(set(true)) > 1 and len(set(told)) > 1
    return Miss(
        truth=statistics.fmean(true),
        bias=statistics.fmean(b - a for a, b in pairs),
        error=statistics.fmean(abs(b - a) for a, b in pairs),
        likeness=statistics.correlation(true, told) if varies else 0.0,
    )


@dataclass(slots=True)
class Calls:
    """How the shipped limit of five minutes does, in looks of half a minute."""

    looks: int = 0
    called: int = 0
    """The limit was passed for a minute on end."""
    rightly: int = 0
    """Of these, three or more waited in truth."""
    long: int = 0
    """Five or more waited in truth."""
    noticed: int = 0
    """Of these, the limit was passed."""


def calls(seeds: range, *, load: float, sees_items: bool, hours: float = 8.0) -> Calls:
    """Return how the limit does on some days."""
    counted = Calls()
    for seed in seeds:
        happened = visits(Random(seed), load=load, hours=hours)
        on_end = 0
        for at_s, measured in looks(happened, sees_items=sees_items):
            wait = truth(happened, at_s)
            is_over = measured.wait_s > _LIMIT_S
            on_end = on_end + 1 if is_over else 0
            is_called = on_end * _LOOK_EVERY_S > _FOR_S
            counted.looks += 1
            counted.called += is_called
            counted.rightly += is_called and wait >= _SOME
            counted.long += wait >= _MANY
            counted.noticed += is_over and wait >= _MANY
    return counted


def main(days: int = 10) -> None:
    """Print the table of the documentation."""
    print(f"{days} days of 8 hours each, seeds 0 to {days - 1}")
    for sees_items in (True, False):
        for load in (0.4, 0.6, 0.75, 0.85, 0.95):
            found = [miss(seed, load=load, sees_items=sees_items) for seed in range(days)]
            mean = [
                statistics.fmean(getattr(one, name) for one in found)
                for name in ("truth", "bias", "error", "likeness")
            ]
            seen = "items" if sees_items else "receipts"
            call = calls(range(days), load=load, sees_items=sees_items)
            shares = (
                (call.called, call.looks),
                (call.rightly, call.called),
                (call.noticed, call.long),
            )
            told = "".join(
                f"{part / whole:8.2f}" if whole else "       -" for part, whole in shares
            )
            print(f"{seen:9}{load:5}" + "".join(f"{one:8.2f}" for one in mean) + told)


if __name__ == "__main__":
    main()
