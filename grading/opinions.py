"""The clauses of a text, each heard alone: what it is about, and how it is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp

import msgspec

from grading.model import Margins
from grading.topics import TOPICS
from grading.words import Words

MOST_CLAUSES = 40
# A topic is heard in a clause alone from this margin on.
HEARD_IN_CLAUSE = -0.6
# Of fewer pieces (one character, one short word) no topic can be told.
_FEWEST_PIECES = 3
# How much more a clause is taken to speak of a topic than one where its margin is lower by one.
_SHARPNESS = 3.0


class Opinion(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One clause."""

    number: int
    """Among the clauses of the text."""
    margins: Margins
    topics: Sequence[tuple[float, str]]
    """The topics that are heard in it, with their margins."""

    def about(self, topic: str) -> float:
        """Return the margin of a topic; 0 for one that no model learnt."""
        return self.margins.get(topic, 0.0)


def opinions(words: Words) -> list[Opinion]:
    """Return what is heard in each of the first clauses; none where nothing can be read."""
    if not words.language:
        return []
    heads, rows = words.table("heads"), words.rows("heads")
    found = []
    for number, clause in enumerate(words.clauses.each[:MOST_CLAUSES]):
        one, two, three = words.parts[number]
        here = rows[one] + rows[two] + rows[three]
        if clause.end <= clause.start or not here:
            continue
        margins = heads.of_rows(here)
        heard = margins.above(HEARD_IN_CLAUSE) if len(here) >= _FEWEST_PIECES else ()
        found.append(
            Opinion(
                number=number,
                margins=margins,
                topics=[one for one in heard if one[1] in TOPICS],
            )
        )
    return found


def pleased(words: Words, number: int) -> float:
    """Return how a clause is meant; above zero is pleased."""
    return _alone(words, number, "pleased", "pleased")


def mood(words: Words, number: int) -> float:
    """Return how a clause would be meant in a review; above zero is pleased."""
    return _alone(words, number, "polarity", "positive")


def loudest(found: Sequence[Opinion]) -> Mapping[str, Sequence[Opinion]]:
    """Return the clauses by the topic that is loudest in them."""
    each: dict[str, list[Opinion]] = {}
    for one in found:
        if one.topics:
            _, topic = min(one.topics, key=lambda heard: (-heard[0], heard[1]))
            each.setdefault(topic, []).append(one)
    return each


def shares(abouts: Sequence[float]) -> list[float]:
    """Return how much each clause speaks of a topic, by its margins there; the nearest one 1."""
    nearest = max(abouts)
    return [exp(_SHARPNESS * (about - nearest)) for about in abouts]


def _alone(words: Words, number: int, name: str, head: str) -> float:
    """Return the margin of a head for one clause alone, without what the lexicon found."""
    weights = words.weights(name, head)
    one, two, three = words.parts[number]
    total = sum(weights[one]) + sum(weights[two]) + sum(weights[three])
    count = one.stop - one.start + two.stop - two.start + three.stop - three.start
    return words.table(name).weight(head, total, count)
