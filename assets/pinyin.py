"""Makes the kiosk's pinyin dictionary from jieba's words, pypinyin's readings and our own list."""

from __future__ import annotations

import importlib.metadata
import math
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jieba
from jieba.posseg.prob_start import P as FIRST_TAGS
from jieba.posseg.prob_trans import P as NEXT_TAGS
from pypinyin import Style, lazy_pinyin, pinyin

from kiosk.pinyin.syllables import FIRST_KEY, folded, packed, variant

PACKAGES = ("jieba", "pypinyin")
WORDS = Path(__file__).parent / "words" / "retail.txt"
# Rarer words of jieba's list are old, foreign or mistakes; the file stays below 4 MB.
LEAST_FREQUENT = 10
LONGEST_WORD = 5
# What a word of ours counts for at least, by how often our list says that it is used. jieba's
# most frequent word has 3,000,000, its 5,000th 2,000.
OURS_AT_LEAST = {"1": 300, "2": 1_500, "3": 6_000, "4": 25_000, "5": 100_000}
_UNSAID = "2"
# How much parts of speech say beside frequencies; tried on the sentences for tuning.
GRAMMAR_SHARE = 0.5
_RAREST_LINK = 12.0
# A word with one of these is never offered on a screen in a store; the characters themselves are.
_UNSEEMLY = frozenset("淫奸妓嫖屄屌")
_SELDOM = frozenset({"n", "ng", "m", "hm", "hng", "ê"})  # sounds, not syllables that one types
# Characters with no other reading than such a sound.
_TYPED_AS = {"嗯": "en", "呣": "mu"}
_TABLES = """
CREATE TABLE syllables (id INTEGER PRIMARY KEY, fold TEXT NOT NULL);
CREATE TABLE words (
    initials TEXT NOT NULL, key TEXT NOT NULL, cost INTEGER NOT NULL, word TEXT NOT NULL,
    variants INTEGER NOT NULL, state INTEGER NOT NULL,
    PRIMARY KEY (initials, key, cost, word, variants)
) WITHOUT ROWID;
CREATE TABLE grammar (states INTEGER NOT NULL, links BLOB NOT NULL);
"""
Syllables = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A word of our own list."""

    text: str
    often: str
    reading: Syllables
    """Empty where it is read as pypinyin reads it."""


@dataclass(slots=True)
class _Entry:
    frequency: float
    tag: str
    readings: dict[Syllables, float] = field(default_factory=dict)
    """Share of each reading."""


def characters() -> frozenset[str]:
    """Return the Chinese characters of GB2312: those that the kiosk's font can draw."""
    cells = ((row, cell) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return frozenset("".join(bytes(pair).decode("gb2312", "ignore") for pair in cells))


def build(folder: Path) -> list[Path]:
    """Write pinyin.db and the licences into a folder."""
    known = characters()
    entries = _from_jieba(known)
    _add_ours(entries, read_list(WORDS), known)
    _read_characters(entries, known)
    target = folder / "pinyin.db"
    _write(target, entries)
    licences = folder / "LICENSES.txt"
    licences.write_text(_licences(), encoding="utf-8")
    return [target, licences]


def read_list(path: Path) -> list[Ours]:
    """Return our words: each line has a word, perhaps how often it is used, perhaps its pinyin."""
    words: list[Ours] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        word, *said = line.partition("#")[0].split() or [""]
        often = said.pop(0) if said and said[0] in OURS_AT_LEAST else _UNSAID
        if word:
            words.append(Ours(text=word, often=often, reading=tuple(said)))
    return words


def _from_jieba(known: frozenset[str]) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    with jieba.get_dict_file() as file:
        for line in file:
            word, frequency, tag = line.decode("utf-8").split()
            enough = int(frequency) >= LEAST_FREQUENT and _UNSEEMLY.isdisjoint(word)
            fits = len(word) <= LONGEST_WORD and known.issuperset(word)
            if fits and (enough or len(word) == 1):
                entries[word] = _Entry(int(frequency), tag)
    for word, entry in entries.items():
        if len(word) > 1:
            entry.readings[_reading(word)] = 1.0
    return entries


def _add_ours(entries: dict[str, _Entry], ours: Sequence[Ours], known: frozenset[str]) -> None:
    for word in ours:
        if not known.issuperset(word.text):
            raise ValueError(f"{word.text}: not all of it is in GB2312")
        entry = entries.setdefault(word.text, _Entry(0, _tag_of(word.text, entries)))
        entry.frequency = max(entry.frequency, OURS_AT_LEAST[word.often])
        if len(word.text) > 1:
            entry.readings = {word.reading or _reading(word.text): 1.0}


def _tag_of(word: str, entries: Mapping[str, _Entry]) -> str:
    """Return the part of speech of the longest known word at its end."""
    ends = (entries.get(word[at:]) for at in range(1, len(word)))
    return next((entry.tag for entry in ends if entry), "n")


def _reading(word: str) -> Syllables:
    return tuple(_typed(syllable) for syllable in lazy_pinyin(word))


def _typed(syllable: str) -> str:
    return syllable.replace("ü", "v")


def _read_characters(entries: dict[str, _Entry], known: frozenset[str]) -> None:
    """Give each character all of its readings, the ones that words use most before the others."""
    used: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for word, entry in entries.items():
        if len(word) > 1:
            for character, syllable in zip(word, next(iter(entry.readings)), strict=True):
                used[character][syllable] += entry.frequency
    for character in sorted(known):
        entry = entries.setdefault(character, _Entry(1, "x"))
        all_of_it = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
        typed = {_typed(one) for one in all_of_it} - _SELDOM
        readings = sorted(typed) or [_TYPED_AS[character]]
        first, total = _reading(character)[0], sum(used[character].values()) or 1.0
        for reading in readings:
            share = 0.5 * (reading == first) + 0.5 * used[character][reading] / total
            entry.readings[(reading,)] = max(share, 0.0005)


def _write(target: Path, entries: Mapping[str, _Entry]) -> None:
    folds = sorted({folded(one) for row in _readings(entries) for one in row[1]})
    numbers = {fold: number for number, fold in enumerate(folds)}
    states = _states(entries)
    target.unlink(missing_ok=True)
    database = sqlite3.connect(target)
    with database:
        database.executescript(_TABLES)
        database.executemany("INSERT INTO syllables VALUES (?, ?)", enumerate(folds))
        rows = sorted(_rows(entries, numbers, states))
        database.executemany("INSERT INTO words VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.execute(
            "INSERT INTO grammar VALUES (?, ?)", (len(states), _links(entries, states).tobytes())
        )
    database.execute("VACUUM")
    database.close()


_Row = tuple[str, str, int, str, int, int]


def _readings(entries: Mapping[str, _Entry]) -> Iterator[tuple[str, Syllables, float]]:
    for word, entry in entries.items():
        for reading, share in entry.readings.items():
            yield word, reading, entry.frequency * share


def _rows(
    entries: Mapping[str, _Entry], numbers: Mapping[str, int], states: Sequence[tuple[str, str]]
) -> Iterator[_Row]:
    """Yield the rows of the words: one for each reading of each word."""
    total = sum(entry.frequency for entry in entries.values())
    index = {state: number for number, state in enumerate(states)}
    for word, reading, frequency in _readings(entries):
        folds = [folded(syllable) for syllable in reading]
        cost = round(-100 * math.log(max(frequency, 0.01) / total))
        yield (
            "".join(fold[0] for fold in folds),
            "".join(chr(FIRST_KEY + numbers[fold]) for fold in folds),
            cost,
            word,
            packed([variant(syllable) for syllable in reading]),
            index[_state(word, entries[word].tag)],
        )


def _state(word: str, tag: str) -> tuple[str, str]:
    return ("S" if len(word) == 1 else "E"), tag


def _states(entries: Mapping[str, _Entry]) -> list[tuple[str, str]]:
    """Return the states, the beginning of a sentence before all others."""
    return [("", ""), *sorted({_state(word, entry.tag) for word, entry in entries.items()})]


def _links(entries: Mapping[str, _Entry], states: Sequence[tuple[str, str]]) -> array[int]:
    """Return by how much each state is likelier, or less, after another than by itself."""
    weights: dict[tuple[str, str], float] = defaultdict(float)
    for word, entry in entries.items():
        weights[_state(word, entry.tag)] += entry.frequency
    total = sum(weights.values())
    links = array("h")
    for before in states:
        following = FIRST_TAGS if before == ("", "") else NEXT_TAGS.get(before, {})
        for after in states:
            length, tag = after
            opens = ("S" if length == "S" else "B", tag)
            alone = -math.log(weights[after] / total) if weights[after] else _RAREST_LINK
            seen = -following.get(opens, -_RAREST_LINK) if following else alone
            links.append(round(100 * GRAMMAR_SHARE * (min(seen, _RAREST_LINK) - alone)))
    return links


def _licences() -> str:
    """Return who made what the file was built from; jieba's package names its licence only."""
    distribution = importlib.metadata.distribution("pypinyin")
    [own] = [path for path in distribution.files or () if path.name == "LICENSE.txt"]
    text = own.read_text(encoding="utf-8").strip()
    terms = text[text.index("Permission is hereby granted") :]
    jieba_owner = "The MIT License (MIT)\n\nCopyright (c) 2013 Sun Junyi"
    parts = (("jieba", f"{jieba_owner}\n\n{terms}"), ("pypinyin", text))
    return "\n\n".join(_titled(name, text) for name, text in parts)


def _titled(name: str, text: str) -> str:
    heading = f"{name} {importlib.metadata.version(name)}"
    return f"{heading}\n{'=' * len(heading)}\n\n{text}\n"
