"""Labelled texts: how grading does on a file of them, in all and by language."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

from grading.evaluation import Answer, LabelledText, difference, lenient, score
from hq_server.evaluation import targets
from hq_server.evaluation.graders import Grader
from hq_server.evaluation.tables import STORELOOP, Row, Section, percent, row
from hq_server.text_files import TextFileError, lines

_Pairs = list[tuple[LabelledText, Answer]]
_LENIENT = "lenient"
_LANGUAGES = ("zh", "en")
_APART = "en less zh"
# Of other files than our held-out ones nobody knows whether rules were written for them.
_HELD_OUT, _UNKNOWN = "never tuned on", "not in the model card"


def texts(path: Path) -> list[LabelledText]:
    """Return the texts of a file; TextFileError when there are none or a line is wrong."""
    found = list(lines(path, LabelledText))
    if not found:
        raise TextFileError(path, "no labelled texts in it")
    return found


def sections(path: Path, rows: Sequence[LabelledText], graders: Sequence[Grader]) -> list[Section]:
    """Return the figures of a file beside the other graders', then English beside Chinese."""
    answers = {each.name: [(one, each.answer(one)) for one in rows] for each in graders}
    tuned_on = _trained_on(path)
    held_out = path.name.startswith("held_out")
    is_ = "tuned on, proves nothing" if tuned_on else _HELD_OUT if held_out else _UNKNOWN
    by_name = Counter(one.lang or "unknown" for one in rows)
    counted = ", ".join(f"{of} {name}" for name, of in by_name.most_common())
    title = f"{path.name}: {len(rows)} texts ({counted}), {is_}"
    found = [Section(title=title, rows=list(_rows(answers)), tuned_on=tuned_on)]
    ours = answers[STORELOOP]
    by_language = [[pair for pair in ours if pair[0].lang == name] for name in _LANGUAGES]
    if all(by_language):
        title = f"{path.name} by language: {STORELOOP}, percent, and points between them"
        found.append(Section(title=title, rows=list(_apart(*by_language)), tuned_on=tuned_on))
    return found


def _rows(answers: dict[str, _Pairs]) -> Iterator[Row]:
    figures = {name: {one.name: one for one in score(pairs)} for name, pairs in answers.items()}
    ours = answers[STORELOOP]
    if any(gold.grade_ok or gold.department_ok for gold, _ in ours):
        kinder = {one.name: one for one in lenient(ours)}
        figures = {STORELOOP: figures.pop(STORELOOP), _LENIENT: kinder, **figures}
    for name in figures[STORELOOP]:
        values = {who: percent(each[name]) for who, each in figures.items() if name in each}
        yield row(name, values, targets.LABELLED.get(name))


def _apart(first: _Pairs, second: _Pairs) -> Iterator[Row]:
    for zh, en in zip(score(first), score(second), strict=True):
        apart = percent(difference(zh, en), "points")
        values = {"zh": percent(zh), "en": percent(en)}
        values |= {_APART: apart} if zh.of and en.of else {}
        yield row(zh.name, values, targets.LANGUAGES.get(zh.name), _APART)


def _trained_on(path: Path) -> bool:
    """Tell whether the model card names the file, or one with the same bytes."""
    card = json.loads((resources.files("grading") / "weights" / "card.json").read_text("utf-8"))
    named: dict[str, str] = card["also trained on"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return path.name in named or digest in named.values()
