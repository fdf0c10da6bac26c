"""The rulebook that texts are graded by: the built-in one, or that with the changes of a chain.

Changes are one TOML document, small, so that they travel and outlive an update of the programs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import msgspec

from grading import changes, lexicon, policy
from grading.lexicon import Kind, Lexicon, Table
from grading.policy import Policy


class RulebookError(ValueError):
    """Changes cannot be used; `problems` names the place and the fault of each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class RuleText(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as people read it."""

    id: str
    language: str
    topics: tuple[str, ...]
    kind: Kind
    words: tuple[str, ...]
    """With an asterisk behind a word of Latin letters that may go on."""
    patterns: tuple[str, ...]
    department: str | None
    doubt: bool
    strong: bool
    only: dict[str, tuple[str, ...]]
    """Ids by category, touchpoint and store; empty: everywhere."""
    unless: dict[str, tuple[str, ...]]
    own: bool
    """A rule of the chain's, not of the built-in rulebook."""
    off: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rulebook:
    """Rules, cues and thresholds, ready to grade by; one and the same wherever its version is."""

    tables: Mapping[str, Table]
    lexicon: Lexicon
    policy: Policy
    policy_version: str

    @property
    def lexicon_version(self) -> str:
        """Return the hash of the rules and the cues."""
        return self.lexicon.version

    @property
    def rules(self) -> dict[str, RuleText]:
        """Return all rules by id; those that are off are there too."""
        return {
            row["id"]: _text(name, table["language"], row)
            for name, table in self.tables.items()
            for row in table.get("rule", ())
        }

    @property
    def version(self) -> str:
        """Return the hash of both versions."""
        return _hash(f"{self.lexicon_version} {self.policy_version}")


@cache
def built_in() -> Rulebook:
    """Return the rulebook that ships with the programs."""
    rules, lexicon_version = lexicon.shipped()
    thresholds, policy_version = policy.shipped()
    return Rulebook(
        tables=rules,
        lexicon=Lexicon(rules, lexicon_version),
        policy=thresholds,
        policy_version=policy_version,
    )


def with_changes(toml: bytes) -> Rulebook:
    """Return the built-in rulebook with changes; RulebookError names all that is wrong in them."""
    base = built_in()
    written, problems = changes.read(toml, base.tables)
    if problems:
        raise RulebookError(tuple(problems))
    book = base
    if written.change or written.rule:
        version = _with(base.lexicon_version, [written.change, written.rule])
        tables = changes.applied(written, base.tables)
        book = replace(book, tables=tables, lexicon=Lexicon(tables, version))
    if written.policy:
        version = _with(base.policy_version, written.policy)
        changed = policy.changed(base.policy, written.policy)
        book = replace(book, policy=changed, policy_version=version)
    return book


def _text(name: str, language: str, row: Mapping[str, Any]) -> RuleText:
    return RuleText(
        id=row["id"],
        language=language,
        topics=(row["topic"], *row.get("also", ())),
        kind=Kind(row["kind"]),
        words=tuple(row.get("words", ())),
        patterns=tuple(row.get("patterns", ())),
        department=row.get("department"),
        doubt=row.get("doubt", False),
        strong=row.get("strong", False),
        only={key: tuple(ids) for key, ids in row.get("only", {}).items()},
        unless={key: tuple(ids) for key, ids in row.get("unless", {}).items()},
        own=changes.own(name),
        off=row.get("off", False),
    )


def _with(version: str, changed: object) -> str:
    """Return the version of what is made of another by changes, however they were laid out."""
    canonical = json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _hash(f"{version} {canonical}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
