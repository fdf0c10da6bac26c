"""A shopper's words: what the lexicon finds in them, and what the models say to them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property, lru_cache

import msgspec

from grading import features, model, thesaurus
from grading.cues import Clauses
from grading.lexicon import Found, Hit
from grading.normalise import Normalised, Script, normalise
from grading.rulebook import Rulebook, built_in
from grading.stretches import Stretches
from grading.verdict import Context, Effect

# A text of thousands of characters is a mixture; its start and its findings tell enough.
_PIECES = 3000

LANGUAGES = ("zh", "en")
_NOWHERE = Context()


@cache
def table(language: str, name: str) -> model.Table:
    """Return the weights of a language: "heads", "polarity" or "pleased"."""
    return model.load(f"{language}_{name}.bin")


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A hit, and what it says in its clause."""

    hit: Hit
    effect: Effect


class Words(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """All that the lexicon finds in one text."""

    rulebook: Rulebook
    text: Normalised
    language: str
    """zh, en, or "" where nothing can be read."""
    found: Found
    clauses: Clauses
    findings: tuple[Finding, ...]
    cues: frozenset[str]
    fitted: Mapping[str, model.Table] = msgspec.field(default_factory=dict)
    """Tables in place of the shipped ones: training tries what it has just fitted."""
    hashed: dict[int, list[int]] = msgspec.field(default_factory=dict)
    """The pieces of the text by the size of a table,"""
    looked_up: dict[tuple[str, str], tuple[int, ...]] = msgspec.field(default_factory=dict)
    """and their rows by table, and their weights by table and head, as they are asked for."""

    @cached_property
    def by_clause(self) -> dict[int, list[Finding]]:
        """The findings by the number of the clause that they begin in."""
        if len(self.clauses.each) == 1:
            return {0: list(self.findings)}
        found: dict[int, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(self.clauses.at(finding.hit.start), []).append(finding)
        return found

    @cached_property
    def parts(self) -> list[tuple[slice, slice, slice]]:
        """Where the pieces of each clause are among those of the text."""
        stretches = Stretches(self.text.text, self.language)
        return [stretches.parts(one.start, one.end, _PIECES) for one in self.clauses.each]

    def table(self, name: str) -> model.Table:
        """Return the weights of this name in the language of the text."""
        return self.fitted.get(name) or table(self.language, name)

    def pieces(self, bits: int) -> list[int]:
        """Return the pieces of the text to its end."""
        found = self.hashed.get(bits)
        if found is None:
            found = self.hashed[bits] = features.buckets(self.text.text, self.language, bits)
        return found

    def rows(self, name: str) -> tuple[int, ...]:
        """Return the rows of these pieces in a table, heads, polarity or pleased."""
        found = self.looked_up.get((name, ""))
        if found is None:
            one = self.table(name)
            found = self.looked_up[name, ""] = one.rows(self.pieces(one.bits))
        return found

    def weights(self, name: str, head: str) -> tuple[int, ...]:
        """Return what these pieces weigh for a head of a table."""
        found = self.looked_up.get((name, head))
        if found is None:
            weights = self.table(name).weights(head, self.rows(name))
            found = self.looked_up[name, head] = weights
        return found

    def says(self, cue: str) -> bool:
        """Tell whether a cue is anywhere in the text."""
        return self.rulebook.lexicon.says(cue, self.text.text, self.found)


def read(
    text: str,
    language: str | None = None,
    rulebook: Rulebook | None = None,
    context: Context = _NOWHERE,
    *,
    fitted: Mapping[str, model.Table] | None = None,
) -> Words:
    """Return what the lexicon finds; `language` decides where the letters do not."""
    rulebook = rulebook or built_in()
    lexicon = rulebook.lexicon
    plain = normalise(text)
    found = lexicon.search(plain.text, context)
    clauses = Clauses(plain.text, lexicon, found)
    findings = tuple(Finding(hit=hit, effect=clauses.effect(hit)) for hit in found.hits)
    cues = clauses.cues
    if lexicon.says("self_test", plain.text, found):
        cues |= {"self_test"}
    return Words(
        rulebook=rulebook,
        text=plain,
        language=_language(plain, language),
        found=found,
        clauses=clauses,
        findings=findings,
        cues=cues,
        fitted=fitted or {},
    )


def pieces(words: Words, bits: int) -> list[int]:
    """Return what the heads look at: the pieces of the text, then what was found in it."""
    found = features.buckets(words.text.text, words.language, bits)[:_PIECES]
    return found + _named(words, bits)


def _named(words: Words, bits: int) -> list[int]:
    """Return what was found as buckets; a kind of word counts as much as two pieces of the text."""
    found = [features.named(name, bits) for name in _names(words)]
    if words.language:
        kinds = thesaurus.of(words.language).find(words.text.text)
        found += 2 * [features.named(kind, bits) for kind in sorted(kinds)]
    return found


def margins(words: Words) -> Mapping[str, float]:
    """Return the margin of each head; empty where nothing can be read."""
    if not words.language:
        return {}
    heads = words.table("heads")
    return heads.of_rows(words.rows("heads")[:_PIECES] + heads.rows(_named(words, heads.bits)))


def tellers(words: Words, head: str, most: int) -> list[tuple[int, int, float]]:
    """Return the places (start, end, weight) that spoke loudest for a head's verdict."""
    heads = words.table("heads")
    loud = heads.loudest(head, words.rows("heads")[:_PIECES], most)
    numbers = [number for number, _ in loud]
    places = features.spans(words.text.text, words.language, numbers)
    ranked = sorted((-weight, place) for (_, weight), place in zip(loud, places, strict=True))
    return [(*place, round(-weight, 4)) for weight, place in ranked[:most]]


def _names(words: Words) -> list[str]:
    names = {f"cue {cue}" for cue in words.cues}
    for finding in words.findings:
        names |= _names_of(finding.hit.rule.topics, finding.effect)
    return sorted(names)


@lru_cache(maxsize=4096)
def _names_of(topics: tuple[str, ...], effect: Effect) -> frozenset[str]:
    return frozenset(f"{one} {effect}" for one in (*topics, "any"))


def _language(plain: Normalised, hint: str | None) -> str:
    if plain.script is not Script.KNOWN:
        return ""
    if plain.hanzi:
        return "zh"
    return "zh" if hint == "zh" and not plain.latin else "en"
