"""What a chain changes in the built-in rulebook: one TOML document, checked to the last word.

All faults are told at once, each with its place; a document with a fault changes nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec

from grading import patterns
from grading.lexicon import Kind, Table
from grading.normalise import normalise
from grading.policy import RETIRED, Policy, TopicId, TouchpointId
from grading.topics import GENERAL, TOPICS, Department

LARGEST = 128 * 1024
"""Bytes of a document."""
MOST_RULES, MOST_WORDS, MOST_PATTERNS = 500, 2000, 50
LONGEST_WORD = 60
MOST_WAYS = 40_000
"""In which all new patterns together can go on from one place in a text."""
_OWN = "_own.toml"

_Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:\-]{1,80}\Z")]
_Ids = Annotated[tuple[_Id, ...], msgspec.Meta(max_length=2000)]
_Words = Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_WORDS)]


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a text was written."""

    category: _Ids = ()
    touchpoint: _Ids = ()
    store: _Ids = ()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Words to add to a built-in rule and to take from it, or the whole rule off."""

    rule: str
    add: _Words = ()
    remove: _Words = ()
    off: bool = False
    only: Condition | None = None
    unless: Condition | None = None


class OwnRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of the chain's own; its fields are those of a rule of the lexicon."""

    id: Annotated[str, msgspec.Meta(pattern=r"^own\.[a-z0-9_.]{1,76}\Z")]
    language: Literal["zh", "en"]
    topic: str
    kind: Kind
    also: Annotated[tuple[str, ...], msgspec.Meta(max_length=3)] = ()
    words: _Words = ()
    patterns: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_PATTERNS)] = ()
    department: Department | None = None
    doubt: bool = False
    strong: bool = False
    only: Condition | None = None
    unless: Condition | None = None


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change, in the spelling of the lexicon; rows as in its files."""

    change: dict[str, dict[str, Any]]
    """By rule."""
    rule: dict[str, dict[str, Any]]
    """By id."""
    policy: dict[str, dict[str, Any]]
    """By section and key."""


def read(content: bytes, tables: Mapping[str, Table]) -> tuple[Changes, list[str]]:
    """Return what a document says, and all that is wrong in it.

    `tables` are the lexicon that it changes.
    """
    problems: list[str] = []
    return _Reader(tables, problems).read(_document(content, problems)), problems


def applied(changes: Changes, tables: Mapping[str, Table]) -> dict[str, Table]:
    """Return the tables of a lexicon with changes made."""
    found: dict[str, Table] = {}
    for name, table in tables.items():
        rows = [_changed(row, changes.change.get(row["id"], {})) for row in table.get("rule", ())]
        found[name] = {**table, "rule": rows}
    for language in ("zh", "en"):
        rows = [
            {**row, "own": True} for row in changes.rule.values() if row["language"] == language
        ]
        if rows:
            found[f"{language}{_OWN}"] = {"language": language, "rule": rows}
    return found


def own(name: str) -> bool:
    """Tell whether the table of this name holds the rules of a chain."""
    return name.endswith(_OWN)


def _changed(row: Mapping[str, Any], change: Mapping[str, Any]) -> Mapping[str, Any]:
    if not change:
        return row
    removed = set(change.get("remove", ()))
    kept = [word for word in row.get("words", ()) if _plain(word) not in removed]
    words = [*kept, *(word for word in change.get("add", ()) if word not in kept)]
    said = {key: change[key] for key in ("off", "only", "unless") if key in change}
    return {**row, "words": words, **said, "own": bool(change.get("add"))}


class _Reader:
    """Reads one document, and notes what is wrong in it."""

    def __init__(self, tables: Mapping[str, Table], problems: list[str]) -> None:
        self._problems = problems
        self._rules: dict[str, Mapping[str, Any]] = {
            row["id"]: row for table in tables.values() for row in table.get("rule", ())
        }
        self._slots: dict[str, list[str]] = {
            slot: words
            for table in tables.values()
            for slot, words in table.get("slots", {}).items()
        }
        self._ways = 0

    def read(self, document: Mapping[str, Any]) -> Changes:
        for key in sorted(document.keys() - {"change", "rule", "policy"}):
            self._note("document", f"unknown part {key}; known: change, rule, policy")
        return Changes(
            change=self._rows(document, "change", "rule", self._change),
            rule=self._rows(document, "rule", "id", self._own_rule),
            policy=self._sections(document.get("policy", {})),
        )

    def _note(self, place: str, fault: str) -> None:
        self._problems.append(f"{place}: {fault}")

    def _rows(
        self,
        document: Mapping[str, Any],
        part: str,
        key: str,
        of: Callable[[str, Mapping[str, Any]], dict[str, Any]],
    ) -> dict[str, dict[str, Any]]:
        rows = document.get(part, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._note(part, f"must be written as [[{part}]]")
            return {}
        if len(rows) > MOST_RULES:
            self._note(part, f"{len(rows)} of them, at most {MOST_RULES}")
            return {}
        found: dict[str, dict[str, Any]] = {}
        for number, row in enumerate(rows, 1):
            name = row.get(key)
            if not isinstance(name, str):
                name = f"{part} number {number}"
            place = f"rule {name[:80]}" if name is row.get(key) else name
            if name in found:
                self._note(place, "stands twice")
            found[name] = of(place, row)
        return found

    def _change(self, place: str, row: Mapping[str, Any]) -> dict[str, Any]:
        change = self._fields(place, row, Change)
        known = self._rules.get(change.get("rule", ""))
        if known is None and "rule" in change:
            self._note(place, "unknown rule")
        add = set(self._spelled(place, change.get("add", ())))
        remove = {_plain(word) for word in change.get("remove", ())}
        present = {_plain(word) for word in (known or {}).get("words", ())}
        for word in sorted(remove - present) if known is not None else ():
            self._note(place, f"has no word {word[:LONGEST_WORD]!r} to remove")
        for word in sorted(add & remove):
            self._note(place, f"adds and removes {word!r}")
        said: dict[str, Any] = {"add": sorted(add), "remove": sorted(remove)}
        said |= {"off": change.get("off", False)} | self._where(place, change)
        return {key: value for key, value in said.items() if value}

    def _own_rule(self, place: str, row: Mapping[str, Any]) -> dict[str, Any]:
        rule = self._fields(place, row, OwnRule)
        for topic in (rule.get("topic", GENERAL), *rule.get("also", ())):
            if topic not in TOPICS:
                self._note(place, f"unknown topic {topic[:80]}")
        if not row.get("words") and not row.get("patterns"):
            self._note(place, "has neither words nor patterns")
        said: dict[str, Any] = msgspec.to_builtins(rule) | self._where(place, rule)
        said["words"] = sorted(set(self._spelled(place, rule.get("words", ()))))
        said["patterns"] = [*self._patterns(place, rule.get("patterns", ()))]
        return {key: value for key, value in said.items() if value}

    def _spelled(self, place: str, words: Sequence[str]) -> list[str]:
        found = []
        for word in words:
            plain = _plain(word)
            bare = plain.removesuffix("*")
            if not bare.strip():
                self._note(place, f"word {word[:LONGEST_WORD]!r} is empty")
            elif len(bare) > LONGEST_WORD:
                self._note(place, f"word {bare[:LONGEST_WORD]!r}… is longer than {LONGEST_WORD}")
            elif len(bare) == 1 and bare < "㐀":
                self._note(place, f"word {bare!r} is a single letter or sign")
            found.append(plain)
        return found

    def _patterns(self, place: str, written: Sequence[str]) -> Iterator[str]:
        for one in written:
            try:
                plain = patterns.spelled(one)
                self._ways += patterns.check(plain, self._slots)
            except patterns.PatternError as error:
                self._note(place, f"{error}: {one[:200]}")
                continue
            if self._ways > MOST_WAYS:
                self._note(place, f"all patterns together match in more than {MOST_WAYS} ways")
                self._ways = 0
            yield plain

    def _where(self, place: str, row: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key in ("only", "unless"):
            if key not in row:
                continue
            lists = msgspec.to_builtins(row[key])
            found[key] = {name: sorted(set(ids)) for name, ids in lists.items() if ids}
            if not found[key]:
                self._note(place, f"{key} names no category, touchpoint or store")
        return found

    def _sections(self, written: object) -> dict[str, dict[str, Any]]:
        if not isinstance(written, dict):
            self._note("policy", "must be a table")
            return {}
        found: dict[str, dict[str, Any]] = {}
        sections = {field.name: field.type for field in msgspec.structs.fields(Policy)}
        for section, values in written.items():
            place = f"policy.{section}"
            if section not in sections:
                self._note(place, "unknown section")
            elif not isinstance(values, dict):
                self._note(place, "must be a table")
            elif section == "touchpoint":
                found[section] = self._touchpoints(place, values)
            else:
                kept = {key: said for key, said in values.items() if (section, key) not in RETIRED}
                checked = self._fields(place, kept, sections[section], whole=False)
                found[section] = msgspec.to_builtins(checked)
        return {section: values for section, values in found.items() if values}

    def _touchpoints(self, place: str, row: Mapping[str, Any]) -> dict[str, Any]:
        for touchpoint, topic in row.items():
            for said, kind in ((touchpoint, TouchpointId), (topic, TopicId)):
                try:
                    msgspec.convert(said, type=kind)
                except msgspec.ValidationError:
                    what = "touchpoint" if kind is TouchpointId else "topic"
                    self._note(f"{place}.{touchpoint[:80]}", f"unknown {what} {str(said)[:80]}")
        return dict(row)

    def _fields(
        self, place: str, row: Mapping[str, Any], kind: type[msgspec.Struct], *, whole: bool = True
    ) -> dict[str, Any]:
        """Return the fields that are right; each is checked alone, so that each fault is told."""
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        for key in sorted(row.keys() - fields.keys()):
            self._note(place, f"unknown key {key[:80]}; known: {', '.join(fields)}")
        found: dict[str, Any] = {}
        for name, field in fields.items():
            if name not in row:
                if whole and field.required:
                    self._note(place, f"lacks {name}")
                continue
            try:
                found[name] = msgspec.convert(row[name], type=field.type)
            except msgspec.ValidationError as error:
                self._note(f"{place}{'.' if not whole else ': '}{name}", str(error))
        return found


def _document(content: bytes, problems: list[str]) -> dict[str, Any]:
    if len(content) > LARGEST:
        problems.append(f"document: {len(content)} bytes, at most {LARGEST}")
        return {}
    try:
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        problems.append(f"TOML: {error}")
        return {}


def _plain(word: str) -> str:
    """Return a word in the spelling that texts are compared in."""
    return normalise(word.strip()).text.strip()
