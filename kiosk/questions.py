"""Which question this touchpoint asks, and what belongs to a score: its mood and its chips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from protocols.survey import ReasonChoice, Scale, Survey

SCORES: Mapping[Scale, tuple[int, ...]] = {
    Scale.FACES_5: (1, 2, 3, 4, 5),
    Scale.FACES_4: (1, 2, 4, 5),
    Scale.NPS: tuple(range(11)),
}
"""What can be touched, from worst to best."""

# "Other" says nothing about what is open in the store: it stays where the survey has it.
_EVERYTHING_ELSE = "general"


class Mood(StrEnum):
    """What a score says of the shopper; the unhappy and the middling get the unhappy chips."""

    UNHAPPY = "unhappy"
    MIDDLING = "middling"
    HAPPY = "happy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question that this kiosk asks, with all that a screen needs to ask it."""

    id: str
    ask: Mapping[str, str]
    """By language."""
    scale: Scale
    faces: tuple[Mapping[str, str], ...]
    """Labels by language, one for each of `scores`; of the two ends when it is 0 to 10."""
    unhappy: tuple[ReasonChoice, ...]
    happy: tuple[ReasonChoice, ...]

    @property
    def scores(self) -> tuple[int, ...]:
        """Return what can be touched, from worst to best."""
        return SCORES[self.scale]

    def mood(self, score: int) -> Mood:
        """Return what a score says; detractors (0 to 6) are unhappy or middling, never happy."""
        if self.scale is Scale.NPS:
            unhappy_to, happy_from = 4, 7
        else:
            unhappy_to, happy_from = 2, 4
        if score <= unhappy_to:
            return Mood.UNHAPPY
        return Mood.HAPPY if score >= happy_from else Mood.MIDDLING

    def is_low(self, score: int) -> bool:
        """Return whether the manager should call: scores 1 and 2, detractors."""
        return score <= (6 if self.scale is Scale.NPS else 2)

    def wants_answer(self, score: int) -> bool:
        """Return whether a score alone is worth a case code: 1 to 3, detractors."""
        return score <= (6 if self.scale is Scale.NPS else 3)

    def choices(self, score: int, open_topics: Sequence[str] = ()) -> tuple[ReasonChoice, ...]:
        """Return the chips of a score; for the unhappy what is open in the store comes first."""
        if self.mood(score) is Mood.HAPPY:
            return self.happy
        rank = {topic: at for at, topic in enumerate(open_topics) if topic != _EVERYTHING_ELSE}
        last = len(open_topics)
        return tuple(sorted(self.unhappy, key=lambda chip: rank.get(chip.topic, last)))


def asked_at(survey: Survey, touchpoint: str) -> Asked:
    """Return the question of a touchpoint: the first that fits, or the survey's own."""
    for question in survey.questions:
        if any(fnmatchcase(touchpoint, pattern) for pattern in question.touchpoints):
            return Asked(
                id=question.id,
                ask=question.ask,
                scale=question.scale,
                faces=question.faces or survey.faces,
                unhappy=question.unhappy or survey.unhappy,
                happy=question.happy or survey.happy,
            )
    return Asked(
        id=survey.question,
        ask=survey.ask,
        scale=survey.scale,
        faces=survey.faces,
        unhappy=survey.unhappy,
        happy=survey.happy,
    )
