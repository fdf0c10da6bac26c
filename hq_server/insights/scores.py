"""What feedback came to, counted by store, local day and touchpoint. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from protocols.messages import Misuse, Outcome

WHOLE = 100
"""What a response counts in the scores that nobody doubts."""
COUNTED = (
    "store_id", "touchpoint", "rating", "nps", "grade", "note", "outcome", "marks", "weight",
)  # fmt: skip

# Every time zone of today is this many minutes, or several times as many, away from UTC.
_SLOT_MS = 15 * 60_000

Key = tuple[str, str, str]
"""Store, local day as YYYY-MM-DD, and touchpoint, "" for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Counts of responses; what they gave as scores is in hundredths of a response.

    A response that is doubted counts less than whole in the scores (R011), and as one elsewhere.
    """

    responses: int = 0
    rated_1: int = 0
    rated_2: int = 0
    rated_3: int = 0
    rated_4: int = 0
    rated_5: int = 0
    grade_s: int = 0
    grade_a: int = 0
    grade_b: int = 0
    noted: int = 0
    promoters: int = 0
    passives: int = 0
    detractors: int = 0
    ended_rated: int = 0
    ended_skipped: int = 0
    ended_timed_out: int = 0
    ended_abandoned: int = 0
    ended_error: int = 0
    ended_not_asked: int = 0
    marked: int = 0
    mark_mash: int = 0
    mark_burst: int = 0
    mark_after_hours: int = 0
    mark_after_sale: int = 0

    @property
    def rated(self) -> int:
        """How many gave a score, in hundredths."""
        return self.rated_1 + self.rated_2 + self.rated_3 + self.rated_4 + self.rated_5

    @property
    def rating_sum(self) -> int:
        """All scores added up, in hundredths."""
        return (
            self.rated_1 + 2 * self.rated_2 + 3 * self.rated_3 + 4 * self.rated_4 + 5 * self.rated_5
        )

    @property
    def outcomes(self) -> dict[str, int]:
        """How visits ended, those that happened."""
        counted = {str(each): getattr(self, f"ended_{each}") for each in Outcome}
        return {name: number for name, number in counted.items() if number}

    @property
    def misuses(self) -> dict[str, int]:
        """Why responses are doubted, as far as any is; one may be so for several reasons."""
        counted = {str(each): getattr(self, f"mark_{each}") for each in Misuse}
        return {name: number for name, number in counted.items() if number}


COUNTS = tuple(each.name for each in fields(Scores))


def csat(scores: Scores) -> float | None:
    """Return the share of 4 and 5 among the scores, 0 to 1; None when nobody gave one.

    The usual definition: satisfied answers (4 and 5 of 5) among all answers, as in
    help.delighted.com/article/240-how-is-csat-calculated.
    """
    return (scores.rated_4 + scores.rated_5) / scores.rated if scores.rated else None


def nps(scores: Scores) -> float | None:
    """Return the Net Promoter Score, -100 to 100; None when nobody answered 0 to 10.

    Share of 9 and 10 minus share of 0 to 6 (Reichheld 2003; bain.com/net-promoter-system).
    """
    answers = scores.promoters + scores.passives + scores.detractors
    return 100 * (scores.promoters - scores.detractors) / answers if answers else None


def total(some: Iterable[Scores]) -> Scores:
    """Return all of them added up."""
    sums = dict.fromkeys(COUNTS, 0)
    for scores in some:
        for name in COUNTS:
            sums[name] += getattr(scores, name)
    return Scores(**sums)


class Tally:
    """What some changes of responses add to the scores; taken back is subtracted."""

    def __init__(self, zone: ZoneInfo) -> None:
        """Start with nothing; days are those of `zone`."""
        self._zone = zone
        self._days: dict[int, str] = {}
        self._counts: dict[Key, list[int]] = {}

    def count(self, sign: int, occurred_ms: int, response: Mapping[str, Any]) -> None:
        """Add (1) or take back (-1) a response that began at `occurred_ms`, Unix milliseconds.

        Of `response` it reads the columns of COUNTED.
        """
        slot = occurred_ms // _SLOT_MS
        day = self._days.get(slot) or self._day(slot)
        key = (response["store_id"], day, response["touchpoint"] or "")
        counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = [0] * len(COUNTS)
        counts[0] += sign
        weight = sign * response["weight"]
        rating, answer = response["rating"], response["nps"]
        if rating is not None:
            counts[rating] += weight
        if answer is not None:
            counts[_NPS_AT[answer]] += weight
        counts[_ENDED_AT[response["outcome"]]] += sign
        counts[_GRADE_AT[response["grade"]]] += sign
        if response["note"]:
            counts[_NOTED_AT] += sign
        marks = response["marks"]
        if marks:
            counts[_MARKED_AT] += sign
            for mark in marks:
                counts[_MARK_AT[mark["misuse"]]] += sign

    def changes(self) -> dict[Key, dict[str, int]]:
        """Return what to add to each row of scores; rows that stay as they are do not appear."""
        return {
            key: dict(zip(COUNTS, counts, strict=True))
            for key, counts in self._counts.items()
            if any(counts)
        }

    def _day(self, slot: int) -> str:
        start = datetime.fromtimestamp(slot * _SLOT_MS / 1000, UTC)
        day = self._days[slot] = start.astimezone(self._zone).date().isoformat()
        return day


_GRADE_AT = {grade: COUNTS.index(f"grade_{grade.lower()}") for grade in "SAB"}
_NOTED_AT = COUNTS.index("noted")
_MARKED_AT = COUNTS.index("marked")
_ENDED_AT = {str(each): COUNTS.index(f"ended_{each}") for each in Outcome}
_MARK_AT = {str(each): COUNTS.index(f"mark_{each}") for each in Misuse}
_NPS_AT = [
    COUNTS.index("detractors" if answer <= 6 else "passives" if answer <= 8 else "promoters")
    for answer in range(11)
]
