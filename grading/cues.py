"""How something is said: denied, asked, supposed, compared, suggested, put right.

A text is cut into clauses, because "fast delivery but poor packaging" is two opinions. A cue
counts in its clause; "if" and "I heard that" count until the sentence ends.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import msgspec

from grading.lexicon import Found, Hit, Kind, Lexicon
from grading.verdict import Effect

# Between digits a comma or a full stop belongs to the number.
# The characters in front only say quickly where no border can begin.
_BORDER = re.compile(
    r"(?=[。！？；!?;\n…~，、,.\s但不就可只然])"
    r"(?:[。！？；!?;\n…~]|[，、,.](?!\d)|\s(?=but |though |however |yet )"
    r"|(?<=\S)(?=但|不过|就是|可是|可惜|只是|然而))"
)
_SENTENCE_ENDS = frozenset({"。", "！", "？", ".", "!", "?", "\n"})
_SPREADING = frozenset({"hypothetical", "hearsay"})
_CLAUSE_CUES = frozenset(
    {
        "hypothetical",
        "hearsay",
        "worry",
        "reassured",
        "question",
        "rhetorical",
        "comparison",
        "policy",
        "suggestion",
        "resolved",
        "thanks",
    }
)
_NO_OPINION = frozenset({"question", "suggestion", "hypothetical"})
_NONE: frozenset[str] = frozenset()
# As far as a denial can stand before what it denies.
_NEGATION_WINDOW = 24
_MONEY = {"refund", "checkout_error", "payment"}


class Clause(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """text[start:end], and how it is said."""

    start: int
    end: int
    cues: frozenset[str]


class Clauses:
    """The clauses of one text."""

    def __init__(self, text: str, lexicon: Lexicon, found: Found) -> None:
        self._text = text
        self._lexicon = lexicon
        self._negations = [start for start, cue in found.cues if cue == "negation"]
        self._may = found.may
        self._traits: dict[tuple[int, int], tuple[list[int], list[int]]] = {}
        self.each: tuple[Clause, ...] = tuple(_split(text, lexicon, found.cues))
        self._starts = [clause.start for clause in self.each]
        self.cues: frozenset[str] = frozenset().union(*(one.cues for one in self.each))

    def at(self, offset: int) -> int:
        """Return which clause a place in the text belongs to."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def effect(self, hit: Hit) -> Effect:
        """Return what a hit says, given how it is said."""
        first = self.at(hit.start)
        cues = self._cues_at(hit, first)
        if "resolved" in self.cues:
            # What was put right is said after what went wrong, in a clause of its own.
            cues |= {"resolved"}
        denied = self._denied(hit, self.each[first])
        match hit.rule.kind:
            case Kind.MENTION:
                return Effect.MENTION
            case Kind.ESCALATION:
                return Effect.NEGATED if denied else Effect.HARM
            case Kind.PRAISE:
                return _praise(cues, denied)
            case Kind.FAULT:
                return _fault(hit, cues, denied)
            case Kind.HARM:
                return Effect.SUPPOSED if self._trait(hit) else _harm(hit, cues, denied)

    def _cues_at(self, hit: Hit, first: int) -> frozenset[str]:
        if hit.end <= self.each[first].end:
            return self.each[first].cues
        last = self.at(hit.end - 1)
        return frozenset().union(*(one.cues for one in self.each[first : last + 1]))

    def _denied(self, hit: Hit, clause: Clause) -> bool:
        first = max(clause.start, hit.start - _NEGATION_WINDOW)
        near = bisect_left(self._negations, first)
        if "negation" not in self._lexicon.unguarded and not any(
            start < hit.start for start in self._negations[near : near + 1]
        ):
            return False
        before = self._text[first : hit.start]
        if not self._lexicon.cues["negation"].search(before):
            return False
        return not self._lexicon.cues["no_negation"].search(before)

    def _trait(self, hit: Hit) -> bool:
        if "trait" not in self._may:
            return False
        clause = self.each[self.at(hit.start)]
        starts, ends = self._traits_in(clause.start, max(clause.end, hit.end))
        # The first one that ends behind the beginning of the hit is the only one that may overlap.
        next_ = bisect_right(ends, hit.start)
        return next_ < len(starts) and starts[next_] < hit.end

    def _traits_in(self, start: int, end: int) -> tuple[list[int], list[int]]:
        """Return where traits begin and end in a part of the text; looked for once."""
        known = self._traits.get((start, end))
        if known is None:
            around = self._text[start:end]
            spans = [match.span() for match in self._lexicon.cues["trait"].finditer(around)]
            known = [one + start for one, _ in spans], [one + start for _, one in spans]
            self._traits[start, end] = known
        return known


def _harm(hit: Hit, cues: frozenset[str], denied: bool) -> Effect:
    if denied or "reassured" in cues:
        return Effect.NEGATED
    if cues & {"hypothetical", "hearsay", "comparison", "worry"}:
        return Effect.SUPPOSED
    if "question" in cues:
        return Effect.ASKED
    if "refund" in hit.rule.topics and "policy" in cues:
        return Effect.SUPPOSED
    money = _MONEY & set(hit.rule.topics)
    return Effect.SOFTENED if money and "resolved" in cues else Effect.HARM


def _fault(hit: Hit, cues: frozenset[str], denied: bool) -> Effect:
    if denied:
        return Effect.NEGATED
    if "question" in cues:
        return Effect.ASKED
    if cues & {"hypothetical", "hearsay", "comparison"}:
        return Effect.SUPPOSED
    if "resolved" in cues and _MONEY & set(hit.rule.topics):
        return Effect.SOFTENED
    return Effect.SOFTENED if "suggestion" in cues else Effect.FAULT


def _praise(cues: frozenset[str], denied: bool) -> Effect:
    if not _NO_OPINION.isdisjoint(cues):
        return Effect.MENTION
    return Effect.FAULT if denied else Effect.PRAISE


def _split(text: str, lexicon: Lexicon, places: Sequence[tuple[int, str]]) -> list[Clause]:
    clauses: list[Clause] = []
    spreading: frozenset[str] = frozenset()
    start = at = 0
    always = lexicon.unguarded
    for border in [*_BORDER.finditer(text), None]:
        end, mark = (border.start(), border.group()) if border else (len(text), "")
        words = text[start:end].strip()
        if words:
            may = set(always)
            while at < len(places) and places[at][0] < end:
                may.add(places[at][1])
                at += 1
            cues = _cues(words, mark, lexicon, may) | spreading
            clauses.append(Clause(start=start if clauses else 0, end=end, cues=cues))
            spreading = cues & _SPREADING
        if mark in _SENTENCE_ENDS:
            spreading = _NONE
        start = border.end() if border else end
    return clauses or [Clause(start=0, end=len(text), cues=_NONE)]


def _cues(clause: str, mark: str, lexicon: Lexicon, may: set[str]) -> frozenset[str]:
    """Return the cues of a clause; `may` are those that have a word in it."""
    found = {cue for cue in may & _CLAUSE_CUES if lexicon.cues[cue].search(clause)}
    if mark in {"?", "？"}:
        found.add("question")
    # "Is that legal?" asks for nothing.
    if "rhetorical" in found:
        found.discard("question")
    return frozenset(found) if found else _NONE
