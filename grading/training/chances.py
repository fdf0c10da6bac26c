"""Fits what margins and findings come to: chances of grades and topics, as readable factors.

A model knows the sentences it was fitted to too well. So each sentence's margins come from models
that were fitted to the others, and the factors to those margins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np

from grading import chances
from grading.chances import GRADES, Factors
from grading.model import Table
from grading.reading import Reading
from grading.rulebook import built_in
from grading.training import models
from grading.training.pleased import pleased
from grading.training.texts import Sentence, TrainingError
from grading.verdict import Context, Grade
from grading.words import margins, read

FOLDS = 3
_DIGITS = 4
_PENALTY = 1.0


def fit(
    language: str, sentences: Sequence[Sentence], polarity: Table
) -> tuple[bytes, dict[str, float]]:
    """Return the factors of a language as JSON, and how right they are, in percent.

    The figures are of sentences that the models had not seen, at the thresholds of the policy.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (seconds to load)

    grade_signs: list[list[float]] = []
    grades: list[int] = []
    topic_signs: list[list[float]] = []
    meant: list[bool] = []
    praise_signs: list[list[float]] = []
    praised: list[bool] = []
    for sentence, reading in _unseen(language, sentences, polarity):
        grade_signs.append(chances.grade_signs(reading))
        grades.append(GRADES.index(sentence.grade))
        for topic, signs in chances.topic_signs(reading):
            topic_signs.append(signs)
            meant.append(topic in sentence.topics)
        for topic, fares in _weighed(sentence):
            praise_signs.append(chances.praise_signs(reading, topic))
            praised.append(fares == "positive")
    of_grades = LogisticRegression(C=_PENALTY, max_iter=2000).fit(
        np.array(grade_signs, dtype=np.float64), np.array(grades)
    )
    of_topics = LogisticRegression(C=_PENALTY, max_iter=2000).fit(
        np.array(topic_signs, dtype=np.float64), np.array(meant, dtype=np.int8)
    )
    if set(praised) != {True, False}:
        raise TrainingError("no complaint of several topics praises one of them")
    of_praise = LogisticRegression(C=_PENALTY, max_iter=2000).fit(
        np.array(praise_signs, dtype=np.float64), np.array(praised, dtype=np.int8)
    )
    found = Factors(
        grades=tuple(
            _row(row, bias) for row, bias in zip(of_grades.coef_, of_grades.intercept_, strict=True)
        ),
        topic=_row(of_topics.coef_[0], of_topics.intercept_[0]),
        praised=_row(of_praise.coef_[0], of_praise.intercept_[0]),
    )
    content = msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"
    return content, _figures(of_grades.predict_proba(np.array(grade_signs)), np.array(grades))


def _figures(likely: Any, grades: Any) -> dict[str, float]:
    policy = built_in().policy.grade
    urgent, fine = likely[:, GRADES.index(Grade.S)], likely[:, GRADES.index(Grade.B)]
    said = np.where(1 - fine >= policy.complaint_from, GRADES.index(Grade.A), GRADES.index(Grade.B))
    said = np.where(urgent >= policy.urgent_from, GRADES.index(Grade.S), said)
    are_s, said_s = grades == GRADES.index(Grade.S), said == GRADES.index(Grade.S)
    return {
        name: round(100 * float(share), 2)
        for name, share in (
            ("grade", np.mean(said == grades)),
            ("S recall", np.sum(are_s & said_s) / max(1, np.sum(are_s))),
            ("S precision", np.sum(are_s & said_s) / max(1, np.sum(said_s))),
        )
    }


def _unseen(
    language: str, sentences: Sequence[Sentence], polarity: Table
) -> Iterator[tuple[Sentence, Reading]]:
    """Yield each sentence with its reading by models that were not fitted to it.

    Neighbours, which are often of one topic, go to different folds.
    """
    for fold in range(FOLDS):
        others = [one for number, one in enumerate(sentences) if number % FOLDS != fold]
        heads = Table(models.heads(language, others))
        clauses = Table(pleased(language, others, heads))
        fitted = {"heads": heads, "pleased": clauses, "polarity": polarity}
        for sentence in sentences[fold::FOLDS]:
            words = read(sentence.text, language, fitted=fitted)
            if words.language == language:
                yield sentence, Reading(context=Context(), words=words, margins=margins(words))


def _weighed(sentence: Sentence) -> list[tuple[str, str]]:
    """Return the topics of a complaint of several, each with how it fares."""
    if sentence.grade == Grade.B or len(sentence.topics) < 2:
        return []
    told = zip(sentence.topics, sentence.fares, strict=True) if sentence.fares else ()
    return [one for one in told if one[1] != "neutral"]


def _row(factors: Sequence[float], bias: float) -> tuple[float, ...]:
    return tuple(round(float(one), _DIGITS) for one in (*factors, bias))
