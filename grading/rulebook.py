"""The rulebook that texts are graded by: the built-in one, or that with the changes of a chain.

Changes are one TOML document, small, so that they travel and outlive an update of the programs.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache

from grading import changes, lexicon, policy
from grading.lexicon import Lexicon
from grading.policy import Policy


class RulebookError(ValueError):
    """Changes cannot be used; `problems` names the place and the fault of each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rulebook:
    """Rules, cues and thresholds, ready to grade by; one and the same wherever its version is."""

    lexicon: Lexicon
    policy: Policy
    policy_version: str

    @property
    def lexicon_version(self) -> str:
        """Return the hash of the rules and the cues."""
        return self.lexicon.version

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
        lexicon=Lexicon(rules, lexicon_version), policy=thresholds, policy_version=policy_version
    )


def with_changes(toml: bytes) -> Rulebook:
    """Return the built-in rulebook with changes; RulebookError names all that is wrong in them."""
    base = built_in()
    rules, _ = lexicon.shipped()
    written, problems = changes.read(toml, rules, base.policy)
    if problems:
        raise RulebookError(tuple(problems))
    rules_changed, policy_changed = bool(written.change or written.rule), bool(written.policy)
    if not rules_changed and not policy_changed:
        return base
    return Rulebook(
        lexicon=Lexicon(
            changes.applied(written, rules),
            _with(base.lexicon_version, [written.change, written.rule]),
        )
        if rules_changed
        else base.lexicon,
        policy=policy.changed(base.policy, written.policy) if policy_changed else base.policy,
        policy_version=_with(base.policy_version, written.policy)
        if policy_changed
        else base.policy_version,
    )


def _with(version: str, changed: object) -> str:
    """Return the version of what is made of another by changes, however they were laid out."""
    canonical = json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _hash(f"{version} {canonical}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
