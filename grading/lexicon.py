"""The lexicon: what words mean, read once from the TOML files beside this module.

The files are data with a version of their own: the hash of their bytes, which every verdict
carries, so that two tiers can show that they graded by the same words.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any

from grading.topics import TOPICS, Department

_FILES = tuple(
    f"{language}_{part}.toml"
    for language in ("zh", "en")
    for part in ("harm", "faults", "praise", "mentions", "cues")
)
# A language's patterns are tried only on a text that has its letters.
_LETTERS = {"zh": re.compile("[一-鿿]"), "en": re.compile("[a-z]")}
_UNBOUNDED = re.compile(r"(?<!\\)[*+]|\{\d*,\}")


class LexiconError(Exception):
    """A lexicon file says something that grading cannot use."""


class Kind(StrEnum):
    """What a rule's words do when nothing around them says otherwise."""

    HARM = "harm"
    ESCALATION = "escalation"
    FAULT = "fault"
    PRAISE = "praise"
    MENTION = "mention"


_GRAVITY = {
    Kind.HARM: 3,
    Kind.ESCALATION: 3,
    Kind.FAULT: 2,
    Kind.PRAISE: 1,
    Kind.MENTION: 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A meaning that several words share."""

    id: str
    topics: tuple[str, ...]
    kind: Kind
    department: Department | None = None
    doubt: bool = False
    """Often harm, not always: a person should look."""
    strong: bool = False
    """Anger rather than mere dissatisfaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A rule that matched text[start:end]."""

    rule: Rule
    start: int
    end: int
    literal: bool = True
    """A word, not a pattern: a longer word says what the shorter one in it means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    text: str
    rule: Rule
    whole: bool
    """Must begin at the start of a word (Latin letters)."""
    open_ended: bool


class Lexicon:
    """All rules and cues, ready to search."""

    def __init__(self, files: dict[str, bytes]) -> None:
        digest = hashlib.sha256()
        self._words: defaultdict[str, list[_Word]] = defaultdict(list)
        self._patterns: defaultdict[str, list[tuple[re.Pattern[str], Rule]]] = defaultdict(list)
        self.rules: dict[str, Rule] = {}
        cues: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(files):
            digest.update(name.encode() + b"\0" + files[name] + b"\0")
            table = tomllib.loads(files[name].decode())
            for row in table.get("rule", ()):
                self._add(name, table["language"], row)
            for cue, patterns in table.get("cues", {}).items():
                cues[cue].extend(patterns)
        self.cues = {cue: _any_of(patterns) for cue, patterns in cues.items()}
        self.version = digest.hexdigest()[:16]

    def search(self, text: str) -> list[Hit]:
        """Return what matched, in order; a match inside a longer one of the same kind is gone."""
        hits = [*self._word_hits(text), *self._pattern_hits(text)]
        hits.sort(key=lambda hit: (hit.start, -hit.end, hit.rule.id))
        kept: list[Hit] = []
        for hit in hits:
            # Only neighbours can cover: hits are in order of their start, the longest first.
            if not any(_covers(other, hit) for other in kept[-8:]):
                kept.append(hit)
        return kept

    def _add(self, name: str, language: str, row: dict[str, Any]) -> None:
        rule = _rule(name, row)
        if rule.id in self.rules:
            raise LexiconError(f"{name}: rule {rule.id} stands twice")
        self.rules[rule.id] = rule
        for written in row.get("words", ()):
            text = written.removesuffix("*")
            word = _Word(text=text, rule=rule, whole=text.isascii(), open_ended=text != written)
            self._words[text[:2]].append(word)
        for pattern in row.get("patterns", ()):
            if _UNBOUNDED.search(pattern) or re.compile(pattern).match(""):
                raise LexiconError(f"{name}: pattern of {rule.id} has no bound: {pattern}")
            self._patterns[language].append((re.compile(pattern), rule))

    def _word_hits(self, text: str) -> Iterator[Hit]:
        words = self._words
        for start, character in enumerate(text):
            # One look-up each settles nearly every place: few words share their first two letters.
            for begin in (text[start : start + 2], character):
                for word in words.get(begin, ()):
                    if text.startswith(word.text, start):
                        end = start + len(word.text)
                        if not word.whole or _whole_word(text, start, end, word.open_ended):
                            yield Hit(rule=word.rule, start=start, end=end)

    def _pattern_hits(self, text: str) -> Iterator[Hit]:
        for language, patterns in self._patterns.items():
            if not _LETTERS[language].search(text):
                continue
            for pattern, rule in patterns:
                for match in pattern.finditer(text):
                    yield Hit(rule=rule, start=match.start(), end=match.end(), literal=False)


def _rule(name: str, row: dict[str, Any]) -> Rule:
    topics = (row["topic"], *row.get("also", ()))
    unknown = [topic for topic in topics if topic not in TOPICS]
    if unknown:
        raise LexiconError(f"{name}: rule {row['id']} names the unknown topic {unknown[0]}")
    department = row.get("department")
    return Rule(
        id=row["id"],
        topics=topics,
        kind=Kind(row["kind"]),
        department=Department(department) if department else None,
        doubt=row.get("doubt", False),
        strong=row.get("strong", False),
    )


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    # Back references count from the start of the whole: number them past the ones before.
    parts: list[str] = []
    groups = 0
    for pattern in patterns:
        shifted = re.sub(r"\\1", rf"\\{groups + 1}", pattern)
        parts.append(f"(?:{shifted})")
        groups += re.compile(pattern).groups
    return re.compile("|".join(parts))


def _whole_word(text: str, start: int, end: int, open_ended: bool) -> bool:
    if start and text[start].isalnum() and _latin(text[start - 1]):
        return False
    return open_ended or end == len(text) or not (text[end - 1].isalnum() and _latin(text[end]))


def _latin(character: str) -> bool:
    return character.isalnum() and character <= "ɏ"


def _covers(longer: Hit, hit: Hit) -> bool:
    if longer.end < hit.end or longer.start > hit.start:
        return False
    if longer.end - longer.start == hit.end - hit.start:
        return longer.rule.kind == hit.rule.kind
    return longer.literal or _GRAVITY[longer.rule.kind] >= _GRAVITY[hit.rule.kind]


def _load() -> Lexicon:
    folder = resources.files("grading") / "lexicon"
    return Lexicon({name: (folder / name).read_bytes() for name in _FILES})


LEXICON = _load()
