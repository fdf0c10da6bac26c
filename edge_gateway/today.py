"""What the board shows of the day: taps per score, and the latest ratings with their receipts.

A convenience for the people in the store, kept in a few kilobytes; HQ's figures are the record.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from protocols.messages import Response

_LATEST = 12
# Visits whose revisions may still come; a kiosk ends a visit after seconds.
_OPEN_VISITS = 2_000


class Rated(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A rating as the board lists it."""

    response: str
    touchpoint: str | None
    score: int
    at_ms: int
    topics: tuple[str, ...] = ()
    number: str | None = None
    """The receipt it belongs to."""
    urgent: bool = False


class Day(msgspec.Struct, kw_only=True):
    """All that is kept of a day."""

    day: str
    taps: list[int] = msgspec.field(default_factory=lambda: [0, 0, 0, 0, 0])
    receipts: int = 0
    doubted: int = 0
    """Ratings among the taps that carry a mark (R011)."""
    latest: list[Rated] = msgspec.field(default_factory=list)


class Today:
    """The day's counts; a new day starts at zero."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._scores: OrderedDict[str, int] = OrderedDict(
            (rated.response, rated.score) for rated in day.latest
        )
        self._doubted: OrderedDict[str, None] = OrderedDict()
        self._changed = False

    @property
    def shown(self) -> Day:
        """Return the day as it stands."""
        return self._day

    def turn_to(self, day: str) -> None:
        """Begin another day."""
        if day != self._day.day:
            self._day = Day(day=day)
            self._scores.clear()
            self._doubted.clear()
            self._changed = True

    def rated(self, response: Response, happened_ms: int) -> None:
        """Count a rating once, however often it is revised."""
        score = response.rating
        if score is None:
            return
        before = self._scores.get(response.response)
        if before != score:
            if before is not None:
                self._day.taps[before - 1] -= 1
            self._day.taps[score - 1] += 1
        self._remember(response.response, score)
        # Whatever is among the latest has a score that is remembered.
        if before is None or not self._revise(response, score):
            self._list(response, score, happened_ms)
        self._changed = True
        if response.marks:
            self.doubted(response)

    def doubted(self, response: Response) -> None:
        """Count a rating that is doubted, once, by whatever mark."""
        if response.rating is None or response.response in self._doubted:
            return
        self._doubted[response.response] = None
        if len(self._doubted) > _OPEN_VISITS:
            self._doubted.popitem(last=False)
        self._day.doubted += 1
        self._changed = True

    def printed(self) -> None:
        """Count a receipt."""
        self._day.receipts += 1
        self._changed = True

    def linked(self, response: str, number: str) -> None:
        """Show the receipt of a rating."""
        for rated in self._day.latest:
            if rated.response == response:
                rated.number = number
                self._changed = True

    def alarmed(self, response: str, topics: tuple[str, ...]) -> None:
        """Mark a rating that raised an alarm, and what it is about."""
        for rated in self._day.latest:
            if rated.response == response:
                rated.urgent = True
                rated.topics = topics
                self._changed = True

    def changes(self) -> tuple[str, bytes] | None:
        """Return the day to be kept on disk, if it changed since the last call."""
        if not self._changed:
            return None
        self._changed = False
        return self._day.day, msgspec.json.encode(self._day)

    def _remember(self, response: str, score: int) -> None:
        self._scores[response] = score
        self._scores.move_to_end(response)
        if len(self._scores) > _OPEN_VISITS:
            self._scores.popitem(last=False)

    def _revise(self, response: Response, score: int) -> bool:
        for rated in self._day.latest:
            if rated.response == response.response:
                rated.score = score
                rated.topics = rated.topics if rated.urgent else _topics(response)
                return True
        return False

    def _list(self, response: Response, score: int, happened_ms: int) -> None:
        rated = Rated(
            response=response.response,
            touchpoint=response.touchpoint,
            score=score,
            at_ms=happened_ms,
            topics=_topics(response),
        )
        self._day.latest.insert(0, rated)
        del self._day.latest[_LATEST:]


def _topics(response: Response) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason.topic for reason in response.reasons))


def decode_day(payload: bytes) -> Day | None:
    """Return a kept day, or None when it cannot be read: the board then starts at zero."""
    try:
        return msgspec.json.decode(payload, type=Day)
    except msgspec.MsgspecError:
        return None


def day_of(wall_ms: int, zone: ZoneInfo) -> str:
    """Return the store's calendar day of a moment."""
    return datetime.fromtimestamp(wall_ms / 1000, tz=zone).date().isoformat()
