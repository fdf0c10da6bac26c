"""The texts that models are trained on: public reviews in a folder, and sentences of our own."""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from grading.topics import TOPICS

INTENTS = frozenset({"complaint", "enquiry", "suggestion", "praise", "other"})
GRADES = frozenset("SAB")
_FIELDS = 6
_FARES = {"+": "positive", "-": "negative", "=": "neutral"}
_RESTAURANT = "zh_restaurant_opinions_{part}.jsonl.xz"


class TrainingError(Exception):
    """A file of the data folder is missing or is not what its README says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence with its labels."""

    text: str
    grade: str
    intent: str
    topics: tuple[str, ...]
    fares: tuple[str, ...] = ()
    """How each topic fares ("positive", "negative", "neutral"); empty where nobody said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A text that is pleased or is not."""

    text: str
    source: str
    pleased: bool


def own_sentences(language: str) -> list[Sentence]:
    """Return the sentences written for training; none of them is a shopper's.

    The files hold one a line, fields by tabs: grade, department, topics, sentiment, intent, text.
    Behind a slash stands what another careful person could say; "+", "-" and "=" are how a topic
    fares.
    """
    folder = Path(str(resources.files("grading") / "training" / "sentences"))
    return [
        _sentence(path.name, number, line)
        for path in sorted(folder.glob(f"{language}_*.tsv"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    ]


def _sentence(name: str, number: int, line: str) -> Sentence:
    fields = line.split("\t")
    if len(fields) != _FIELDS:
        raise TrainingError(f"{name}:{number}: {len(fields)} fields, expected {_FIELDS}")
    grade, _, topics, _, intent, text = fields
    named = tuple(topic[:-1] for topic in topics.split(","))
    fares = tuple(_FARES.get(topic[-1:], "") for topic in topics.split(","))
    known = all(topic in TOPICS for topic in named) and all(fares)
    known = known and grade[:1] in GRADES and intent in INTENTS
    if not known or not text.strip():
        raise TrainingError(f"{name}:{number}: unknown label or no text: {line[:80]}")
    return Sentence(text=text, grade=grade[0], intent=intent, topics=named, fares=fares)


def reviews(folder: Path, language: str, part: str) -> list[Review]:
    """Return the reviews of one part ("train", "dev"); opinions of restaurants are clauses."""
    found = [
        Review(text=row["text"], source=row["src"], pleased=bool(row["label"]))
        for row in _rows(folder / f"{language}_sentiment_{part}.jsonl.xz")
    ]
    if language == "zh" and part == "train":
        found += _opinions(folder / _RESTAURANT.format(part=part))
    return found


def labelled(paths: Sequence[Path], language: str) -> list[Sentence]:
    """Return the labelled texts of some files (such as corrections by staff) in one language."""
    found: list[Sentence] = []
    for path in paths:
        try:
            lines = path.read_text("utf-8").splitlines()
            rows = [json.loads(line) for line in lines if line.strip()]
            found.extend(
                Sentence(
                    text=row["text"],
                    grade=row["grade"],
                    intent=row["intent"],
                    topics=tuple(row["topics"]),
                    fares=_fares(row),
                )
                for row in rows
                if row["lang"] == language
            )
        except (OSError, ValueError, KeyError) as error:
            raise TrainingError(f"{path}: {error!r}") from error
    return found


def _fares(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return how the topics of a labelled text fare; of a correction only the grader said it."""
    aspects = row.get("aspects")
    if "corrected" in row or not isinstance(aspects, dict):
        return ()
    fares = tuple(str(aspects.get(topic)) for topic in row["topics"])
    return fares if set(fares) <= set(_FARES.values()) else ()


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, for the model card."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _opinions(path: Path) -> list[Review]:
    """Return as many pleased as displeased opinions, each with its aspect."""
    both: dict[bool, list[Review]] = {True: [], False: []}
    for row in _rows(path):
        for opinion in row["opinions"]:
            text = f"{opinion.get('aspect') or ''}{opinion.get('opinion') or ''}"
            sign = str(opinion.get("polarity", "")).lower()[:3]
            if text and sign in {"pos", "neg"}:
                pleased = sign == "pos"
                both[pleased].append(Review(text=text, source="opinions", pleased=pleased))
    fewer = min(len(both[True]), len(both[False]))
    return both[True][:fewer] + both[False][:fewer]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            yield from (json.loads(line) for line in file if line.strip())
    except (OSError, lzma.LZMAError, ValueError) as error:
        raise TrainingError(f"{path}: {error}") from error
