"""hq_server/grading_commands.py: what the commands about grading print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from hq_server.__main__ import app
from hq_server.corrections.label import text_hash
from hq_server.corrections.tables import corrections
from hq_server.database import Database
from hq_server.settings import load
from hq_server.tables import feedback
from tests.hq_server.corrections.test_label import VERDICT
from tests.hq_server.corrections.test_tables import RESPONSE, ROW


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


LINE = {
    "id": "1", "text": "很好", "grade": "B", "department": "store", "topics": ["general"],
    "sentiment": 4, "lang": "zh",
}  # fmt: skip


def test_a_file_is_graded(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(LINE) + "\n", "utf-8")
    assert _run("grade", "--jsonl", str(source), str(target)).exit_code == 0
    assert json.loads(target.read_text("utf-8"))["id"] == "1"


def test_what_is_promised_of_grading_is_shown_with_what_was_left_out(tmp_path: Path) -> None:
    source = tmp_path / "own.jsonl"
    source.write_text(json.dumps(LINE) + "\n", "utf-8")
    shown = _run("evaluate", str(source))
    assert shown.exit_code == 0, shown.output
    for words in ("own.jsonl: 1 texts", "bare keywords", "S recall", "Left out: public reviews"):
        assert words in shown.output
    assert max(map(len, shown.output.splitlines())) <= 120
    as_json = json.loads(_run("evaluate", str(source), "--json").stdout)
    assert as_json["sections"][0]["title"].startswith("own.jsonl")
    assert as_json["left_out"][0].startswith("public reviews")


@pytest.mark.parametrize(
    ("line", "why"),
    [("{}\n", "line 1: "), ("", "no labelled texts"), (json.dumps(LINE | {"grade": "C"}), "grade")],
)
def test_a_wrong_file_is_told_before_anything_is_measured(
    tmp_path: Path, line: str, why: str
) -> None:
    source = tmp_path / "own.jsonl"
    source.write_text(line, "utf-8")
    shown = _run("evaluate", str(source))
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert f"{source}" in shown.stderr
    assert why in shown.stderr


def test_what_people_corrected_goes_into_a_file(tmp_path: Path) -> None:
    config, out = tmp_path / "hq.toml", tmp_path / "corrections.jsonl"
    config.write_text('data_dir = "data"\n', "utf-8")
    assert _run("migrate", "--config", str(config)).exit_code == 0
    database = Database(load(config).database)
    words = "再来一次"
    given = RESPONSE | {"note": words, "rating": 4}
    row = ROW | {"grading": VERDICT, "text_hash": text_hash(words), "grade": "A", "number": 1}
    with database.writing() as connection:
        for id_, hashed in (("r1", text_hash(words)), ("r2", "of other words")):
            connection.execute(sa.insert(feedback), given | {"id": id_})
            own = {"id": id_, "response_id": id_, "in_force": True, "text_hash": hashed}
            connection.execute(sa.insert(corrections), row | own)
    database.close()
    done = _run("corrections", "--out", str(out), "--since", "2026-11-20", "--config", str(config))
    assert (done.exit_code, done.output.partition(" corrected")[0]) == (0, "1"), done.output
    assert "1 left out" in done.output
    (line,) = [json.loads(each) for each in out.read_text("utf-8").splitlines()]
    assert (line["text"], line["grade"], line["corrected"]) == (words, "A", ["grade"])
    later = _run("corrections", "--out", str(out), "--since", "2026-11-21", "--config", str(config))
    assert later.output.startswith("0 corrected")
