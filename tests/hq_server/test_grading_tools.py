import json
from pathlib import Path

import pytest

from grading.grader import grade
from grading.verdict import Context
from hq_server.grading_tools import explained, grade_file
from hq_server.text_files import TextFileError


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
