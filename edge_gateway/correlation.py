"""Which receipt a rating belongs to: at one till, within the window, and never a guess.

A rating takes the only receipt that was printed in the 45 seconds before it; when there is none
yet, the next receipt within 90 seconds takes the only rating that waits. Two candidates mean no
link at all. Times are milliseconds of the gateway's own monotonic clock (D9).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeVar

from protocols.messages import Clock, ClockQuality

# A shopper taps while the receipt is still being rung up, or just after taking it.
RATING_BEFORE_RECEIPT_MS = 90_000
RATING_AFTER_RECEIPT_MS = 45_000
_REMEMBER_MS = 4 * RATING_BEFORE_RECEIPT_MS
# What a wall clock may be ahead of ours before we stop believing it.
_TOLERATED_AHEAD_MS = 5_000
_MOST_CANDIDATES = 200
# Visits whose revisions may still come; a rush must not fill the memory with them.
_MOST_JUDGED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenReceipt:
    """A receipt that has no rating yet."""

    receipt: str
    number: str
    till: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRating:
    """A rating that has no receipt yet."""

    response: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A rating and the one receipt it belongs to."""

    response: str
    receipt: SeenReceipt
    offset_ms: int


_T = TypeVar("_T", SeenReceipt, GivenRating)


class Correlation:
    """Receipts and ratings of the last minutes, by touchpoint."""

    def __init__(self) -> None:
        self._receipts: dict[str, list[SeenReceipt]] = {}
        self._ratings: dict[str, list[GivenRating]] = {}
        self._judged: OrderedDict[str, int] = OrderedDict()
        self._since_ms = 0
        """What is older can no longer be linked: a backlog must not push out what just came."""

    def rated(self, touchpoint: str, rating: GivenRating) -> Link | None:
        """Take a rating, once; return its link when exactly one receipt fits."""
        if rating.response in self._judged or rating.at_ms < self._since_ms:
            return None
        self._judged[rating.response] = rating.at_ms
        if len(self._judged) > _MOST_JUDGED:
            self._judged.popitem(last=False)
        receipts = self._receipts.get(touchpoint, ())
        fitting = [
            receipt
            for receipt in receipts
            if 0 <= rating.at_ms - receipt.at_ms <= RATING_AFTER_RECEIPT_MS
        ]
        if not fitting:
            # It may be older than receipts that are here already: it came late over the network.
            fitting = [receipt for receipt in receipts if _fits(rating, receipt)]
        if len(fitting) == 1:
            return self._link(touchpoint, rating, fitting[0])
        if not fitting:
            waiting = self._ratings.setdefault(touchpoint, [])
            waiting.append(rating)
            del waiting[:-_MOST_CANDIDATES]
        return None

    def printed(self, touchpoint: str, receipt: SeenReceipt) -> Link | None:
        """Take a receipt; return its link when exactly one waiting rating fits."""
        self._receipts.setdefault(touchpoint, []).append(receipt)
        waiting = self._ratings.get(touchpoint, [])
        fitting = [rating for rating in waiting if _fits(rating, receipt)]
        if len(fitting) == 1:
            return self._link(touchpoint, fitting[0], receipt)
        # Several ratings and one receipt: none of them may claim the next receipt either.
        self._ratings[touchpoint] = [rating for rating in waiting if rating not in fitting]
        return None

    def forget_before(self, now_ms: int) -> None:
        """Drop what can no longer be linked."""
        self._since_ms = now_ms - _REMEMBER_MS
        self._receipts = _newest(self._receipts, self._since_ms)
        self._ratings = _newest(self._ratings, self._since_ms)
        while self._judged and next(iter(self._judged.values())) < self._since_ms:
            self._judged.popitem(last=False)

    def _link(self, touchpoint: str, rating: GivenRating, receipt: SeenReceipt) -> Link:
        self._receipts[touchpoint].remove(receipt)
        waiting = self._ratings.get(touchpoint, [])
        if rating in waiting:
            waiting.remove(rating)
        offset_ms = rating.at_ms - receipt.at_ms
        return Link(response=rating.response, receipt=receipt, offset_ms=offset_ms)


def _newest(candidates: dict[str, list[_T]], since_ms: int) -> dict[str, list[_T]]:
    kept = (
        (touchpoint, [one for one in waiting if one.at_ms >= since_ms][-_MOST_CANDIDATES:])
        for touchpoint, waiting in candidates.items()
    )
    return {touchpoint: waiting for touchpoint, waiting in kept if waiting}


def _fits(rating: GivenRating, receipt: SeenReceipt) -> bool:
    offset_ms = rating.at_ms - receipt.at_ms
    return -RATING_BEFORE_RECEIPT_MS <= offset_ms <= RATING_AFTER_RECEIPT_MS


class ClockMap:
    """Turns the clocks of devices into the gateway's monotonic milliseconds."""

    def __init__(self) -> None:
        self._offsets: dict[tuple[str, str], int] = {}

    def heard(self, device: str, at: Clock, now: Clock) -> None:
        """Learn from a message that was made just before it arrived."""
        key = (device, at.boot)
        offset = now.mono_ms - at.mono_ms
        # The quickest message is the truest: the network only ever adds delay.
        self._offsets[key] = min(offset, self._offsets.get(key, offset))

    def happened_ms(self, device: str, at: Clock, now: Clock) -> int | None:
        """Return when `at` was: by the device's own boot, or its wall clock; None: who knows."""
        offset = self._offsets.get((device, at.boot))
        if offset is not None:
            return min(now.mono_ms, at.mono_ms + offset)
        behind_ms = now.wall_ms - at.wall_ms
        both_synced = at.quality is now.quality is ClockQuality.SYNCED
        if both_synced and behind_ms >= -_TOLERATED_AHEAD_MS:
            return now.mono_ms - max(0, behind_ms)
        return None
