"""Whether somebody behind a till presses a face after each sale (R011, AFTER_SALE); pure.

At each touchpoint the last VISITS rated visits are looked at. Of an honest shopper the till's
receipt is printed while she packs; her tap follows 3 to 30 seconds later, or comes before. When
HITS of those visits came within AFTER_MS of a receipt, all of these with the same score, then
each of them that comes from then on is doubted, until the pattern ends.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

VISITS, HITS = 8, 6
AFTER_MS = 2_000
# What lies a shift back says nothing about who stands there now.
REMEMBER_MS = 4 * 3_600_000
# A kiosk hands over what it could not send; a receipt of so long ago is still looked for.
_MOST_RECEIPTS = 2_000


@dataclass(slots=True)
class _Visit:
    response: str
    score: int
    at_ms: int
    after_sale: bool
    doubted: bool = False


@dataclass(slots=True)
class _Place:
    receipts: deque[int] = field(default_factory=lambda: deque(maxlen=_MOST_RECEIPTS))
    visits: deque[_Visit] = field(default_factory=lambda: deque(maxlen=VISITS))


class AfterSale:
    """Receipts and rated visits by touchpoint; times are milliseconds of one clock."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    def printed(self, touchpoint: str, at_ms: int) -> None:
        """Take a receipt."""
        self._places.setdefault(touchpoint, _Place()).receipts.append(at_ms)

    def rated(self, touchpoint: str, response: str, score: int, at_ms: int) -> bool:
        """Take a rating or its revision; return whether it is doubted, once per visit."""
        place = self._places.get(touchpoint)
        if place is None:  # no till prints here
            return False
        visit = next((one for one in place.visits if one.response == response), None)
        if visit is None:
            visit = _Visit(response, score, at_ms, _follows_a_sale(place.receipts, at_ms))
            place.visits.append(visit)
        visit.score = score
        if visit.doubted or not visit.after_sale:
            return False
        visit.doubted = _is_pattern(place.visits, visit)
        return visit.doubted


def _follows_a_sale(receipts: deque[int], at_ms: int) -> bool:
    for printed_ms in reversed(receipts):
        if printed_ms <= at_ms:  # the last one before the tap; any other is further away
            return at_ms - printed_ms <= AFTER_MS
    return False


def _is_pattern(visits: deque[_Visit], visit: _Visit) -> bool:
    lately = [one for one in visits if abs(visit.at_ms - one.at_ms) < REMEMBER_MS]
    hits = [one for one in lately if one.after_sale]
    return len(hits) >= HITS and all(one.score == visit.score for one in hits)
