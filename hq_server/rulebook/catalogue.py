"""Rules with their words, as people read them, and what changes between two rulebooks. Pure."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from grading.normalise import normalise
from grading.policy import Policy
from grading.rulebook import RuleText
from hq_server.rulebook.grading_by import rulebook_of

LANGUAGES = ("zh", "en")
_PROPERTIES = (
    "kind", "topics", "language", "department", "doubt", "strong", "only", "unless",
)  # fmt: skip
OWN = "own."
"""What the ids of the chain's own rules begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is different about one rule, or one threshold."""

    name: str
    """The rule's id, or "grade.urgent_from"."""
    is_rule: bool = True
    new: bool = False
    gone: bool = False
    off: bool | None = None
    """True: it is not used any more; False: it is used again."""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    patterns_added: tuple[str, ...] = ()
    patterns_removed: tuple[str, ...] = ()
    properties: tuple[tuple[str, str, str], ...] = ()
    """What else of the rule is another: name, before, after. Of a new one: all that it has."""
    before: str = ""
    after: str = ""
    """Of a threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rules somebody looks for; empty: any."""

    topic: str = ""
    kind: str = ""
    language: str = ""
    text: str = ""
    """A word, or a sentence that rules may know something in."""


@functools.lru_cache(maxsize=6)
def rules(toml: str) -> Mapping[str, RuleText]:
    """Return all rules by id, with changes made; those that are off, too."""
    return dict(sorted(rulebook_of(toml).rules.items()))


def found(toml: str, wanted: Wanted) -> list[RuleText]:
    """Return the rules that somebody looks for."""
    text = normalise(wanted.text.strip()).text
    known = {hit.rule.id for hit in rulebook_of(toml).lexicon.search(text).hits} if text else set()
    return [
        rule
        for rule in rules(toml).values()
        if wanted.topic in ("", *rule.topics)
        and wanted.kind in ("", rule.kind)
        and wanted.language in ("", rule.language)
        and (not text or rule.id in known or _says(rule, text))
    ]


def _says(rule: RuleText, text: str) -> bool:
    written = (rule.id, *rule.words, *rule.patterns)
    return any(text in each for each in written) or any(
        len(word) > 1 and word.rstrip("*") in text for word in rule.words if not word.isascii()
    )


# --- what changes ---------------------------------------------------------------------------------


def differences(before: str, after: str) -> list[Difference]:
    """Return what changes from one text of changes to another."""
    return list(_differences(before, after))


# As many as a history shows; to make the rules of each takes a tenth of a second.
@functools.lru_cache(maxsize=64)
def _differences(before: str, after: str) -> tuple[Difference, ...]:
    old, new = rules(before), rules(after)
    of_rules = [
        _of_rule(old.get(id_), new.get(id_))
        for id_ in sorted(old.keys() | new.keys())
        if old.get(id_) != new.get(id_)
    ]
    of_policy = _of_policy(rulebook_of(before).policy, rulebook_of(after).policy)
    return (*of_rules, *of_policy)


def _of_rule(old: RuleText | None, new: RuleText | None) -> Difference:
    if old is None and new is not None:
        return Difference(
            name=new.id,
            new=True,
            added=new.words,
            patterns_added=new.patterns,
            properties=tuple(
                (name, "", _written(getattr(new, name)))
                for name in _PROPERTIES
                if getattr(new, name)
            ),
        )
    if new is None and old is not None:
        return Difference(name=old.id, gone=True, removed=old.words, patterns_removed=old.patterns)
    assert old is not None and new is not None  # noqa: S101 - one of two has the id
    return Difference(
        name=new.id,
        off=new.off if new.off != old.off else None,
        added=_without(new.words, old.words),
        removed=_without(old.words, new.words),
        patterns_added=_without(new.patterns, old.patterns),
        patterns_removed=_without(old.patterns, new.patterns),
        properties=tuple(
            (name, _written(getattr(old, name)), _written(getattr(new, name)))
            for name in _PROPERTIES
            if getattr(old, name) != getattr(new, name)
        ),
    )


def _written(value: object) -> str:
    """Return a property as people read it: "safety, allergy", "store: s1, s2", "yes"."""
    match value:
        case dict():
            return "; ".join(f"{name}: {', '.join(ids)}" for name, ids in value.items() if ids)
        case tuple():
            return ", ".join(map(str, value))
        case bool():
            return "yes" if value else "no"
    return str(value or "")


def _without(words: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in set(others))


def _of_policy(old: Policy, new: Policy) -> list[Difference]:
    before, after = thresholds(old), thresholds(new)
    return [
        Difference(name=name, is_rule=False, before=before.get(name, ""), after=after.get(name, ""))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    ]


def thresholds(policy: Policy) -> dict[str, str]:
    """Return every value of a policy by its place, "grade.urgent_from", as TOML writes it."""
    return {
        f"{section}.{key}": value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for section, values in msgspec.to_builtins(policy).items()
        for key, value in values.items()
    }
