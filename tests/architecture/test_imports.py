"""Who may import whom: the contracts of pyproject.toml, as import-linter sees them."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT


def test_every_contract_is_kept(tmp_path: Path) -> None:
    # In a process of its own: import-linter silences every logger that exists already.
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("lint-imports")),
            *("--config", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path), "--no-logo"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout
