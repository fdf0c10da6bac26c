"""Who is compared: this product, the bare keyword rule of chains today, and snownlp if it is here.

snownlp is for Chinese, and its model was fitted to some of the public reviews.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

from grading.evaluation import Answer, LabelledText, bare_keywords, by_polarity, polarity
from grading.grader import grade
from grading.verdict import Context
from hq_server.evaluation.tables import STORELOOP

KEYWORDS, SNOWNLP = "bare keywords", "snownlp"
_PLEASED = 0.5
_NEUTRAL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Grader:
    """What grades a labelled text, and what tells a pleased text (words, language) from others."""

    name: str
    answer: Callable[[LabelledText], Answer]
    pleased: Callable[[str, str], bool]
    languages: tuple[str, ...] = ("zh", "en")
    slow: bool = False
    """It takes some hundred texts a second."""


def graders() -> list[Grader]:
    """Return the graders to compare, this product first."""
    found = [
        Grader(
            name=STORELOOP,
            answer=_ours,
            pleased=lambda text, language: polarity(text, language) > 0,
        ),
        Grader(
            name=KEYWORDS,
            answer=lambda row: bare_keywords(row.text),
            pleased=lambda text, _: bare_keywords(text).sentiment > _NEUTRAL,
        ),
    ]
    if importlib.util.find_spec(SNOWNLP) is not None:
        found.append(_snownlp())
    return found


def _snownlp() -> Grader:
    alone = by_polarity(_sentiments)
    return Grader(
        name=SNOWNLP,
        answer=lambda row: alone(row.text),
        pleased=lambda text, _: _sentiments(text) >= _PLEASED,
        languages=("zh",),
        slow=True,
    )


def _sentiments(text: str) -> float:
    # Imported when it is first asked: its models take seconds to load.
    texts = importlib.import_module(SNOWNLP).SnowNLP
    return float(texts(text).sentiments) if text else _PLEASED


def _ours(row: LabelledText) -> Answer:
    verdict = grade(row.text, Context(language=row.lang, rating=row.rating), evidence=False)
    return Answer(
        grade=str(verdict.grade),
        department=str(verdict.department),
        topics=verdict.topics,
        sentiment=verdict.sentiment,
        aspects={aspect.topic: str(aspect.polarity) for aspect in verdict.aspects},
    )
