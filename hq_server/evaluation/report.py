"""All that the product promises of grading, measured in one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grading.evaluation import Figure, LabelledText, wilson
from grading.grader import grade
from grading.verdict import Context
from hq_server.evaluation import cost, labelled, reviews, targets
from hq_server.evaluation.graders import SNOWNLP, Grader, graders
from hq_server.evaluation.tables import STORELOOP, Row, Section, Value, percent, row
from hq_server.evaluation.targets import Target
from hq_server.redaction_figures import measure

_PER_KIND, _SEED = 1000, 7
_SPEED = "texts/s"
# The processors may be shared: of so many rounds the best counts.
_ROUNDS = 12
# The other graders' speed is told by this many texts.
_FEWER = 60


class Evaluation:
    """One run over some labelled files; a wrong file is told before anything is measured."""

    def __init__(self, files: Sequence[Path], folder: Path | None) -> None:
        self._texts = {path: labelled.texts(path) for path in files}
        self._reviews = reviews.read(folder) if folder is not None else {}
        self._graders = graders()

    def left_out(self) -> Iterator[str]:
        """Yield in sentences what was not measured, and what is needed for it."""
        if not self._reviews:
            yield "public reviews, for no folder of them was named (--reviews FOLDER)"
        if all(each.name != SNOWNLP for each in self._graders):
            yield f"{SNOWNLP}, which is not installed"

    def sections(self) -> Iterator[Section]:
        """Yield each table as soon as it is measured."""
        for path, texts in self._texts.items():
            yield from labelled.sections(path, texts, self._graders)
        for path, found in self._reviews.items():
            yield reviews.section(path, found, self._graders)
        yield _redaction()
        yield _cost([one for texts in self._texts.values() for one in texts], self._graders)


def _redaction() -> Section:
    rows = []
    for each in measure(_PER_KIND, _SEED):
        low, high = wilson(each.right, each.of)
        figure = Figure(name=each.kind, value=each.right / each.of, low=low, high=high, of=each.of)
        rows.append(row(each.kind, {STORELOOP: percent(figure)}, targets.REDACTION))
    return Section(title=f"Redaction: {_PER_KIND} texts of each kind, percent right", rows=rows)


def _cost(found: Sequence[LabelledText], compared: Sequence[Grader]) -> Section:
    anywhere, texts = Context(), [one.text for one in found]
    plain = cost.speed(lambda text: grade(text, anywhere, evidence=False), texts, _ROUNDS)
    full = cost.speed(lambda text: grade(text, anywhere), texts, _ROUNDS)
    others = {each.name: Value(_speed_of(each, found), _SPEED) for each in compared[1:]}
    alone = cost.alone(texts)
    rows = [
        _measured("verdicts", _SPEED, plain, targets.VERDICTS, others),
        _measured("verdicts with evidence", _SPEED, full, targets.VERDICTS_WITH_EVIDENCE),
        _measured("import", "s", alone.import_seconds, targets.IMPORT_SECONDS),
        _measured("import and first verdict", "s", alone.first_verdict_seconds),
        _measured("memory of a process that only grades", "MB", alone.memory_mb, targets.MEMORY_MB),
    ]
    letters = sum(map(len, texts)) / len(texts)
    title = f"Cost: processor time, best of {_ROUNDS} rounds, texts of {letters:.0f} letters"
    return Section(title=title, rows=rows)


def _speed_of(grader: Grader, found: Sequence[LabelledText]) -> float:
    by_text = {one.text: one for one in found[:: max(1, len(found) // _FEWER)] if one.text}
    rounds = 1 if grader.slow else _ROUNDS
    return round(cost.speed(lambda text: grader.answer(by_text[text]), list(by_text), rounds), 3)


def _measured(
    figure: str,
    unit: str,
    value: float,
    target: Target | None = None,
    others: Mapping[str, Value] | None = None,
) -> Row:
    return row(figure, {STORELOOP: Value(round(value, 3), unit), **(others or {})}, target)
