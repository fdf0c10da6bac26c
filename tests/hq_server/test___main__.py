"""hq_server/__main__.py: the tools say what they mean."""

from __future__ import annotations

from typer.testing import CliRunner

from hq_server.__main__ import app


def test_the_help_of_import_names_the_tables_of_its_file() -> None:
    shown = CliRunner().invoke(app, ["import", "--help"])
    assert shown.exit_code == 0
    assert "[[stores]]" in shown.output
    assert "[[gateways]]" in shown.output
