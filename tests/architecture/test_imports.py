"""Who may import whom: the contracts of pyproject.toml, as import-linter sees them."""

from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.architecture.sources import ROOT


def test_every_contract_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verdict = lint_imports(
        config_filename=str(ROOT / "pyproject.toml"), cache_dir=str(tmp_path), no_logo=True
    )
    said = capsys.readouterr().out
    assert verdict == 0, said
    assert "0 broken" in said
