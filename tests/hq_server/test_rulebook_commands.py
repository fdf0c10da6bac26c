"""hq_server/rulebook_commands.py: the same service as the page, from a shell."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hq_server.__main__ import app

RULES = (
    '[[rule]]\nid = "own.zh.incident"\nlanguage = "zh"\ntopic = "safety"\nkind = "harm"\n'
    'words = ["蓝莓事件"]\n'
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A database of its own, made at first use."""
    path = tmp_path / "hq.toml"
    path.write_text('data_dir = "data"\n')
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Rules that grading can use."""
    path = tmp_path / "rules.toml"
    path.write_text(RULES, "utf-8")
    return path


def _run(*words: str | int | Path) -> Result:
    return CliRunner().invoke(app, ["rulebook", *map(str, words)])


def test_check_names_every_fault_with_its_line(file: Path) -> None:
    assert _run("check", file).exit_code == 0
    file.write_text(RULES + '[[change]]\nrule = "zh.nothing"\noff = true\nodd = 1\n', "utf-8")
    done = _run("check", file)
    assert done.exit_code == 1
    assert done.output.count(f"{file}, line 8: ") == 2
    assert "unknown rule" in done.output
    file.write_bytes(b"\xff")
    assert _run("check", file).exit_code == 1


def test_rules_are_put_in_force_listed_and_taken_back(file: Path, config: Path) -> None:
    at = ("--config", config)
    assert "0 graded, 0 change: 0 leave S, 0 become S" in _run("replay", file, *at).output
    for note, why in ((" ", "say why"), ("x" * 501, "at most 500 characters")):
        refused = _run("publish", file, *at, "--note", note)
        assert (refused.exit_code, why in refused.output) == (1, True)
        assert "graded" not in refused.output, "nothing is replayed for what is refused"
    other = _run("publish", file, *at, "--note", "blueberries", "--leaving-s", 3)
    assert (other.exit_code, "--leaving-s 0" in other.output) == (1, True)
    done = _run("publish", file, *at, "--note", "blueberries")
    assert (done.exit_code, "revision 1 is in force" in done.output) == (0, True)
    again = _run("publish", file, *at, "--note", "blueberries")
    assert (again.exit_code, "in force already" in again.output) == (1, True)
    assert "built-in rules are in force" in _run("rollback", 0, "--note", "enough", *at).output
    listed = [line for line in _run("history", *at).output.splitlines() if "storeloop-hq" in line]
    assert [("built-in" in line, "enough" in line) for line in listed] == [
        (True, True), (False, False),
    ]  # fmt: skip
    assert _run("rollback", 5, "--note", "x", *at).exit_code == 1
