"""hq_server/evaluation/labelled.py: the tables of a file of labelled texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grading.evaluation import Answer, LabelledText
from hq_server.evaluation import labelled
from hq_server.evaluation.graders import Grader
from hq_server.text_files import TextFileError

LINE: dict[str, Any] = {
    "id": "1", "text": "x", "grade": "A", "department": "store", "topics": ["taste"],
    "sentiment": 2, "lang": "zh",
}  # fmt: skip


def said(row: LabelledText) -> Answer:
    return Answer(grade="A" if row.lang == "zh" else "B", department="store", topics=("taste",))


OURS = Grader(name="storeloop", answer=said, pleased=lambda *_: True)
OTHER = Grader(name="other", answer=lambda _: Answer(grade="S"), pleased=lambda *_: True)


def file_of(folder: Path, name: str, *changes: dict[str, Any]) -> Path:
    path = folder / name
    path.write_text("\n".join(json.dumps(LINE | each) for each in changes), "utf-8")
    return path


def test_figures_are_rows_and_graders_are_columns(tmp_path: Path) -> None:
    path = file_of(tmp_path, "held.jsonl", {}, {"grade": "S"}, {"lang": "en", "grade": "B"})
    by_figure, by_language = labelled.sections(path, labelled.texts(path), [OURS, OTHER])
    assert by_figure.title == "held.jsonl: 3 texts (2 zh, 1 en), not in the model card"
    rows = {each.figure: each for each in by_figure.rows}
    assert rows["grade"].values["storeloop"].value == pytest.approx(66.67)
    assert rows["grade"].values["other"].value == pytest.approx(33.33)
    assert list(rows["grade"].values) == ["storeloop", "other"]
    # We never say S here: how often rightly cannot be counted.
    assert list(rows["S precision"].values) == ["other"]
    assert all(each.target for each in by_figure.rows)
    grade = by_language.rows[0]
    assert {name: value.value for name, value in grade.values.items()} == {
        "zh": 50, "en": 100, "en less zh": 50,
    }  # fmt: skip
    assert grade.reached


def test_english_may_be_worse_by_so_much_and_no_more(tmp_path: Path) -> None:
    changes: list[dict[str, Any]] = (
        [{}] * 10 + [{"lang": "en", "grade": "B"}] * 9 + [{"lang": "en"}]
    )
    path = file_of(tmp_path, "held.jsonl", *changes)
    _, by_language = labelled.sections(path, labelled.texts(path), [OURS])
    assert by_language.rows[0].values["en less zh"].value == -10
    assert (by_language.rows[0].reached, by_language.rows[0].sure) == (False, False)


def test_the_lenient_score_stands_beside_ours_where_the_file_has_it(tmp_path: Path) -> None:
    path = file_of(tmp_path, "held.jsonl", {"grade": "S", "grade_ok": ["S", "A"]}, {})
    (section,) = labelled.sections(path, labelled.texts(path), [OURS, OTHER])
    values = section.rows[0].values
    assert list(values) == ["storeloop", "lenient", "other"]
    assert (values["storeloop"].value, values["lenient"].value) == (50, 100)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tune.jsonl", "tuned on, proves nothing"),
        ("held_out_more.jsonl", "never tuned on"),
        ("corrections.jsonl", "not in the model card"),
    ],
)
def test_it_is_said_whether_a_set_was_tuned_on(tmp_path: Path, name: str, said: str) -> None:
    path = file_of(tmp_path, name, {})
    (section,) = labelled.sections(path, labelled.texts(path), [OURS])
    assert section.title.endswith(f", {said}")
    assert section.tuned_on == (name == "tune.jsonl")


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(TextFileError, match="no labelled texts"):
        labelled.texts(file_of(tmp_path, "held.jsonl"))


def test_a_wrong_label_is_told_with_its_line_and_field(tmp_path: Path) -> None:
    path = file_of(tmp_path, "held.jsonl", {}, {"topics": ["food"]})
    with pytest.raises(TextFileError, match="line 2: topics: 'food' is no topic"):
        labelled.texts(path)
