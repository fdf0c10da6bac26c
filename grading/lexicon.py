"""The lexicon: what words mean, read from TOML: the files beside this module, or a changed table.

The files are data with a version of their own: the hash of their bytes, which every verdict
carries, so that two tiers can show that they graded by the same words.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib import resources
from typing import Any

import ahocorasick_rs
import msgspec

from grading.needs import needs, one_of
from grading.patterns import filled
from grading.topics import TOPICS, Department
from grading.verdict import Context

_FILES = tuple(
    f"{language}_{part}.toml"
    for language in ("zh", "en")
    for part in ("slots", "harm", "danger", "faults", "subjects", "praise", "mentions", "cues")
)
# A language's patterns are tried only on a text that has its letters.
_LETTERS = {"zh": re.compile("[一-鿿]"), "en": re.compile("[a-z]")}
_SLOT = re.compile("«(\\w{1,30})»")
_NEEDED = re.compile("«(\\w{1,30})»(\\?|\\{0)?")
_GROUP = re.compile(r"\([^()]{0,4000}\)(?:\?|\{[\d,]{1,9}\})?")
_UNBOUNDED = re.compile(r"(?<!\\)[*+]|\{\d*,\}")


Table = Mapping[str, Any]
"""One file: its language, and its slots, rules or cues."""
_NOWHERE = Context()


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
class Where:
    """A condition on the context of a text: it holds when each list that is not empty has it."""

    category: frozenset[str] = frozenset()
    touchpoint: frozenset[str] = frozenset()
    store: frozenset[str] = frozenset()

    def holds(self, context: Context) -> bool:
        """Tell whether a text was written there; what is not known of it is in no list."""
        return (
            (not self.category or context.category in self.category)
            and (not self.touchpoint or context.touchpoint in self.touchpoint)
            and (not self.store or context.store in self.store)
        )


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
    only: Where | None = None
    """The rule is used only there."""
    unless: Where | None = None
    """The rule is not used there."""
    own: bool = False
    """The chain wrote it, or added words to it."""

    def applies(self, context: Context) -> bool:
        """Tell whether the rule is used on a text that was written in this context."""
        if self.only is not None and not self.only.holds(context):
            return False
        return self.unless is None or not self.unless.holds(context)


class Hit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A rule that matched text[start:end]."""

    rule: Rule
    start: int
    end: int
    literal: bool = True
    """A word, not a pattern: a longer word says what the shorter one in it means."""


