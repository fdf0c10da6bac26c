"""Grading on one core: verdicts a second, the longest texts, hostile ones, and what it needs.

Beside it, in the same run: the pass over the letters alone, which no grader by words can do
without, bare keywords, and snownlp.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import ahocorasick_rs

from benchmarks.errors import BenchmarkError
from benchmarks.figures import Budget, Limit, Results
from grading.evaluation import bare_keywords
from grading.grader import grade
from grading.normalise import MAX_READ
from grading.rulebook import built_in, with_changes
from grading.training.texts import own_sentences
from grading.verdict import Context

_SENTENCES = Path(__file__).parents[1] / "tests" / "grading" / "sentences"
_PLAIN, _WITH_EVIDENCE = Budget(value=5_000), Budget(value=3_000)
_IMPORT_S = Budget(value=0.3, at_most=True)
_MEMORY_MB = Budget(value=60, at_most=True)
_AT_ONCE = 100
# snownlp takes some hundred texts a second.
_FEWER = 20
_MILLION = 1_000_000
# One of each kind that has cost somebody's grader its time.
HOSTILE = (
    *("好", "1", " ", "\n", "过敏", "過敏", "不过敏", "退不退", "申请退款一个月没到账", "如果过敏"),
    *(
        "好但",
        "过敏,",
        "？，",
        "“‘\"'",
        "\u202e退款\u202c",
        "e\u0301\u0302",
        "\U0001f468\u200d",
        "\ufdfa",
    ),
    *("if ", "a.", "waiting waited ", "my shoulder ", "two kilo ", "隐私"),
)
_CHANGES = """
[[change]]
rule = "zh.allergy"
add = ["起小紅點"]
[[rule]]
id = "own.zh.till"
language = "zh"
topic = "checkout_error"
kind = "fault"
words = ["多刷了一次"]
patterns = ["扫码[^,。]{0,8}(?:两次|两遍)"]
only = { touchpoint = ["till-3", "till-4"] }
unless = { category = ["shampoo"] }
[policy.grade]
urgent_from = -0.2
"""
# What a fresh process says of itself: seconds to import, seconds to the first verdict, megabytes.
_ALONE = """
import json, sys, time
began = time.process_time()
from grading.grader import grade
from grading.verdict import Context
imported = time.process_time() - began
grade("好", Context())
first = time.process_time() - began
for text in json.load(sys.stdin):
    grade(text, Context())
status = open("/proc/self/status").read()
print(imported, first, int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6)
"""


def run(results: Results, texts: int, rounds: int) -> None:
    """Grade so many texts of each length; each hundred is timed `rounds` times, the best counts."""
    random = Random(results.seed)
    single = sentences()
    random.shuffle(single)
    short = [single[at % len(single)] for at in range(texts)]
    long = ["，".join(random.sample(single, 3)) for _ in range(max(1, texts // 3))]
    for name, found in (("sentences", short), ("three sentences", long)):
        _lengths(results, name, found, rounds)
    _longest(results)
    _alone(results, short)


def sentences() -> list[str]:
    """Return the sentences of this repository, in both languages."""
    rows = [
        json.loads(line)["text"]
        for name in ("tune", "held_out")
        for line in (_SENTENCES / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    return rows + [one.text for language in ("zh", "en") for one in own_sentences(language)]


def _lengths(results: Results, name: str, texts: Sequence[str], rounds: int) -> None:
    letters = round(sum(map(len, texts)) / len(texts))
    name = f"{name} of {letters} letters"
    anywhere, till = Context(), Context(touchpoint="till-4", store="chengbei", rating=2)
    changed = with_changes(_CHANGES.encode())
    plain = _speed(lambda text: grade(text, anywhere, evidence=False), texts, rounds)
    full = _speed(lambda text: grade(text, anywhere), texts, rounds)
    ours = _speed(lambda text: grade(text, till, changed), texts, rounds)
    words = [word for rule in built_in().rules.values() for word in rule.words]
    finder = ahocorasick_rs.AhoCorasick([word.removesuffix("*") for word in words])
    scan = _speed(
        lambda text: finder.find_matches_as_indexes(text, overlapping=True), texts, rounds
    )
    keywords = _speed(bare_keywords, texts, rounds)
    for what, speed, limit, budget in (
        ("verdict alone", plain, Limit("the words alone", round(scan)), _PLAIN),
        ("with evidence", full, Limit("bare keywords", round(keywords)), _WITH_EVIDENCE),
        ("with evidence, changed rules, a place", ours, Limit("built-in", round(full)), None),
    ):
        results.add(f"{name}, {what}", speed, "texts/s", limit=limit, budget=budget)
    # Its model takes seconds to load, for a run that is only to show that all is there.
    if len(texts) >= _AT_ONCE and importlib.util.find_spec("snownlp") is not None:
        pleased = importlib.import_module("snownlp").SnowNLP
        fewer = [text for text in texts[:: max(1, len(texts) // _AT_ONCE)] if text][:_FEWER]
        slow = _speed(lambda text: pleased(text).sentiments, fewer, 1)
        limit = Limit("with evidence", round(full))
        results.add(f"{name}, snownlp's pleased or not", slow, "texts/s", limit=limit)


def _speed(once: Callable[[str], object], texts: Sequence[str], rounds: int) -> float:
    """Return texts per second of processor time, in the best round of each hundred."""
    parts = [texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE)]
    best = [float("inf")] * len(parts)
    for _ in range(rounds):
        for number, part in enumerate(parts):
            began = time.process_time()
            for text in part:
                once(text)
            best[number] = min(best[number], time.process_time() - began)
    return len(texts) / max(sum(best), 1e-9)


def _longest(results: Results) -> None:
    text = "，".join(sentences())
    text *= 1 + _MILLION // len(text)
    for length in (MAX_READ, _MILLION):
        results.add(f"a text of {length:,} letters", _milliseconds(text[:length]), "ms")
    slowest = max(
        (_milliseconds(unit * (_MILLION // len(unit))), at) for at, unit in enumerate(HOSTILE)
    )
    results.add(f"the slowest of {len(HOSTILE)} hostile texts of a million", slowest[0], "ms")


def _milliseconds(text: str) -> float:
    # Once to compile the patterns that the text needs, then for the figure.
    for _ in range(2):
        began = time.process_time()
        verdict = grade(text, Context())
        seconds = time.process_time() - began
    if len(text) > MAX_READ and not any(one.rule == "truncated" for one in verdict.evidence):
        raise BenchmarkError("a long text was read to its end, or nobody was told that it was not")
    return seconds * 1000


def _alone(results: Results, texts: Sequence[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ALONE],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BenchmarkError(f"grading in a process of its own: {done.stderr.strip()[-300:]}")
    imported, first, memory = map(float, done.stdout.split())
    results.add("import, processor time", imported, "s", budget=_IMPORT_S)
    results.add("import and first verdict, processor time", first, "s")
    results.add("most memory of a process that only grades", memory, "MB", budget=_MEMORY_MB)
