"""Fits how a clause is meant to sentences whose topics are praised or blamed.

Of a sentence of two minds nobody said which clause is which. So the model is fitted to the others
first, says of each such sentence which clauses are rather pleased, beside what the models of the
topics hear in them, and is fitted again to all: three times, after which little changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from grading import features
from grading.model import Table
from grading.opinions import MOST_CLAUSES, opinions, shares
from grading.training.fitting import Recipe, fit
from grading.training.texts import Sentence, TrainingError
from grading.words import Words, read

RECIPE = Recipe(bits=20, penalty=1.0, balanced=True, least=3, faintest=2, step=0.25)
HEAD = "pleased"
_TIMES = 3
_SIGNS = {"positive": 1, "negative": -1}

Pieces = list[int]


def pleased(language: str, sentences: Sequence[Sentence], heads: Table) -> bytes:
    """Return the weights of how clauses are meant; `heads` hears their topics.

    TrainingError when nothing is praised, or nothing is blamed.
    """
    sure: list[tuple[Pieces, bool]] = []
    torn: list[tuple[list[Pieces], list[float]]] = []
    for sentence in sentences:
        signs = {_SIGNS[one] for one in sentence.fares if one in _SIGNS}
        words = read(sentence.text, language, fitted={"heads": heads}) if signs else None
        if words is None or words.language != language:
            continue
        clauses = _clauses(words, language)
        if len(signs) == 1:
            whole = features.buckets(words.text.text, language, RECIPE.bits)
            alone = clauses if len(clauses) > 1 else []
            sure += [(pieces, signs == {1}) for pieces in [whole, *alone]]
        elif len(clauses) > 1:
            torn.append((clauses, _leaning(words, sentence)))
    if {good for _, good in sure} != {True, False}:
        raise TrainingError("sentences must say how their topics fare, some well and some badly")
    content = _fit(sure)
    for _ in range(_TIMES if torn else 0):
        content = _fit(sure + _told_apart(Table(content), torn))
    return content


def _fit(units: Sequence[tuple[Pieces, bool]]) -> bytes:
    return fit([pieces for pieces, _ in units], {HEAD: [good for _, good in units]}, RECIPE)


def _clauses(words: Words, language: str) -> list[Pieces]:
    found = [
        features.buckets(words.text.text[one.start : one.end], language, RECIPE.bits)
        for one in words.clauses.each[:MOST_CLAUSES]
    ]
    return [pieces for pieces in found if pieces]


def _leaning(words: Words, sentence: Sentence) -> list[float]:
    """Return by clause how the topics that are heard in it fare: from -1 to 1 for each topic."""
    found = opinions(words)
    leaning = [0.0] * len(found)
    for topic, fares in zip(sentence.topics, sentence.fares, strict=True):
        weights = shares([one.about(topic) for one in found])
        for place, weight in enumerate(weights):
            leaning[place] += _SIGNS.get(fares, 0) * weight / sum(weights)
    return leaning


def _told_apart(
    table: Table, torn: Sequence[tuple[list[Pieces], list[float]]]
) -> list[tuple[Pieces, bool]]:
    """Return the clauses of sentences of two minds, those above their middle as pleased."""
    found: list[tuple[Pieces, bool]] = []
    for clauses, leaning in torn:
        scores = [
            table.score(pieces)[HEAD] + lean for pieces, lean in zip(clauses, leaning, strict=True)
        ]
        middle = (max(scores) + min(scores)) / 2
        found += [(pieces, score > middle) for pieces, score in zip(clauses, scores, strict=True)]
    return found
