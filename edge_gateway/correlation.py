"""Which receipt a rating belongs to by its time: at one till, within the window, never a guess.

A rating takes the only receipt that its till printed in the 45 seconds before it; when there is
none, the next receipt within 90 seconds takes the only rating that waits. Two candidates mean no
link at all, and so does a rating that is given while the next sale is already under way. Times
are milliseconds of the gateway's own monotonic clock (D9).
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from enum import StrEnum

from protocols.messages import Clock, ClockQuality
from protocols.till_events import WhyUnlinked

# A shopper taps while the receipt is still being rung up, or just after taking it.
RATING_BEFORE_RECEIPT_MS = 90_000
RATING_AFTER_RECEIPT_MS = 45_000
# How late a rating may come over the network and still find receipts that are here already.
REMEMBER_MS = 4 * RATING_BEFORE_RECEIPT_MS
# What a wall clock may be ahead of ours before we stop believing it.
_TOLERATED_AHEAD_MS = 5_000
_MOST_CANDIDATES = 200
# Visits whose revisions may still come; a rush must not fill the memory with them.
_MOST_JUDGED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenReceipt:
    """A receipt that was printed."""

    receipt: str
    number: str
    till: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRating:
    """A rating that was given."""

    response: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A rating and the one receipt it belongs to."""

    response: str
    receipt: SeenReceipt
    offset_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlinked:
    """A rating that stays without a receipt."""

    response: str
    why: WhyUnlinked


Verdict = Link | Unlinked


class _Fate(StrEnum):
    """What became of a receipt."""

    FREE = "free"
    SPENT = "spent"
    CONTESTED = "contested"
    """Several ratings waited for it, or an earlier run saw it: it is nobody's."""


@dataclass(slots=True)
class _Printed:
    receipt: SeenReceipt
    fate: _Fate = _Fate.FREE


@dataclass(slots=True)
class _Till:
    printed: deque[_Printed] = field(default_factory=lambda: deque(maxlen=_MOST_CANDIDATES))
    waiting: list[GivenRating] = field(default_factory=list)
    began: deque[int] = field(default_factory=lambda: deque(maxlen=_MOST_CANDIDATES))


