"""What `storeloop-hq grade` and `evaluate` do: texts in, verdicts and figures out."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from grading.evaluation import Answer, Figure, LabelledText, bare_keywords, by_polarity, score
from grading.grader import grade
from grading.verdict import Context, Grading
from hq_server.errors import HqError
from protocols.messages import Reason

_LANGUAGES = ("zh", "en")
_Line = TypeVar("_Line")


class TextFileError(HqError):
    """A line of a file of texts cannot be read."""

    def __init__(self, path: Path, line: int, why: object) -> None:
        super().__init__(f"{path}, line {line}: {why}")
        self.path = path
        self.line = line


class TextLine(msgspec.Struct, frozen=True, kw_only=True):
    """One text to grade; fields that are not named here are ignored."""

    id: str | int
    text: str
    lang: str | None = None
    rating: int | None = None
    reasons: tuple[Reason, ...] = ()


def grade_file(source: Path, target: Path) -> int:
    """Grade each line of `source` into `target`; return how many there were."""
    count = 0
    with target.open("w", encoding="utf-8") as out:
        for line in _lines(source, TextLine):
            verdict = grade(line.text, _context(line))
            out.write(json.dumps({"id": line.id, **fields(verdict)}, ensure_ascii=False) + "\n")
            count += 1
    return count


def fields(verdict: Grading) -> dict[str, Any]:
    """Return a verdict in the fields of the label rules, with the evidence."""
    said: dict[str, Any] = msgspec.to_builtins(verdict)
    said["aspects"] = {aspect.topic: str(aspect.polarity) for aspect in verdict.aspects}
    return said


def explained(text: str, verdict: Grading) -> str:
    """Return a verdict in sentences, with the words that it rests on."""
    lines = [
        f"grade {verdict.grade}{', unsure between S and A' if verdict.unsure else ''}"
        f" (certainty {verdict.certainty:.2f}, priority {verdict.priority})",
        f"intent {verdict.intent}, emotion {verdict.emotion}, sentiment {verdict.sentiment} of 5, "
        f"language {verdict.language or 'unknown'}",
        f"department {verdict.department}",
        *(f"topic {aspect.topic}: {aspect.polarity}" for aspect in verdict.aspects),
    ]
    if verdict.needs_reading:
        lines.append("a person must read it: grading cannot")
    for found in verdict.evidence:
        words = f"“{text[found.start : found.end]}”" if found.end else "(not in the text)"
        weight = f", {found.weight:+.3f}" if found.weight else ""
        lines.append(f"  because {words}: {found.rule} → {found.effect}{weight}")
    lines.append(f"lexicon {verdict.lexicon_version}, policy {verdict.policy_version}")
    return "\n".join(lines)


def evaluated(path: Path) -> dict[str, dict[str, list[Figure]]]:
    """Return figures by grader and language for a labelled file."""
    rows = list(_lines(path, LabelledText))
    found: dict[str, dict[str, list[Figure]]] = {}
    for name, grader in graders().items():
        pairs = [(row, grader(row)) for row in rows]
        parts = {"all": pairs} | {
            language: [pair for pair in pairs if pair[0].lang == language]
            for language in _LANGUAGES
        }
        found[name] = {part: score(each) for part, each in parts.items() if each}
    return found


def graders() -> dict[str, Callable[[LabelledText], Answer]]:
    """Return the graders to compare: ours, the bare keyword rule, and snownlp where installed."""
    found: dict[str, Callable[[LabelledText], Answer]] = {
        "storeloop": _ours,
        "bare keywords": lambda row: bare_keywords(row.text),
    }
    if importlib.util.find_spec("snownlp") is not None:
        snownlp = importlib.import_module("snownlp")
        alone = by_polarity(lambda text: float(snownlp.SnowNLP(text).sentiments) if text else 0.5)
        found["snownlp"] = lambda row: alone(row.text)
    return found


def _ours(row: LabelledText) -> Answer:
    verdict = grade(row.text, Context(language=row.lang))
    return Answer(
        grade=str(verdict.grade),
        department=str(verdict.department),
        topics=verdict.topics,
        sentiment=verdict.sentiment,
        aspects={aspect.topic: str(aspect.polarity) for aspect in verdict.aspects},
    )


def _context(line: TextLine) -> Context:
    return Context(rating=line.rating, reasons=line.reasons, language=line.lang)


def _lines(path: Path, kind: type[_Line]) -> Iterator[_Line]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                yield msgspec.json.decode(line, type=kind)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise TextFileError(path, number, error) from error


def table_rows(figures: Sequence[Figure]) -> list[tuple[str, str, str, str]]:
    """Return figures as text: name, percent, interval, count."""
    return [
        (
            one.name,
            f"{100 * one.value:.1f} %",
            f"{100 * one.low:.1f} - {100 * one.high:.1f}",
            str(one.of),
        )
        for one in figures
    ]
