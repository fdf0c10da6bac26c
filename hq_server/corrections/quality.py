"""How often people correct what grading says, by rule, topic and version. Pure.

Counted are the latest texts and the corrections in force of them. Who corrects nothing has not
said that a grading is right: the shares tell rules apart, not how good grading is as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from grading.evaluation import wilson
from hq_server.corrections import label

Version = tuple[str, str]
"""Of the lexicon, and of the policy with the weights."""
# A rule is flagged when even the lower end of its interval says more than one in twenty, and not
# for a handful of opinions.
OFTEN = 0.05
AT_LEAST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often gradings of one kind were corrected."""

    name: str
    gradings: int
    corrected: int
    low: float
    """Of the share, with `high`: 95 % (Wilson)."""
    high: float
    kinds: tuple[tuple[str, int], ...] = ()
    """What was corrected, the most frequent first: raised, lowered, or the name of a field."""

    @property
    def share(self) -> float:
        """Corrected of all, 0 to 1."""
        return self.corrected / self.gradings if self.gradings else 0.0

    @property
    def flagged(self) -> bool:
        """Whether somebody should look at it."""
        return self.corrected >= AT_LEAST and self.low > OFTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What of the latest texts was counted."""

    versions: Counter[Version] = field(default_factory=Counter)
    rules: Counter[tuple[str, Version]] = field(default_factory=Counter)
    """Gradings in which a rule took part."""
    topics: Counter[tuple[str, Version]] = field(default_factory=Counter)


class _Found(msgspec.Struct, frozen=True):
    rule: str


class _Graded(msgspec.Struct, frozen=True):
    """Of a verdict what is counted."""

    evidence: tuple[_Found, ...] = ()
    topics: tuple[str, ...] = ()
    lexicon_version: str = ""
    policy_version: str = ""


_decoder = msgspec.json.Decoder(_Graded | None)


def counted(gradings: Iterable[str]) -> Counted:
    """Return how often each rule, topic and version stands in verdicts, given as JSON."""
    found = Counted()
    for each in map(_decoder.decode, gradings):
        if each is None:
            continue
        version = each.lexicon_version, each.policy_version
        found.versions[version] += 1
        found.rules.update({(one.rule, version) for one in each.evidence})
        found.topics.update({(one, version) for one in each.topics})
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What the page shows."""

    whole: Rate
    rules: list[Rate]
    topics: list[Rate]
    versions: list[tuple[Version, Rate]]
    texts: list[Mapping[str, Any]]
    """The corrections that were counted."""


def worked_out(
    counted: Counted, corrections: Iterable[Mapping[str, Any]], version: Version | None
) -> Quality:
    """Return the rates of one version, or of all, the most suspicious first."""
    heard = [row for row in corrections if speaks(row)]
    chosen = [row for row in heard if version in (None, _version(row))]
    whole = sum(n for each, n in counted.versions.items() if version in (None, each))
    return Quality(
        whole=_rate("", whole, chosen),
        rules=_rates(_of(counted.rules, version), _by(chosen, rules_of)),
        topics=_rates(_of(counted.topics, version), _by(chosen, topics_of)),
        versions=[
            (each, _rate("", n, [row for row in heard if _version(row) == each]))
            for each, n in sorted(counted.versions.items(), key=lambda item: -item[1])
        ],
        texts=chosen,
    )


def speaks(row: Mapping[str, Any]) -> bool:
    """Return whether a correction says anything of the grading that its response has now."""
    return row["grading"] == row["grading_now"] and bool(kinds_of(row))


def kinds_of(row: Mapping[str, Any]) -> list[str]:
    """Return what a correction corrects: the grade raised or lowered, or other fields."""
    found = [name for name in label.FIELDS if row[name] is not None]
    if "grade" in found:
        milder = label.is_milder(row["grading"]["grade"], row["grade"])
        found[found.index("grade")] = "lowered" if milder else "raised"
    return found


def rules_of(row: Mapping[str, Any]) -> set[str]:
    """Return the rules that took part in the grading that was corrected."""
    return {each["rule"] for each in row["grading"]["evidence"]}


def topics_of(row: Mapping[str, Any]) -> set[str]:
    """Return the topics that the grading named."""
    return set(row["grading"]["topics"])


def _version(row: Mapping[str, Any]) -> Version:
    return row["grading"].get("lexicon_version", ""), row["grading"].get("policy_version", "")


def _of(counts: Mapping[tuple[str, Version], int], version: Version | None) -> Counter[str]:
    found: Counter[str] = Counter()
    for (name, each), count in counts.items():
        if version in (None, each):
            found[name] += count
    return found


def _by(rows: Iterable[Mapping[str, Any]], names: Any) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        for name in names(row):
            found.setdefault(name, []).append(row)
    return found


def _rates(
    gradings: Mapping[str, int], corrected: Mapping[str, list[Mapping[str, Any]]]
) -> list[Rate]:
    """Return a rate for each name: flagged ones first, then by what is certain of the share."""
    rates = [_rate(name, count, corrected.get(name, [])) for name, count in gradings.items()]
    return sorted(
        rates,
        key=lambda each: (
            not each.flagged,
            not each.corrected,
            -each.low,
            -each.gradings,
            each.name,
        ),
    )


def _rate(name: str, gradings: int, rows: Sequence[Mapping[str, Any]]) -> Rate:
    low, high = wilson(len(rows), gradings)
    kinds = Counter(kind for row in rows for kind in kinds_of(row))
    return Rate(
        name=name,
        gradings=gradings,
        corrected=len(rows),
        low=low,
        high=high,
        kinds=tuple(sorted(kinds.items(), key=lambda item: (-item[1], item[0]))),
    )
