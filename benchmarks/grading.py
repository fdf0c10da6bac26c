"""Grading on one core: verdicts a second, the longest texts, hostile ones, and what it needs.

Beside it, in the same run: the pass over the letters alone, which no grader by words can do
without, bare keywords, and snownlp.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import time
from collections.abc import Sequence
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
from hq_server.evaluation import targets
from hq_server.evaluation.cost import CostError, alone, speed

_SENTENCES = Path(__file__).parents[1] / "tests" / "grading" / "sentences"
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
urgent_from = 0.2
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
    plain = speed(lambda text: grade(text, anywhere, evidence=False), texts, rounds)
    full = speed(lambda text: grade(text, anywhere), texts, rounds)
    ours = speed(lambda text: grade(text, till, changed), texts, rounds)
    words = [word for rule in built_in().rules.values() for word in rule.words]
    finder = ahocorasick_rs.AhoCorasick([word.removesuffix("*") for word in words])
    scan = speed(lambda text: finder.find_matches_as_indexes(text, overlapping=True), texts, rounds)
    with_evidence = _budget(targets.VERDICTS_WITH_EVIDENCE)
    keywords = speed(bare_keywords, texts, rounds)
    for what, found, limit, budget in (
        ("verdict alone", plain, Limit("the words alone", round(scan)), _budget(targets.VERDICTS)),
        ("with evidence", full, Limit("bare keywords", round(keywords)), with_evidence),
        ("with evidence, changed rules, a place", ours, Limit("built-in", round(full)), None),
    ):
        results.add(f"{name}, {what}", found, "texts/s", limit=limit, budget=budget)
    # Its model takes seconds to load, for a run that is only to show that all is there.
    if len(texts) >= _AT_ONCE and importlib.util.find_spec("snownlp") is not None:
        pleased = importlib.import_module("snownlp").SnowNLP
        fewer = [text for text in texts[:: max(1, len(texts) // _AT_ONCE)] if text][:_FEWER]
        slow = speed(lambda text: pleased(text).sentiments, fewer, 1)
        limit = Limit("with evidence", round(full))
        results.add(f"{name}, snownlp's pleased or not", slow, "texts/s", limit=limit)


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
    try:
        found = alone(texts)
    except CostError as error:
        raise BenchmarkError(str(error)) from error
    seconds, memory = _budget(targets.IMPORT_SECONDS), _budget(targets.MEMORY_MB)
    results.add("import, processor time", found.import_seconds, "s", budget=seconds)
    results.add("import and first verdict, processor time", found.first_verdict_seconds, "s")
    results.add("most memory of a process that only grades", found.memory_mb, "MB", budget=memory)


def _budget(target: targets.Target) -> Budget:
    return Budget(value=target.value, at_most=target.at_most)
