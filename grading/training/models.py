"""Which models there are: what each is fitted to, and how well it does on texts kept back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grading import features
from grading.model import Table
from grading.normalise import normalise
from grading.topics import GENERAL, TOPICS
from grading.training.fitting import Recipe, fit
from grading.training.texts import Review, Sentence, reviews
from grading.words import pieces, read

POLARITY = {
    "zh": Recipe(bits=22, penalty=0.3, balanced=False, least=2, faintest=0, by_ratio=True),
    "en": Recipe(bits=20, penalty=1.0, balanced=False, least=2, faintest=0, by_ratio=True),
}
HEADS = {
    "zh": Recipe(bits=20, penalty=2.0, balanced=True, least=3, faintest=5, step=0.25),
    "en": Recipe(bits=20, penalty=2.0, balanced=True, least=3, faintest=4, step=0.25),
}


def polarity(folder: Path, language: str) -> bytes:
    """Return the polarity weights of a language, fitted to its public reviews."""
    recipe = POLARITY[language]
    found = reviews(folder, language, "train")
    texts = [_buckets(one, language, recipe.bits) for one in found]
    return fit(texts, {"positive": [one.pleased for one in found]}, recipe)


def heads(language: str, sentences: Sequence[Sentence]) -> bytes:
    """Return the weights for grade, intent and topics, fitted to labelled sentences."""
    recipe = HEADS[language]
    words = [read(one.text, language) for one in sentences]
    # Each sentence once with what the lexicon finds in it and once without: the lexicon knows most
    # of them, and a model that leans on it would say nothing to a wording that the lexicon lacks.
    texts = [pieces(one, recipe.bits) for one in words]
    texts += [features.buckets(one.text.text, language, recipe.bits) for one in words]
    sentences = [*sentences, *sentences]
    labels = {
        "S": [one.grade == "S" for one in sentences],
        "complaint": [one.grade != "B" for one in sentences],
    }
    for intent in ("enquiry", "suggestion", "praise"):
        labels[intent] = [one.intent == intent for one in sentences]
    for topic in TOPICS:
        if topic != GENERAL:
            labels[topic] = [topic in one.topics for one in sentences]
    return fit(texts, labels, recipe)


def accuracy(weights: bytes, language: str, found: Sequence[Review]) -> dict[str, float]:
    """Return the share of reviews read rightly, in percent, by source and in all."""
    table = Table(weights)
    right: dict[str, list[bool]] = {}
    for one in found:
        pieces = _buckets(one, language, table.bits)
        verdict = (table.score(pieces)["positive"] > 0) == one.pleased
        right.setdefault(one.source, []).append(verdict)
        right.setdefault("all", []).append(verdict)
    return {name: round(100 * sum(each) / len(each), 2) for name, each in sorted(right.items())}


def _buckets(review: Review, language: str, bits: int) -> list[int]:
    return features.buckets(normalise(review.text).text, language, bits)
