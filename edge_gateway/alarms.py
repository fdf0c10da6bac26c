"""On-site alarms: at most one per response, from the words and reasons that make it grade S.

Whatever comes later - a resent batch, a revision, a restart - the alarm of a response is the one
that was raised first; a revision may only add what it says (the case code, topics).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from grading.rulebook import Rulebook, built_in
from grading.verdict import Context, Effect, Grade, Grading
from protocols.messages import Alarm, Clock, Response

# AlarmRaised.evidence and Alarm.reasons are bounded by the protocol.
_MOST_REASONS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingAlarm:
    """An alarm as it is kept on disk and shown on the board."""

    alarm: str
    response: str
    touchpoint: str | None
    topics: tuple[str, ...]
    evidence: tuple[str, ...]
    """Rule ids, never the shopper's words."""
    code: str | None
    raised_ms: int
    """Wall clock of the gateway."""
    acknowledged_by: str | None = None
    acknowledged_ms: int | None = None

    @property
    def standing(self) -> bool:
        """Whether nobody has taken charge yet."""
        return self.acknowledged_by is None

    def message(self) -> Alarm:
        """Return what kiosks are told."""
        return Alarm(
            alarm=self.alarm,
            response=self.response,
            touchpoint=self.touchpoint,
            reasons=self.topics,
            code=self.code,
            raised_ms=self.raised_ms,
            acknowledged=not self.standing,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a response means for the alarms."""

    alarm: StandingAlarm
    new: bool
    """False when it only adds to an alarm that stands already."""


class Alarms:
    """The alarms of this store, by response."""

    def __init__(
        self,
        kept: Iterable[StandingAlarm],
        *,
        grade: Callable[[str, Context, Rulebook], Grading],
        new_id: Callable[[], str],
    ) -> None:
        self._by_response = {alarm.response: alarm for alarm in kept}
        self._grade = grade
        self.rulebook = built_in()
        # Bare taps are most of what comes, and few of them differ.
        self._grade_wordless = lru_cache(maxsize=1024)(self._graded)
        self._new_id = new_id

    def grade_by(self, rulebook: Rulebook) -> None:
        """Grade by a rulebook from now on; alarms that were raised stand."""
        self.rulebook = rulebook
        self._grade_wordless.cache_clear()

    def consider(self, response: Response, now: Clock) -> Finding | None:
        """Return the alarm that this response raises or adds to, to be kept on disk."""
        known = self._by_response.get(response.response)
        grading = self._verdict(response)
        if known is not None:
            return self._added(known, response, grading)
        if grading.grade is not Grade.S:
            return None
        alarm = StandingAlarm(
            alarm=self._new_id(),
            response=response.response,
            touchpoint=response.touchpoint,
            topics=grading.topics[:_MOST_REASONS],
            evidence=_evidence(grading),
            code=response.code,
            raised_ms=now.wall_ms,
        )
        self._by_response[response.response] = alarm
        return Finding(alarm=alarm, new=True)

    def acknowledge(self, alarm_id: str, by: str, now: Clock) -> StandingAlarm | None:
        """Note who takes charge; None when there is no such alarm or somebody already did."""
        for alarm in self._by_response.values():
            if alarm.alarm == alarm_id and alarm.standing:
                taken = replace(alarm, acknowledged_by=by, acknowledged_ms=now.wall_ms)
                self._by_response[alarm.response] = taken
                return taken
        return None

    def acknowledged_ms(self, response: str) -> int | None:
        """Return when somebody took charge of a response's alarm; None: nobody has."""
        alarm = self._by_response.get(response)
        return None if alarm is None else alarm.acknowledged_ms

    def standing(self) -> list[StandingAlarm]:
        """Return the alarms that nobody has taken charge of, newest first."""
        return [alarm for alarm in reversed(self._by_response.values()) if alarm.standing]

    def taken(self, since_ms: int) -> list[StandingAlarm]:
        """Return the alarms taken charge of since then, newest first."""
        taken = [a for a in self._by_response.values() if (a.acknowledged_ms or 0) >= since_ms]
        return sorted((a for a in taken if not a.standing), key=lambda a: -(a.acknowledged_ms or 0))

    def _added(self, known: StandingAlarm, response: Response, grading: Grading) -> Finding | None:
        topics = known.topics
        if grading.grade is Grade.S:
            topics = tuple(dict.fromkeys((*known.topics, *grading.topics)))[:_MOST_REASONS]
        alarm = replace(known, code=response.code or known.code, topics=topics)
        self._by_response[response.response] = alarm
        return Finding(alarm=alarm, new=False) if alarm != known else None

    def _verdict(self, response: Response) -> Grading:
        context = Context(
            rating=response.rating,
            reasons=response.reasons,
            language=response.language,
            contact_requested=response.contact_sealed is not None and response.contact_consent,
        )
        if not response.note:
            return self._grade_wordless(context)
        # Only words are read differently from place to place.
        there = replace(context, touchpoint=response.touchpoint, store=response.store)
        return self._graded(there, response.note)

    def _graded(self, context: Context, note: str = "") -> Grading:
        return self._grade(note, context, self.rulebook)


def _evidence(grading: Grading) -> tuple[str, ...]:
    rules = (found.rule[:200] for found in grading.evidence if found.effect is Effect.HARM)
    return tuple(dict.fromkeys(rules))[:_MOST_REASONS]
