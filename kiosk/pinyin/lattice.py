"""Finds the likeliest sentence for letters: words between positions, and the cheapest way through.

A column holds what ends at one position. A further letter changes the last two columns only, so
that a key costs the same at the end of a long sentence as at its beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from kiosk.pinyin.dictionary import Dictionary, Unit, Word
from kiosk.pinyin.syllables import INITIALS, LONGEST, SEPARATOR, Fit, begins_anew

_MOST_SYLLABLES = 5
# A column keeps this many ways to reach it, each with another part of speech at its end.
_WAYS = 12
_WORDS_A_SPAN = 12


@dataclass(frozen=True, slots=True)
class Reach:
    """A word that stands for the letters up to `end`."""

    end: int
    word: Word


@dataclass(frozen=True, slots=True)
class _Way:
    cost: int
    state: int
    word: str
    before: _Way | None


@dataclass(slots=True)
class _Column:
    """What ends at one position."""

    ways: dict[int, _Way]
    """The cheapest, by the state of their last word."""
    first: list[Reach]
    """Words that begin where the letters begin."""
    followed: dict[int, tuple[int, _Way]] = field(default_factory=dict)
    """The cheapest way on to a word of some state, and what it costs until there."""
    unsure: bool = False
    """Whether a further letter may make something else of it."""


class Lattice:
    """The letters typed so far, and all that they may stand for."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._found: dict[tuple[Unit, ...], list[Word]] = {}
        self.clear()

    def clear(self) -> None:
        """Forget the letters, and what was looked up for them."""
        self.letters = ""
        self._found.clear()
        self._columns = [_Column({0: _Way(0, 0, "", None)}, [])]

    def add(self, letter: str) -> None:
        """Take a further letter."""
        self.letters += letter
        end = len(self.letters)
        if self._columns[-1].unsure:
            self._columns[-1] = self._column(end - 1)
        self._columns.append(self._column(end))

    def cut(self, length: int) -> None:
        """Keep only the first letters."""
        if length >= len(self.letters):
            return
        self.letters = self.letters[:length]
        del self._columns[length + 1 :]
        if length:
            self._columns[length] = self._column(length)

    def sentence(self) -> str:
        """Return the likeliest sentence; "" when the letters make none."""
        ways = self._columns[-1].ways.values()
        way = min(ways, key=lambda way: way.cost, default=None)
        words: list[str] = []
        while way is not None:
            words.append(way.word)
            way = way.before
        return "".join(reversed(words))

    def first_words(self) -> Iterator[Reach]:
        """Yield every word that the letters may begin with."""
        for column in self._columns:
            yield from column.first

    def _words(self, units: tuple[Unit, ...]) -> list[Word]:
        found = self._found.get(units)
        if found is None:
            found = self._found[units] = self._dictionary.words(units)
        return found

    def _column(self, end: int) -> _Column:
        column = _Column({}, [])
        for start, units in self._spans_to(end):
            if units[-1].fit is not Fit.WHOLE:
                column.unsure = True
            before = self._columns[start]
            words = self._words(units) if before.ways else []
            if start == 0:
                column.first += [Reach(end, word) for word in words]
            for word in words[:_WORDS_A_SPAN]:
                way = self._cheapest(before, word)
                known = column.ways.get(word.state)
                if known is None or way.cost < known.cost:
                    column.ways[word.state] = way
        if len(column.ways) > _WAYS:
            kept = sorted(column.ways.values(), key=lambda way: way.cost)[:_WAYS]
            column.ways = {way.state: way for way in kept}
        return column

    def _cheapest(self, column: _Column, word: Word) -> _Way:
        followed = column.followed.get(word.state)
        if followed is None:
            link = self._dictionary.link
            followed = column.followed[word.state] = min(
                ((way.cost + link(way.state, word.state), way) for way in column.ways.values()),
                key=lambda pair: pair[0],
            )
        cost, before = followed
        return _Way(cost + word.cost, word.state, word.text, before)

    def _spans_to(self, end: int) -> Iterator[tuple[int, tuple[Unit, ...]]]:
        """Yield every row of syllables that ends at `end`, and where it begins."""
        waiting: list[tuple[int, tuple[Unit, ...]]] = [(end, ())]
        while waiting:
            stop, units = waiting.pop()
            for start in range(stop - 1, max(0, stop - LONGEST - 1) - 1, -1):
                unit = self._unit(start, stop)
                if unit is None or (units and self._torn(unit, units[0], stop)):
                    continue
                longer = (unit, *units)
                if _switches(longer) > 1:
                    continue
                yield start, longer
                if start and len(longer) < _MOST_SYLLABLES:
                    waiting.append((start, longer))

    def _torn(self, unit: Unit, following: Unit, boundary: int) -> bool:
        """Return whether one whole syllable was torn into a syllable and an initial.

        Nobody means shan and g by shang; without such readings a key takes half as long.
        """
        if unit.fit is Fit.WHOLE and following.fit is Fit.WHOLE:
            return False  # xi and an may well be meant by xian
        if self.letters[boundary - 1] == SEPARATOR:
            return False
        return self._dictionary.fit(unit.letters + following.letters) is Fit.WHOLE

    def _unit(self, start: int, end: int) -> Unit | None:
        """Return the syllable that lies between two positions; a separator belongs before it."""
        typed = self.letters[start:end]
        chunk = typed.rstrip(SEPARATOR)
        if not chunk or SEPARATOR in chunk:
            return None
        fit = self._dictionary.fit(chunk)
        if fit is not Fit.BEGUN:
            return Unit(chunk, fit) if fit else None
        if chunk in INITIALS and (chunk != typed or begins_anew(self.letters, end)):
            return Unit(chunk, Fit.INITIAL)
        return Unit(chunk, Fit.BEGUN) if end == len(self.letters) else None


def _switches(units: tuple[Unit, ...]) -> int:
    """Return how often whole syllables and mere initials take turns; nobody types so at random."""
    whole = [unit.fit is Fit.WHOLE for unit in units]
    return sum(one is not other for one, other in pairwise(whole))
