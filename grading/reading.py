"""One reading of a shopper's words: what the lexicon finds, and what the models say to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property, lru_cache

import msgspec

from grading import features, model, thesaurus
from grading.cues import Clauses
from grading.lexicon import Found, Hit
from grading.normalise import Normalised, Script, normalise
from grading.policy import Policy
from grading.rulebook import Rulebook, built_in
from grading.stretches import Stretches
from grading.topics import GENERAL, TOPICS
from grading.verdict import Context, Effect

# A text of thousands of characters is a mixture; its start and its findings tell enough.
_PIECES = 3000

# Faces: at most LOWEST is unhappy, MIDDLE is when a chip was tapped too, from HIGH on is happy.
LOWEST, MIDDLE, HIGH = 2, 3, 4
LANGUAGES = ("zh", "en")
GRAVITY = {Effect.HARM: 3, Effect.FAULT: 2, Effect.ASKED: 1, Effect.SOFTENED: 1, Effect.PRAISE: 1}
_SAYING = {Effect.HARM, Effect.FAULT, Effect.PRAISE}
_NOWHERE = Context()
_NOTHING = -9.0
# A topic whose margin is below this is not looked at, unless a rule names it.
HEARD = -0.9
_MOST_TOPICS = 8
# A topic is heard in a clause alone from this margin on.
_HEARD_IN_CLAUSE = -0.3
# How a clause is meant is told by these two heads and by the polarity learnt from reviews.
_PLEASED, _DISPLEASED = "praise", "complaint"
MOST_CLAUSES = 40


@cache
def table(language: str, name: str) -> model.Table:
    """Return the weights of a language: "heads" or "polarity"."""
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

    def pieces(self, bits: int) -> list[int]:
        """Return the pieces of the text to its end."""
        found = self.hashed.get(bits)
        if found is None:
            found = self.hashed[bits] = features.buckets(self.text.text, self.language, bits)
        return found

    def rows(self, name: str) -> tuple[int, ...]:
        """Return the rows of these pieces in a table, heads or polarity."""
        found = self.looked_up.get((name, ""))
        if found is None:
            one = table(self.language, name)
            found = self.looked_up[name, ""] = one.rows(self.pieces(one.bits))
        return found

    def weights(self, name: str, head: str) -> tuple[int, ...]:
        """Return what these pieces weigh for a head of a table."""
        found = self.looked_up.get((name, head))
        if found is None:
            weights = table(self.language, name).weights(head, self.rows(name))
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
    heads = table(words.language, "heads")
    return heads.of_rows(words.rows("heads")[:_PIECES] + heads.rows(_named(words, heads.bits)))


def clause_margin(words: Words, number: int, head: str) -> float:
    """Return the margin of a head for one clause alone, without what the lexicon found."""
    return _of_clause(words, number, "heads", head)


def clause_topic(words: Words, number: int) -> str | None:
    """Return the topic that is heard loudest in one clause alone, if one is heard at all."""
    rows = words.rows("heads")
    here = [row for part in words.parts[number] for row in rows[part]]
    found = table(words.language, "heads").of_rows(here)
    heard = [one for one in found.above(_HEARD_IN_CLAUSE) if one[1] in TOPICS]
    return max(heard, key=lambda one: (one[0], one[1]))[1] if heard else None


def clause_polarity(words: Words, number: int) -> float:
    """Return the margin of the polarity of one clause alone; above zero is pleased."""
    return _of_clause(words, number, "polarity", "positive") if words.language else 0.0


def _feelings(words: Words, most: int) -> list[float]:
    """Return how each of the first clauses is meant, above zero pleased."""
    heads, polarity = table(words.language, "heads"), table(words.language, "polarity")
    pleased, displeased = words.weights("heads", _PLEASED), words.weights("heads", _DISPLEASED)
    liked = words.weights("polarity", "positive")
    found = []
    for one, two, three in words.parts[:most]:
        count = one.stop - one.start + two.stop - two.start + three.stop - three.start
        plus = sum(pleased[one]) + sum(pleased[two]) + sum(pleased[three])
        minus = sum(displeased[one]) + sum(displeased[two]) + sum(displeased[three])
        mood = sum(liked[one]) + sum(liked[two]) + sum(liked[three])
        found.append(
            heads.weight(_PLEASED, plus, count)
            - heads.weight(_DISPLEASED, minus, count)
            + polarity.weight("positive", mood, count)
        )
    return found


def _of_clause(words: Words, number: int, name: str, head: str) -> float:
    weights = words.weights(name, head)
    total = count = 0
    for part in words.parts[number]:
        total += sum(weights[part])
        count += part.stop - part.start
    return table(words.language, name).weight(head, total, count)


def tellers(words: Words, head: str, most: int) -> list[tuple[int, int, float]]:
    """Return the places (start, end, weight) that spoke loudest for a head's verdict."""
    heads = table(words.language, "heads")
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


