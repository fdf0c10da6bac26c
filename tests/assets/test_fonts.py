"""The kiosk's text fonts can write what a shop in China and its visitors write."""

import pytest
from fontTools.ttLib import TTFont

from assets import fonts
from assets.__main__ import KIOSK


def test_the_kept_characters_are_gb2312_latin_and_punctuation() -> None:
    kept = fonts.characters()
    assert sum(0x4E00 <= code <= 0x9FFF for code in kept) == 6763
    assert kept.issuperset(map(ord, "今天购物满意吗？“好”—…、。（）《》￥¥€①→★éñß"))


@pytest.mark.parametrize(("name", "weight"), fonts.WEIGHTS.items())
def test_a_built_font_is_static_and_complete(name: str, weight: int) -> None:
    font = TTFont(KIOSK / name, lazy=True)
    assert "fvar" not in font
    assert font["OS/2"].usWeightClass == weight
    han = {code for code in fonts.characters() if 0x4E00 <= code <= 0x9FFF}
    assert han <= set(font.getBestCmap())
    assert (KIOSK / name).stat().st_size < 3_000_000


def test_the_licence_lies_beside_them() -> None:
    assert "SIL OPEN FONT LICENSE" in (KIOSK / "OFL.txt").read_text("utf-8").upper()
