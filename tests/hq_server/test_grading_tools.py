import json
from pathlib import Path

import pytest

from grading.grader import grade
from grading.verdict import Context
from hq_server.grading_tools import TextFileError, evaluated, explained, grade_file, table_rows

LABELLED = {
    "id": "1",
    "lang": "zh",
    "text": "面包里吃出一根铁丝",
    "grade": "S",
    "department": "supply_chain",
    "topics": ["food_safety"],
    "aspects": {"food_safety": "negative"},
    "sentiment": 1,
}


def test_a_file_is_graded_line_by_line(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [{"id": 7, "text": "过敏了", "lang": "zh"}, {"id": "b", "text": "", "rating": 5}]
    source.write_text("\n".join(map(json.dumps, lines)) + "\n\n", "utf-8")
    assert grade_file(source, target) == 2
    first, second = map(json.loads, target.read_text("utf-8").splitlines())
    assert (first["id"], first["grade"]) == (7, "S")
    assert first["evidence"]
    assert (second["id"], second["grade"], second["sentiment"]) == ("b", "B", 5)


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "text": "x"}\n{"id": 2}\n', "utf-8")
    with pytest.raises(TextFileError, match="line 2"):
        grade_file(source, tmp_path / "out.jsonl")


def test_an_explanation_quotes_the_words_it_rests_on() -> None:
    text = "面包里吃出一根铁丝"
    said = explained(text, grade(text, Context()))
    assert "grade S" in said
    assert "铁丝" in said
    assert "lexicon " in said


def test_graders_are_scored_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text(json.dumps(LABELLED, ensure_ascii=False) + "\n", "utf-8")
    found = evaluated(path)
    assert {"storeloop", "bare keywords"} <= set(found)
    rows = table_rows(found["storeloop"]["zh"])
    assert rows[0][:2] == ("grade", "100.0 %")
