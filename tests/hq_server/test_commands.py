"""hq_server/commands.py: what goes wrong ends a command with one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from hq_server.commands import fail, opened
from hq_server.errors import InputError


def test_an_error_that_hq_can_explain_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "hq.toml"
    config.write_text('data_dir = "data"\n', "utf-8")
    with pytest.raises(typer.Exit) as ended, opened(config):
        raise InputError("grade", "S, A or B")
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == "storeloop-hq: grade: S, A or B\n"


def test_a_settings_file_with_a_mistake_ends_with_two(tmp_path: Path) -> None:
    config = tmp_path / "hq.toml"
    config.write_text("data_dir = 7\n", "utf-8")
    with pytest.raises(typer.Exit) as ended, opened(config, migrated=False):
        pass
    assert ended.value.exit_code == 2


def test_fail_says_who_failed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        fail("no", 3)
    assert (ended.value.exit_code, capsys.readouterr().err) == (3, "storeloop-hq: no\n")
