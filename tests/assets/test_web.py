"""What the pages load is there, whole, with its licences, and asks nothing of the internet."""

import re
from pathlib import Path

import pytest

from assets import web
from assets.__main__ import PAGES


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.parts[-4])
def test_styles_and_scripts_are_served_from_here(folder: Path) -> None:
    for name in web.FILES:
        text = (folder / name).read_text("utf-8")
        assert len(text) > 5_000
        assert "sourceMappingURL" not in text
        assert not re.search(r"@import|url\(['\"]?https?:", text)


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.parts[-4])
def test_every_licence_is_kept(folder: Path) -> None:
    licences = (folder / "LICENSES.txt").read_text("utf-8")
    for package in web.LICENCES:
        assert re.search(rf"^{re.escape(package)} \d", licences, re.MULTILINE)
    assert "Permission is hereby granted" in licences
    assert "Zero-Clause BSD" in licences
