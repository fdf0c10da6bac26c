"""One reading of a shopper's words in their context: chips, face, findings, margins."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from grading import model
from grading.normalise import Script
from grading.opinions import Opinion, mood, opinions, pleased
from grading.policy import Policy
from grading.topics import GENERAL, TOPICS
from grading.verdict import Context, Effect
from grading.words import Words

# Faces: at most LOWEST is unhappy, MIDDLE is when a chip was tapped too, from HIGH on is happy.
LOWEST, MIDDLE, HIGH = 2, 3, 4
GRAVITY = {Effect.HARM: 3, Effect.FAULT: 2, Effect.ASKED: 1, Effect.SOFTENED: 1, Effect.PRAISE: 1}
_SAYING = {Effect.HARM, Effect.FAULT, Effect.PRAISE}
_NOTHING = -9.0
# A topic whose margin is below this is not looked at, unless a rule names it.
HEARD = -0.9
_MOST_TOPICS = 5
# A text is of two minds when a clause is pleased above this margin and another below its opposite.
_TWO_MINDS = 0.2


class Reading(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """All that was read: the words, the models' margins, the chips and the face."""

    context: Context
    words: Words
    margins: Mapping[str, float]

    @property
    def policy(self) -> Policy:
        """The policy of the rulebook that it was read by."""
        return self.words.rulebook.policy

    @cached_property
    def effects(self) -> frozenset[Effect]:
        """What was found does this."""
        return frozenset(finding.effect for finding in self.words.findings)

    @cached_property
    def told(self) -> list[tuple[str, Effect]]:
        """What is said of each topic: "terrible" says it of what its clause names."""
        general: dict[int, Effect] = {}
        specific: set[int] = set()
        for number, here in self.words.by_clause.items():
            for one in here:
                if one.effect in _SAYING and one.hit.rule.topics != (GENERAL,):
                    specific.add(number)
                elif one.effect in _SAYING and GRAVITY[one.effect] > GRAVITY.get(
                    general.get(number, Effect.NOTE), 0
                ):
                    general[number] = one.effect
        found: list[tuple[str, Effect]] = []
        for number, here in self.words.by_clause.items():
            for one in here:
                effect = one.effect
                if effect is Effect.MENTION and number not in specific:
                    effect = general.get(number, effect)
                found.extend((topic, effect) for topic in one.hit.rule.topics)
        return found

    @cached_property
    def opinions(self) -> list[Opinion]:
        """What the models say to each clause alone."""
        return opinions(self.words)

    @cached_property
    def pleased(self) -> list[float]:
        """How each of these clauses is meant; above zero is pleased."""
        return [pleased(self.words, one.number) for one in self.opinions]

    @cached_property
    def moods(self) -> list[float]:
        """How each of them would be meant in a review."""
        return [mood(self.words, one.number) for one in self.opinions]

    @cached_property
    def two_minds(self) -> bool:
        """Whether a clause is clearly pleased and another clearly is not."""
        found = self.pleased
        return bool(found) and max(found) > _TWO_MINDS and min(found) < -_TWO_MINDS

    @cached_property
    def heard(self) -> list[tuple[float, str]]:
        """The topics that the models hear, the loudest first, with their margins."""
        if not isinstance(self.margins, model.Margins):
            return []
        found = [one for one in self.margins.above(HEARD) if one[1] in TOPICS]
        found.sort(key=lambda one: (-one[0], one[1]))
        return found[:_MOST_TOPICS]

    def has(self, effect: Effect) -> bool:
        """Tell whether something with this effect was found."""
        return effect in self.effects

    def margin(self, head: str) -> float:
        """Return a model's margin; far below zero where there is nothing to read."""
        try:
            return self.margins[head]
        except KeyError:
            return _NOTHING

    @property
    def urgent(self) -> bool:
        """A chip that is urgent by itself was tapped."""
        return any(reason.urgent for reason in self.context.reasons)

    @property
    def unhappy(self) -> bool:
        """The face, or the chips under it, complain."""
        rating = self.context.rating
        if rating is None:
            return False
        return rating <= LOWEST or (rating <= MIDDLE and bool(self.context.reasons))

    @property
    def unreadable(self) -> bool:
        """Something was written, and nothing in it can be read."""
        if not self.words.text.text.strip() or self.words.findings:
            return False
        return self.words.text.script is not Script.KNOWN
