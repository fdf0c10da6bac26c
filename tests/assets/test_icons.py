"""The icon fonts hold the listed icons, and a wrong name is said with what is near it."""

import json
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from assets import icons, npm
from assets.__main__ import HERE, KIOSK, PAGES
from setup.steps import ROOT, SetupFailed

WEBFONT = npm.MODULES / "@tabler/icons-webfont"


def test_a_list_has_comments_and_no_doubles(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("# faces\nbell\n\nstar  # liked\nbell\n")
    assert icons.read_list(tmp_path / "list.txt") == ["bell", "star"]


def test_an_unknown_name_is_refused_with_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/tabler-icons.css").write_text('.ti-bell:before {\n  content: "\\ea35";\n}')
    assert icons.codepoints(tmp_path, ["bell"], source=Path("list")) == {"bell": 0xEA35}
    with pytest.raises(SetupFailed, match=r"list: .*'bel'.*bell"):
        icons.codepoints(tmp_path, ["bel"], source=Path("list"))


def test_the_kiosk_s_font_has_a_picture_for_every_listed_name() -> None:
    codes = json.loads((KIOSK / "icons.json").read_text("utf-8"))
    assert list(codes) == icons.read_list(HERE / "icons/kiosk.txt")
    font = TTFont(KIOSK / "Icons.ttf")
    pictures = {code: font["glyf"][name] for code, name in font.getBestCmap().items()}
    assert all(pictures[code].numberOfContours > 0 for code in codes.values())


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.parts[-4])
def test_the_pages_font_has_every_listed_name(folder: Path) -> None:
    style = (folder / "icons.css").read_text("utf-8")
    font = set(TTFont(folder / "icons.woff2").getBestCmap())
    rules = {name: int(code, 16) for name, code in icons.RULE.findall(style)}
    assert list(rules) == icons.read_list(HERE / "icons/web.txt")
    assert set(rules.values()) <= font


def test_every_icon_that_a_survey_names_is_listed() -> None:
    listed = set(icons.read_list(HERE / "icons/kiosk.txt"))
    surveys = sorted((ROOT / "kiosk/surveys").glob("*.json"))
    assert surveys
    for survey in surveys:
        named = set(re.findall(r'"icon":\s*"([^"]+)"', survey.read_text("utf-8")))
        assert named <= listed, f"add to assets/icons/kiosk.txt: {sorted(named - listed)}"


def test_every_icon_that_a_page_names_is_listed() -> None:
    listed = set(icons.read_list(HERE / "icons/web.txt"))
    pages = [
        page for tier in ("edge_gateway", "hq_server") for page in (ROOT / tier).rglob("*.html")
    ]
    named = {
        name
        for page in pages
        for name in re.findall(r"\bti ti-([a-z0-9-]+)", page.read_text("utf-8"))
    }
    assert named <= listed, f"add to assets/icons/web.txt: {sorted(named - listed)}"