class Found(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one pass over a text found."""

    hits: list[Hit]
    """In order; a match inside a longer one of the same kind is gone."""
    cues: list[tuple[int, str]]
    """Where a word stands without which a cue is not there, in order."""
    may: frozenset[str]
    """All cues that may be there."""


class _Word(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    rule: Rule | None = None
    """None: the word fills slots only, or belongs to cues."""
    slots: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    whole: bool = False
    """Must begin at the start of a word (Latin letters)."""
    open_ended: bool = True


@dataclass(frozen=True, kw_only=True)
class _Pattern:
    """A pattern of a rule, compiled when a text first has a word for each of its slots."""

    written: str
    rule: Rule
    language: str
    needs: frozenset[str]

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.written)


class Lexicon:
    """All rules and cues, ready to search."""

    def __init__(self, tables: Mapping[str, Table], version: str) -> None:
        self._words: list[_Word] = []
        self._patterns: list[_Pattern] = []
        self._slots: dict[str, list[str]] = {}
        self._needed: defaultdict[str, set[str]] = defaultdict(set)
        self.rules: dict[str, Rule] = {}
        cues: defaultdict[str, list[str]] = defaultdict(list)
        # "…_slots" after the rules of its language by name, but rules are written with slots.
        for name in sorted(tables, key=lambda name: (not name.endswith("slots.toml"), name)):
            table = tables[name]
            for slot, words in table.get("slots", {}).items():
                self._add_slot(slot, words)
            for row in table.get("rule", ()):
                if not row.get("off"):
                    self._add(name, table["language"], row)
            for cue, patterns in table.get("cues", {}).items():
                cues[cue].extend(patterns)
        self.cues = {cue: _any_of(patterns) for cue, patterns in cues.items()}
        self.version = version
        self._words.extend(
            _Word(text=text, slots=tuple(sorted(names)))
            for text, names in sorted(self._needed.items())
        )
        guards = {cue: _guards(patterns) for cue, patterns in cues.items()}
        self.unguarded = frozenset(cue for cue, words in guards.items() if not words)
        """Cues that may be anywhere."""
        self._words.extend(_cue_words(guards))
        self._by_need: defaultdict[str, list[_Pattern]] = defaultdict(list)
        for pattern in self._patterns:
            self._by_need[max(pattern.needs, key=_rarity, default="")].append(pattern)
        self._finder = ahocorasick_rs.AhoCorasick([word.text for word in self._words])
        self._conditional = [rule for rule in self.rules.values() if rule.only or rule.unless]

    def search(self, text: str, context: Context = _NOWHERE) -> Found:
        """Return what is in a normalised text that was written in some context."""
        unused = [rule.id for rule in self._conditional if not rule.applies(context)]
        hits: list[Hit] = []
        cues: list[tuple[int, str]] = []
        # "" is what a pattern without needs waits for.
        filled: set[str] = {""}
        words = self._words
        for index, start, end in self._finder.find_matches_as_indexes(text, overlapping=True):
            word = words[index]
            if word.whole and not _whole_word(text, start, end, word.open_ended):
                continue
            if word.slots:
                filled.update(word.slots)
            if word.rule is not None:
                hits.append(Hit(rule=word.rule, start=start, end=end))
            for cue in word.cues:
                cues.append((start, cue))
        hits.extend(self._pattern_hits(text, filled))
        if unused:
            hits = [hit for hit in hits if hit.rule.id not in unused]
        cues.sort()
        may = frozenset(cue for _, cue in cues) | self.unguarded
        return Found(hits=_uncovered(hits), cues=cues, may=may)

    def says(self, cue: str, text: str, found: Found) -> bool:
        """Tell whether a cue is in a text that was searched."""
        return cue in found.may and self.cues[cue].search(text) is not None

    def check(self) -> None:
        """Raise LexiconError for a pattern that does not compile or that matches no text at all."""
        for pattern in self._patterns:
            try:
                empty = pattern.compiled.match("")
            except re.error as error:
                said = f"pattern of {pattern.rule.id}: {error}: {pattern.written}"
                raise LexiconError(said) from error
            if empty:
                said = f"pattern of {pattern.rule.id} has no bound below: {pattern.written}"
                raise LexiconError(said)

    def _add_slot(self, slot: str, words: list[str]) -> None:
        self._slots[slot] = words
        self._words.extend(_word(word, None, (slot,)) for word in words)

    def _add(self, name: str, language: str, row: dict[str, Any]) -> None:
        rule = _rule(name, row)
        if rule.id in self.rules:
            raise LexiconError(f"{name}: rule {rule.id} stands twice")
        self.rules[rule.id] = rule
        self._words.extend(_word(word, rule, ()) for word in row.get("words", ()))
        for pattern in row.get("patterns", ()):
            if _UNBOUNDED.search(pattern) or not pattern:
                raise LexiconError(f"{name}: pattern of {rule.id} has no bound: {pattern}")
            self._patterns.append(self._pattern(name, language, pattern, rule))

    def _pattern(self, name: str, language: str, written: str, rule: Rule) -> _Pattern:
        unknown = set(_SLOT.findall(written)) - set(self._slots)
        if unknown:
            raise LexiconError(f"{name}: {rule.id} names the unknown slot {min(unknown)}")
        # A slot inside a group may be one way of several: only those outside must be filled.
        outside = written
        while (shorter := _GROUP.sub("", outside)) != outside:
            outside = shorter
        slots = {slot for slot, optional in _NEEDED.findall(outside) if not optional}
        for words in needs(written):
            name = "|".join(sorted(words))
            slots.add(name)
            for word in words:
                self._needed[word].add(name)
        return _Pattern(
            written=filled(written, self._slots),
            rule=rule,
            language=language,
            needs=frozenset(slots),
        )

    def _pattern_hits(self, text: str, filled: set[str]) -> Iterator[Hit]:
        letters = {language: each.search(text) is not None for language, each in _LETTERS.items()}
        for name in filled & self._by_need.keys():
            for pattern in self._by_need[name]:
                if pattern.needs <= filled and letters[pattern.language]:
                    for match in pattern.compiled.finditer(text):
                        start, end = match.span()
                        if end > start:
                            yield Hit(rule=pattern.rule, start=start, end=end, literal=False)


def _rarity(need: str) -> tuple[int, str]:
    return min(map(len, need.split("|"))), need


def _guards(patterns: Sequence[str]) -> frozenset[str]:
    """Return words of which a cue's patterns need one; empty where one of them needs none."""
    each = [one_of(pattern) for pattern in patterns]
    words = frozenset().union(*each) if all(each) else frozenset()
    # Where a word stands, the shorter ones in it stand, too.
    return frozenset(
        word for word in words if not any(other in word for other in words if other != word)
    )


def _cue_words(guards: Mapping[str, frozenset[str]]) -> list[_Word]:
    cues: defaultdict[str, list[str]] = defaultdict(list)
    for cue, words in sorted(guards.items()):
        for word in words:
            cues[word].append(cue)
    return [_Word(text=text, cues=tuple(each)) for text, each in sorted(cues.items())]


def _uncovered(hits: list[Hit]) -> list[Hit]:
    if len(hits) < 2:
        return hits
    hits.sort(key=lambda hit: (hit.start, -hit.end, hit.rule.id))
    kept: list[Hit] = []
    for hit in hits:
        # Only neighbours can cover: hits are in order of their start, the longest first.
        if not any(_covers(other, hit) for other in kept[-8:]):
            kept.append(hit)
    return kept


def _word(written: str, rule: Rule | None, slots: tuple[str, ...]) -> _Word:
    text = written.removesuffix("*")
    # In a slot, an English word may go on: "broke" in "broken".
    open_ended = text != written or rule is None
    return _Word(text=text, rule=rule, slots=slots, whole=text.isascii(), open_ended=open_ended)


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
        only=_where(row.get("only")),
        unless=_where(row.get("unless")),
        own=row.get("own", False),
    )


def _where(row: Mapping[str, Sequence[str]] | None) -> Where | None:
    return None if row is None else Where(**{key: frozenset(ids) for key, ids in row.items()})


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


def shipped() -> tuple[dict[str, Table], str]:
    """Return the tables of the files beside this module, by file, and their version."""
    folder = resources.files("grading") / "lexicon"
    return parsed({name: (folder / name).read_bytes() for name in _FILES})


def parsed(files: Mapping[str, bytes]) -> tuple[dict[str, Table], str]:
    """Return the tables of some TOML files by name, and the hash of their bytes."""
    digest = hashlib.sha256()
    for name in sorted(files, key=lambda name: (not name.endswith("slots.toml"), name)):
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    tables: dict[str, Table] = {
        name: tomllib.loads(content.decode()) for name, content in files.items()
    }
    return tables, digest.hexdigest()[:16]