class Reading(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """All that was read: the words, the models' margins, the chips and the face."""

    context: Context
    words: Words
    margins: Mapping[str, float]

    @property
    def policy(self) -> Policy:
        """The policy of the rulebook that it was read by."""
        return self.words.rulebook.policy

    @cached_property
    def effects(self) -> frozenset[Effect]:
        """What was found does this."""
        return frozenset(finding.effect for finding in self.words.findings)

    @cached_property
    def told(self) -> list[tuple[str, Effect]]:
        """What is said of each topic: "terrible" says it of what its clause names."""
        general: dict[int, Effect] = {}
        specific: set[int] = set()
        for number, here in self.words.by_clause.items():
            for one in here:
                if one.effect in _SAYING and one.hit.rule.topics != (GENERAL,):
                    specific.add(number)
                elif one.effect in _SAYING and GRAVITY[one.effect] > GRAVITY.get(
                    general.get(number, Effect.NOTE), 0
                ):
                    general[number] = one.effect
        found: list[tuple[str, Effect]] = []
        for number, here in self.words.by_clause.items():
            for one in here:
                effect = one.effect
                if effect is Effect.MENTION and number not in specific:
                    effect = general.get(number, effect)
                found.extend((topic, effect) for topic in one.hit.rule.topics)
        return found

    @cached_property
    def two_minds(self) -> list[float] | None:
        """How each clause is meant, above zero pleased, if some clearly are and some are not."""
        words = self.words
        count = min(len(words.clauses.each), MOST_CLAUSES)
        if count < 2 or not words.language:
            return None
        feelings = _feelings(words, count)
        best, worst = max(feelings), min(feelings)
        apart = best - worst > self.policy.polarity.opposed_from
        return feelings if apart and best > 0 > worst else None

    @cached_property
    def heard(self) -> list[tuple[float, str]]:
        """The topics that the models hear, the loudest first, with their margins."""
        if not isinstance(self.margins, model.Margins):
            return []
        found = [one for one in self.margins.above(HEARD) if one[1] in TOPICS]
        found.sort(key=lambda one: (-one[0], one[1]))
        return found[:_MOST_TOPICS]

    def has(self, effect: Effect) -> bool:
        """Tell whether something with this effect was found."""
        return effect in self.effects

    def margin(self, head: str) -> float:
        """Return a model's margin; far below zero where there is nothing to read."""
        try:
            return self.margins[head]
        except KeyError:
            return _NOTHING

    @property
    def urgent(self) -> bool:
        """A chip that is urgent by itself was tapped."""
        return any(reason.urgent for reason in self.context.reasons)

    @property
    def unhappy(self) -> bool:
        """The face, or the chips under it, complain."""
        rating = self.context.rating
        if rating is None:
            return False
        return rating <= LOWEST or (rating <= MIDDLE and bool(self.context.reasons))

    @property
    def unreadable(self) -> bool:
        """Something was written, and nothing in it can be read."""
        if not self.words.text.text.strip() or self.words.findings:
            return False
        return self.words.text.script is not Script.KNOWN
