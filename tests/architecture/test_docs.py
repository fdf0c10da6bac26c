"""docs/architecture.md follows a tap through files that are there."""

import re

from tests.architecture.sources import ROOT


def test_every_file_that_the_architecture_names_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z0-9_/]+\.(?:py|toml))`", page))
    files = [
        path.relative_to(ROOT).as_posix()
        for folder in ROOT.iterdir()
        if folder.is_dir() and not folder.name.startswith(".") and folder.name != "build"
        for path in folder.rglob("*.*")
    ]
    absent = {one for one in named if not any(f"/{path}".endswith(f"/{one}") for path in files)}
    assert len(named) > 40
    assert not absent, f"docs/architecture.md names {sorted(absent)}"