class Correlation:
    """Receipts and ratings of the last minutes, by touchpoint; each rating is judged once."""

    def __init__(self) -> None:
        self._tills: dict[str, _Till] = {}
        self._judged: OrderedDict[str, int] = OrderedDict()
        self._since_ms = 0
        """What is older can no longer be linked: a backlog must not push out what just came."""

    def knows(self, response: str) -> bool:
        """Whether the rating was taken already."""
        return response in self._judged

    def rated(self, touchpoint: str, rating: GivenRating) -> list[Verdict]:
        """Take a rating, once; return what is certain of it now."""
        if not self._is_new(rating.response, rating.at_ms):
            return []
        if rating.at_ms < self._since_ms:
            return [_unlinked(rating, WhyUnlinked.NO_RECEIPT)]
        till = self._till(touchpoint)
        verdict = _judge(till, rating)
        return self._wait(till, rating) if verdict is None else [verdict]

    def printed(self, touchpoint: str, receipt: SeenReceipt) -> list[Verdict]:
        """Take a receipt; return the ratings that it decides."""
        till = self._till(touchpoint)
        printed = _Printed(receipt)
        till.printed.append(printed)
        fitting = [rating for rating in till.waiting if _before(rating, receipt)]
        till.waiting = [rating for rating in till.waiting if rating not in fitting]
        if len(fitting) == 1:
            return [_link(fitting[0], printed)]
        if fitting:  # none of them may claim the next receipt either
            printed.fate = _Fate.CONTESTED
        return [_unlinked(rating, WhyUnlinked.AMBIGUOUS) for rating in fitting]

    def printed_before(self, touchpoint: str, receipt: SeenReceipt) -> None:
        """Take a receipt of an earlier run: whether it has a rating already nobody knows."""
        before = _Printed(receipt, _Fate.CONTESTED)
        self._till(touchpoint).printed.append(before)

    def sale_began(self, touchpoint: str, at_ms: int) -> None:
        """Take that the next sale is under way: who rates now may be of either."""
        self._till(touchpoint).began.append(at_ms)

    def settle(self, response: str, at_ms: int, receipt: str | None) -> None:
        """Take that a rating needs no guess: its receipt is known, or will never be."""
        self._is_new(response, at_ms)
        for till in self._tills.values():
            till.waiting = [one for one in till.waiting if one.response != response]
            for one in till.printed:
                if one.receipt.receipt == receipt:
                    one.fate = _Fate.SPENT

    def forget_before(self, now_ms: int) -> list[tuple[str, Verdict]]:
        """Drop what can no longer be linked; return whose time is over, with the touchpoint."""
        self._since_ms = now_ms - REMEMBER_MS
        over = now_ms - RATING_BEFORE_RECEIPT_MS
        verdicts: list[tuple[str, Verdict]] = []
        for touchpoint, till in list(self._tills.items()):
            for rating in till.waiting:
                if rating.at_ms < over:
                    verdicts.append((touchpoint, _unlinked(rating, WhyUnlinked.NO_RECEIPT)))
            till.waiting = [rating for rating in till.waiting if rating.at_ms >= over]
            self._shorten(touchpoint, till)
        while self._judged and next(iter(self._judged.values())) < self._since_ms:
            self._judged.popitem(last=False)
        return verdicts

    def _till(self, touchpoint: str) -> _Till:
        till = self._tills.get(touchpoint)
        if till is None:
            till = self._tills[touchpoint] = _Till()
        return till

    def _shorten(self, touchpoint: str, till: _Till) -> None:
        while till.printed and till.printed[0].receipt.at_ms < self._since_ms:
            till.printed.popleft()
        while till.began and till.began[0] < self._since_ms:
            till.began.popleft()
        if not (till.printed or till.began or till.waiting):
            del self._tills[touchpoint]

    def _wait(self, till: _Till, rating: GivenRating) -> list[Verdict]:
        till.waiting.append(rating)
        if len(till.waiting) <= _MOST_CANDIDATES:
            return []
        return [_unlinked(till.waiting.pop(0), WhyUnlinked.AMBIGUOUS)]

    def _is_new(self, response: str, at_ms: int) -> bool:
        if response in self._judged:
            return False
        self._judged[response] = at_ms
        if len(self._judged) > _MOST_JUDGED:
            self._judged.popitem(last=False)
        return True


def _judge(till: _Till, rating: GivenRating) -> Verdict | None:
    """Return the verdict on a rating; None when it waits for the next receipt."""
    if not till.printed:
        return None
    near = [one for one in till.printed if _after(rating, one.receipt)]
    free = [one for one in near if one.fate is _Fate.FREE]
    if len(free) == 1 and not _next_sale(till, free[0].receipt, rating):
        return _link(rating, free[0])
    if free or any(one.fate is _Fate.CONTESTED for one in near):
        return _unlinked(rating, WhyUnlinked.AMBIGUOUS)
    # It may have come late over the network: the receipt that it waited for is here already.
    later = (one for one in till.printed if one not in near)
    following = next((one for one in later if _before(rating, one.receipt)), None)
    if following is None:
        return None
    if following.fate is _Fate.FREE:
        return _link(rating, following)
    return _unlinked(rating, WhyUnlinked.AMBIGUOUS)


def _after(rating: GivenRating, receipt: SeenReceipt) -> bool:
    return 0 <= rating.at_ms - receipt.at_ms <= RATING_AFTER_RECEIPT_MS


def _before(rating: GivenRating, receipt: SeenReceipt) -> bool:
    # Both may come in one turn of the loop, and then in the same millisecond.
    return 0 <= receipt.at_ms - rating.at_ms <= RATING_BEFORE_RECEIPT_MS


def _next_sale(till: _Till, receipt: SeenReceipt, rating: GivenRating) -> bool:
    return any(receipt.at_ms < at_ms <= rating.at_ms for at_ms in till.began)


def _link(rating: GivenRating, printed: _Printed) -> Link:
    printed.fate = _Fate.SPENT
    offset_ms = rating.at_ms - printed.receipt.at_ms
    return Link(response=rating.response, receipt=printed.receipt, offset_ms=offset_ms)


def _unlinked(rating: GivenRating, why: WhyUnlinked) -> Unlinked:
    return Unlinked(response=rating.response, why=why)


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
