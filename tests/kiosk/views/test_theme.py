from pathlib import Path

import pytest

from kiosk.errors import AssetMissing
from kiosk.views import theme
from kiosk.views.theme import Colour


def luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        (theme.INK, theme.BACKGROUND),
        (theme.MUTED, theme.BACKGROUND),
        (theme.MUTED, theme.CARD),
        (theme.ACCENT, theme.CARD),
        (theme.DANGER, theme.BACKGROUND),
        (theme.CARD, theme.DANGER),
        (theme.INK, theme.NOTICE),
        *((style.ink, style.fill) for style in (theme.PRIMARY, theme.PLAIN, theme.CHOSEN)),
        *((style.ink, style.pressed) for style in (theme.PRIMARY, theme.PLAIN, theme.CHOSEN)),
        (theme.OFF.ink, theme.OFF.fill),
    ],
)
def test_words_stand_out_from_their_ground(ink: Colour, ground: Colour) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("face", theme.FACES)
def test_mouths_and_brows_stand_out_from_the_face(face: Colour) -> None:
    assert contrast(theme.FACE_INK, face) >= 4.5


def test_missing_font_names_the_command_that_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "REGULAR", str(tmp_path / "none.ttf"))
    with pytest.raises(AssetMissing, match=r"none.ttf is missing: run `make assets`"):
        theme.check_assets()
