"""hq_server/grading_commands.py: what the commands about grading print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hq_server.__main__ import app


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_a_text_is_explained_with_the_rules_behind_its_grade() -> None:
    shown = _run("grade", "吃了过敏，全身起疹子", "--rating", "1")
    assert shown.exit_code == 0
    assert "zh." in shown.output


@pytest.mark.parametrize("command", [("grade",), ("evaluate", "/nowhere.jsonl")])
def test_without_a_text_or_a_file_a_command_says_so(command: tuple[str, ...]) -> None:
    shown = _run(*command)
    assert shown.exit_code != 0
    assert "storeloop-hq: " in shown.output


def test_a_file_is_graded_and_scored(tmp_path: Path) -> None:
    line = {
        "id": "1", "text": "很好", "grade": "B", "department": "store", "topics": ["general"],
        "sentiment": 4, "lang": "zh",
    }  # fmt: skip
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(line) + "\n", "utf-8")
    assert _run("grade", "--jsonl", str(source), str(target)).exit_code == 0
    assert json.loads(target.read_text("utf-8"))["id"] == "1"
    scored = _run("evaluate", str(source))
    assert "bare keywords" in scored.output
    assert "S recall" in scored.output


def test_masking_is_scored() -> None:
    assert _run("evaluate-redaction", "--per-kind", "1").exit_code == 0
