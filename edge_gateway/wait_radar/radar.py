"""What is measured at each till: who waits, how long, how fast it goes; pure.

A sale begins with its first item, where a reader sees items, and ends with its receipt. Where
only receipts are seen, its beginning is inferred: from the number of items and from how long such
baskets take at this till when one follows the other. Times are seconds of one clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from edge_gateway.wait_radar.queue import LONGEST_SERVICE_S, Queue

# What arrivals and the busy share look back on.
WINDOW_S = 900.0
_LATEST = 40
# Between a receipt and the next shopper's first item, when she was already there: a till is
# cleared and greeted at in 5 to 20 s.
SLACK_S = 25.0
# What a basket takes where nothing is known yet; each till soon has figures of its own.
USUAL_BASKET_S, USUAL_ITEM_S, USUAL_ITEMS = 20.0, 3.0, 8
# Of two sales that follow each other at once, the interval is a basket's time and a little more.
_AT_ONCE = 1.4
_FEWEST_INTERVALS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """One till, now."""

    waiting: float
    """People in the line, the one being served left out; an expectation."""
    wait_s: float
    """What somebody who joins now has to expect until being served."""
    pace: float | None
    """Items a minute, while serving; None: no items were seen."""
    arrivals: float
    """People an hour, over the last quarter."""
    busy: float
    """Share of the last quarter that somebody was being served, 0 to 1."""
    sales: int
    """Within the last quarter."""


@dataclass(frozen=True, slots=True)
class _Served:
    began_s: float
    ended_s: float
    items: int | None
    waiting: float
    """Then."""

    @property
    def lasted_s(self) -> float:
        return self.ended_s - self.began_s


@dataclass(slots=True)
class _Till:
    queue: Queue = field(default_factory=lambda: Queue(SLACK_S))
    served: deque[_Served] = field(default_factory=lambda: deque(maxlen=_LATEST * 6))
    intervals: deque[float] = field(default_factory=lambda: deque(maxlen=_LATEST))
    """Between receipts, as a share of what such a basket usually takes."""
    began_s: float | None = None
    item_s: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    """Items of the sale under way, by reader: a scanner and a display see the same ones."""
    sees_items: bool = False


class Radar:
    """All tills of a store, by touchpoint."""

    def __init__(self) -> None:
        self._tills: dict[str, _Till] = {}

    def item(self, touchpoint: str, reader: str, at_s: float) -> None:
        """Take a piece of goods that was scanned or shown."""
        till = self._tills.setdefault(touchpoint, _Till())
        if till.began_s is not None and at_s - till.item_s > LONGEST_SERVICE_S:
            _broken_off(till)
        till.sees_items = True
        if till.began_s is None:
            till.began_s = at_s
            till.queue.began(at_s)
        till.item_s = at_s
        till.counts[reader] = till.counts.get(reader, 0) + 1

    def sold(self, touchpoint: str, items: int | None, at_s: float) -> None:
        """Take the receipt that ends a sale; `items` as printed."""
        till = self._tills.setdefault(touchpoint, _Till())
        if items is None:
            items = max(till.counts.values(), default=None)
        if till.began_s is None:
            till.began_s = _inferred(till, items, at_s)
            till.queue.began(till.began_s)
        till.queue.ended(at_s)
        waiting = till.queue.waiting(at_s, cycle_s=_cycle_s(till), unseen_s=1.0)
        till.served.append(_Served(till.began_s, at_s, items, waiting))
        till.began_s = None
        till.counts.clear()

    def measures(self, now_s: float) -> dict[str, Measures]:
        """Return what is known of each till now; a till that stood still for long is left out."""
        for touchpoint, till in list(self._tills.items()):
            if now_s - max(till.item_s, _last(till)) > 2 * LONGEST_SERVICE_S:
                del self._tills[touchpoint]
        return {touchpoint: _measured(till, now_s) for touchpoint, till in self._tills.items()}


def _broken_off(till: _Till) -> None:
    """Nobody paid: the sale under way never ended, and its line is anybody's guess."""
    till.queue = Queue(SLACK_S)
    till.began_s = None
    till.counts.clear()


def _last(till: _Till) -> float:
    return till.served[-1].ended_s if till.served else float("-inf")


def _inferred(till: _Till, items: int | None, at_s: float) -> float:
    """Return when a sale began of which only the receipt was seen."""
    usual_s = _usual_s(items)
    if not till.served:
        return at_s - usual_s
    interval_s = at_s - till.served[-1].ended_s
    till.intervals.append(min(3.0, interval_s / usual_s))
    basket_s = usual_s * _own_pace(till)
    if interval_s <= _AT_ONCE * basket_s:
        return min(at_s, till.served[-1].ended_s + SLACK_S / 4)
    return at_s - basket_s


def _usual_s(items: int | None) -> float:
    return USUAL_BASKET_S + USUAL_ITEM_S * (USUAL_ITEMS if items is None else min(items, 100))


def _own_pace(till: _Till) -> float:
    """Return how long baskets take at this till, as a share of what is usual.

    In a rush intervals are nothing but baskets: the lower quarter tells.
    """
    if len(till.intervals) < _FEWEST_INTERVALS:
        return 1.0
    return min(1.5, max(0.4, sorted(till.intervals)[len(till.intervals) // 4]))


def _measured(till: _Till, now_s: float) -> Measures:
    lately = [one for one in till.served if one.ended_s > now_s - WINDOW_S]
    cycle_s = _cycle_s(till)
    unseen_s = 0.0 if till.sees_items else _AT_ONCE * cycle_s
    waiting = till.queue.waiting(now_s, cycle_s=cycle_s, unseen_s=unseen_s)
    # Whoever is being served is, on average, half done.
    wait_s = cycle_s * waiting + (cycle_s / 2 if waiting > 0 or till.queue.serving else 0.0)
    busy_s = sum(one.ended_s - max(one.began_s, now_s - WINDOW_S) for one in lately)
    if till.began_s is not None:
        busy_s += now_s - max(till.began_s, now_s - WINDOW_S)
    paced = [one for one in lately if one.items]
    minutes = sum(one.lasted_s for one in paced) / 60
    known_s = min(WINDOW_S, max(60.0, now_s - min((one.began_s for one in lately), default=now_s)))
    come = len(lately) + till.queue.serving + waiting - (lately[0].waiting if lately else 0.0)
    return Measures(
        waiting=waiting,
        wait_s=wait_s,
        pace=sum(one.items or 0 for one in paced) / minutes if minutes else None,
        arrivals=3600 * max(0.0, come) / known_s,
        busy=max(0.0, min(1.0, busy_s / known_s)),
        sales=len(lately),
    )


def _cycle_s(till: _Till) -> float:
    """Return what one customer takes of the till when many wait."""
    mean_s = _mean(one.lasted_s for one in list(till.served)[-_LATEST:])
    return (mean_s or _usual_s(None)) + SLACK_S / 3


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0
