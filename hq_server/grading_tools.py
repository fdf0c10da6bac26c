"""What `storeloop-hq grade` does: texts in, verdicts out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from grading.grader import grade
from grading.verdict import Context, Grading
from hq_server.text_files import lines
from protocols.messages import Reason


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
        for line in lines(source, TextLine):
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


def _context(line: TextLine) -> Context:
    return Context(rating=line.rating, reasons=line.reasons, language=line.lang)
