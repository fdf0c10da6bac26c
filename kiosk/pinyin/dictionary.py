"""Reads the dictionary that `make assets` builds: which words some letters may stand for."""

from __future__ import annotations

import logging
import sqlite3
from array import array
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from kiosk.errors import AssetMissing
from kiosk.pinyin.syllables import FIRST_KEY, Fit, agrees, folded, spellings, unfolded, unpacked

logger = logging.getLogger(__name__)

PATH = Path(str(resources.files("kiosk"))) / "assets" / "pinyin" / "pinyin.db"
# Costs are hundredths of a natural logarithm. A fuzzy syllable, and a letter for a syllable, cost
# what makes a word that much rarer.
FUZZY_COST = 450
INITIAL_COST = 350
BEGUN_COST = 150
_LESS = {Fit.WHOLE: 0, Fit.INITIAL: INITIAL_COST, Fit.BEGUN: BEGUN_COST}
# Of what a few initials may stand for, the most frequent are enough.
_MOST_SHORT = 80
_COLUMNS = "SELECT word, cost, state, key, variants FROM words WHERE initials = ?"
_BY_KEY = f"{_COLUMNS} AND key = ?"
_BY_BEGINNING = f"{_COLUMNS} AND key BETWEEN ? AND ? {{}} ORDER BY cost LIMIT ?"
_AND = "AND substr(key, {}, 1) BETWEEN ? AND ?"
_BEHIND_ALL = "\U0010ffff"
_Row = tuple[str, int, int, str, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """Letters that stand for one syllable."""

    letters: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class Word:
    """A word that letters may stand for, and how unlikely it is."""

    text: str
    cost: int
    state: int
    """Its part of speech, for the grammar between two words."""
    exact: bool = True
    """Whether the letters are its own, rather than only like them."""


@lru_cache(maxsize=1)
def shared() -> Dictionary:
    """Return the dictionary of this program, opened once."""
    return Dictionary()


class Dictionary:
    """The words, on disk; nothing is held in memory but what SQLite keeps of the file.

    A damaged file must not end a kiosk that asks: it knows fewer words then, or none.
    """

    def __init__(self, path: Path = PATH) -> None:
        """Raise AssetMissing when the file is not there."""
        self._path, self._damaged = path, False
        if not path.is_file():
            raise AssetMissing(path)
        self._file = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._folds: list[str] = []
        self._states, self._links = 1, array("h", [0])
        try:
            self._read()
        except (sqlite3.DatabaseError, TypeError, ValueError) as error:
            self._folds = []
            self._complain(error)
        self._ids = {fold: number for number, fold in enumerate(self._folds)}
        self._fits = {typed: Fit.WHOLE for fold in self._folds for typed in spellings(fold)}
        self._begun = self._beginnings()
        for letters in self._begun:
            self._fits.setdefault(letters, Fit.BEGUN)

    def _read(self) -> None:
        self._file.execute("PRAGMA cache_size = -1024")
        rows = self._file.execute("SELECT fold FROM syllables ORDER BY id")
        self._folds = [fold for (fold,) in rows]
        states, links = self._file.execute("SELECT states, links FROM grammar").fetchone()
        self._states, self._links = states, array("h")
        self._links.frombytes(links)

    def _complain(self, error: Exception) -> None:
        if not self._damaged:
            self._damaged = True
            logger.error("%s is damaged (%s): build it anew with `make assets`", self._path, error)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def fit(self, letters: str) -> Fit | None:
        """Return how letters can stand for a syllable at the end of what is typed; None: not."""
        return self._fits.get(letters)

    def link(self, before: int, after: int) -> int:
        """Return what it costs that a word of state `after` follows `before`; 0 begins."""
        return self._links[before * self._states + after]

    def words(self, units: tuple[Unit, ...]) -> list[Word]:
        """Return the words that these units may stand for, the likeliest first."""
        off: dict[tuple[str, int], tuple[int, int]] = {}
        found: list[Word] = []
        try:
            rows = self._rows(units)
        except sqlite3.DatabaseError as error:
            self._complain(error)
            return []
        for text, cost, state, key, variants in rows:
            said = off.get((key, variants))
            if said is None:
                said = off[key, variants] = self._off(units, key, variants)
            less, fuzzy = said
            found.append(Word(text, cost + less + FUZZY_COST * fuzzy, state, not fuzzy))
        found.sort(key=lambda word: word.cost)
        return found

    def _rows(self, units: tuple[Unit, ...]) -> list[_Row]:
        bounds = [self._bounds(unit) for unit in units]
        initials = "".join(self._folds[low][0] for low, _ in bounds)
        ends = [(chr(FIRST_KEY + low), chr(FIRST_KEY + high)) for low, high in bounds]
        whole = next((at for at, unit in enumerate(units) if unit.fit is not Fit.WHOLE), None)
        beginning = "".join(low for low, _ in ends[:whole])
        if whole is None:
            return self._file.execute(_BY_KEY, (initials, beginning)).fetchall()
        # Words of the same beginning stand beside each other, up to the first loose syllable.
        low, high = ends[whole]
        others = range(whole + 1, len(units))
        query = _BY_BEGINNING.format(" ".join(_AND.format(at + 1) for at in others))
        between = (beginning + low, beginning + high + _BEHIND_ALL)
        rest = [end for at in others for end in ends[at]]
        return self._file.execute(query, (initials, *between, *rest, _MOST_SHORT)).fetchall()

    def _bounds(self, unit: Unit) -> tuple[int, int]:
        fold = folded(unit.letters)
        if unit.fit is Fit.WHOLE:
            number = self._ids[fold]
            return number, number
        return self._begun[unit.letters]

    def _beginnings(self) -> dict[str, tuple[int, int]]:
        """Return which folds begin with some letters: folds are sorted, so first and last."""
        ends: dict[str, tuple[int, int]] = {}
        for number, fold in enumerate(self._folds):
            for real in spellings(fold):
                for length in range(1, len(real)):
                    low, _ = ends.get(real[:length], (number, number))
                    ends[real[:length]] = low, number
        return ends

    def _off(self, units: tuple[Unit, ...], key: str, variants: int) -> tuple[int, int]:
        """Return what it costs that letters say less than all, and how many are only alike."""
        cost = fuzzy = 0
        for unit, letter, which in zip(units, key, unpacked(variants, len(units)), strict=True):
            syllable = unfolded(self._folds[ord(letter) - FIRST_KEY], which)
            fuzzy += not agrees(unit.letters, syllable, unit.fit)
            cost += _LESS[unit.fit]
        return cost, fuzzy
