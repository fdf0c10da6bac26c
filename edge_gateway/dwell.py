"""When a till's question is open: from the first item of a sale until shortly after its receipt.

Pure: what readers tell goes in, what to ask comes out; times are milliseconds of one clock. A
touchpoint has one question at a time. Listening only: nothing here ever holds up a till.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ASK_S = 20.0
# A sale that nobody finished: the shopper left the basket and went.
LONGEST_SALE_MS = 15 * 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A touchpoint's question is opened or closed."""

    touchpoint: str
    open: bool
    ignored: bool = False
    """On closing: it was open until its end and nobody answered."""


class _Phase(StrEnum):
    IDLE = "idle"
    SELLING = "selling"
    PRINTED = "printed"


@dataclass(slots=True)
class _Place:
    phase: _Phase = _Phase.IDLE
    since_ms: int = 0
    """Of SELLING the last item, of PRINTED the receipt."""
    opened_ms: int | None = None
    """While the question is open."""


class Dwell:
    """The questions of all touchpoints."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    def is_open(self, touchpoint: str) -> bool:
        """Whether the touchpoint's question is open."""
        place = self._places.get(touchpoint)
        return place is not None and place.opened_ms is not None

    def item(self, touchpoint: str, at_ms: int) -> list[Asked]:
        """Take a piece of goods; the first of a sale opens the question."""
        place = self._places.setdefault(touchpoint, _Place())
        asked = []
        if place.phase is not _Phase.SELLING:
            asked = [*self._close(touchpoint, place, ignored=True), _open(touchpoint, place, at_ms)]
        place.phase, place.since_ms = _Phase.SELLING, at_ms
        return asked

    def printed(self, touchpoint: str, at_ms: int) -> list[Asked]:
        """Take a sale's receipt; one whose items nobody saw opens the question itself."""
        place = self._places.setdefault(touchpoint, _Place())
        asked = []
        if place.phase is not _Phase.SELLING:
            asked = [*self._close(touchpoint, place, ignored=True), _open(touchpoint, place, at_ms)]
        place.phase, place.since_ms = _Phase.PRINTED, at_ms
        return asked

    def answered(self, touchpoint: str, at_ms: int) -> list[Asked]:
        """Take an answer of any device there; one that was given before the question is none."""
        place = self._places.get(touchpoint)
        if place is None or place.opened_ms is None or at_ms < place.opened_ms:
            return []
        return self._close(touchpoint, place, ignored=False)

    def tick(self, now_ms: int, ask_s: dict[str, float]) -> list[Asked]:
        """Close what was open for long enough; `ask_s` by touchpoint, ASK_S when not set."""
        asked: list[Asked] = []
        for touchpoint, place in list(self._places.items()):
            ask_ms = round(1000 * ask_s.get(touchpoint, ASK_S))
            longest = ask_ms if place.phase is _Phase.PRINTED else LONGEST_SALE_MS
            if now_ms - place.since_ms >= longest:
                asked += self._close(touchpoint, place, ignored=True)
                del self._places[touchpoint]
        return asked

    def _close(self, touchpoint: str, place: _Place, *, ignored: bool) -> list[Asked]:
        if place.opened_ms is None:
            return []
        place.opened_ms = None
        return [Asked(touchpoint=touchpoint, open=False, ignored=ignored)]


def _open(touchpoint: str, place: _Place, at_ms: int) -> Asked:
    place.opened_ms = at_ms
    return Asked(touchpoint=touchpoint, open=True)
