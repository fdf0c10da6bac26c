"""The kiosk's pinyin input method: how long a key takes, and how often it guesses right."""

from __future__ import annotations

import difflib
import os
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.figures import Budget, Results, percentile
from benchmarks.processes import rss_mb
from kiosk.errors import AssetMissing
from kiosk.pinyin.composer import Composer
from kiosk.pinyin.dictionary import PATH, Dictionary

_SENTENCES = Path(__file__).parents[1] / "tests" / "kiosk" / "pinyin" / "sentences.txt"
_KEY_MS = Budget(value=10, at_most=True)
_DISK_MB = Budget(value=4, at_most=True)
_LOAD_S = Budget(value=0.1, at_most=True)
Half = list[tuple[str, str]]


def run(results: Results, rounds: int) -> None:
    """Type every sentence letter by letter, `rounds` times, each with nothing looked up before."""
    before = rss_mb(os.getpid())
    began = time.perf_counter()
    try:
        dictionary = Dictionary()
    except AssetMissing as error:
        raise BenchmarkError(str(error)) from error
    results.add("opening the dictionary", time.perf_counter() - began, "s", budget=_LOAD_S)
    halves = read(_SENTENCES)
    keys: list[float] = []
    processor: list[float] = []
    firsts: dict[str, str] = {}
    for _ in range(rounds):
        for half in halves.values():
            for sentence, letters in half:
                firsts[sentence] = _type(dictionary, letters, keys, processor)
    grown = rss_mb(os.getpid()) - before
    results.add("a key, p50", percentile(keys, 0.5), "ms")
    results.add("a key, p99", percentile(keys, 0.99), "ms", budget=_KEY_MS)
    results.add("a key, at most", max(keys), "ms")
    results.add("a key, p99, processor time", percentile(processor, 0.99), "ms", budget=_KEY_MS)
    results.add("memory it took", grown, "MB")
    results.add("dictionary on disk", PATH.stat().st_size / 1e6, "MB", budget=_DISK_MB)
    for name, half in halves.items():
        _add_right(results, name, half, firsts)


def read(path: Path) -> Mapping[str, Half]:
    """Return the sentences with the letters that are typed for them, by half."""
    halves: dict[str, Half] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        sentence, tab, letters = line.partition("\t")
        if line.startswith("# ---"):
            half = halves[line.strip("# -")] = []
        elif tab:
            half.append((sentence, letters))
    return halves


def _type(dictionary: Dictionary, letters: str, keys: list[float], processor: list[float]) -> str:
    composer = Composer(dictionary)
    for letter in letters:
        began, worked = time.perf_counter(), time.thread_time()
        composer.type(letter)
        composer.candidates(0, 12)
        keys.append((time.perf_counter() - began) * 1000)
        processor.append((time.thread_time() - worked) * 1000)
    return composer.likeliest


def _add_right(results: Results, name: str, half: Half, firsts: Mapping[str, str]) -> None:
    right = sum(firsts[sentence] == sentence for sentence, _ in half)
    same = 0
    for sentence, _ in half:
        matcher = difflib.SequenceMatcher(None, firsts[sentence], sentence, autojunk=False)
        same += sum(block.size for block in matcher.get_matching_blocks())
    characters = sum(len(sentence) for sentence, _ in half)
    of = f"% of {len(half)}"
    results.add(f"sentences right at once, {name}", 100 * right / len(half), of)
    results.add(f"characters right at once, {name}", 100 * same / characters, f"% of {characters}")
