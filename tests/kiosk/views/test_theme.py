from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import AssetMissing
from kiosk.views import theme
from kiosk.views.theme import Colour, contrast


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        (theme.INK, theme.BACKGROUND),
        (theme.INK, theme.CARD),
        (theme.MUTED, theme.BACKGROUND),
        (theme.MUTED, theme.CARD),
        (theme.DANGER, theme.BACKGROUND),
        (theme.DANGER, theme.CARD),
        (theme.CARD, theme.DANGER),
        (theme.INK, theme.NOTICE),
        (theme.NIGHT_INK, theme.NIGHT),
        (theme.NIGHT_MUTED, theme.NIGHT),
        (theme.MOON, theme.NIGHT),
        *((style.ink, style.fill) for style in (theme.PLAIN, theme.OFF, theme.QUIET)),
        *((style.ink, style.pressed) for style in (theme.PLAIN, theme.OFF, theme.QUIET)),
    ],
)
def test_words_stand_out_from_their_ground(ink: Colour, ground: Colour) -> None:
    assert contrast(ink, ground) >= theme.LEAST_CONTRAST


@given(st.integers(0, 0xFFFFFF))
def test_any_chains_colour_can_be_read(code: int) -> None:
    look = theme.look_of(f"#{code:06x}")
    for style in (look.primary, look.chosen, look.soft):
        assert contrast(style.ink, style.fill) >= theme.LEAST_CONTRAST
        assert contrast(style.ink, style.pressed) >= theme.LEAST_CONTRAST
    assert contrast(look.accent, theme.BACKGROUND) >= theme.LEAST_CONTRAST
    assert contrast(look.accent, theme.CARD) >= theme.LEAST_CONTRAST
    assert contrast(theme.INK, look.accent_soft) >= theme.LEAST_CONTRAST
    # An icon on a soft ground is no text: 3 is what it needs (1.4.11).
    assert contrast(look.accent, look.accent_soft) >= 3


@given(st.integers(0, 0xFFFFFF))
def test_colour_that_can_be_read_stays_as_the_chain_has_it(code: int) -> None:
    colour = theme.rgb(f"{code:06x}")
    readable = theme.readable(colour)
    if contrast(colour, theme.BACKGROUND) >= theme.LEAST_CONTRAST:
        assert readable == colour
    assert all(new <= old for new, old in zip(readable[:3], colour[:3], strict=True))


def test_ring_around_the_focus_stands_out_from_every_ground() -> None:
    for ground in (theme.BACKGROUND, theme.CARD, theme.NOTICE):
        assert contrast(theme.FOCUS, ground) >= 3


@pytest.mark.parametrize("face", theme.FACES)
def test_mouths_and_brows_stand_out_from_the_face(face: Colour) -> None:
    assert contrast(theme.FACE_INK, face) >= 4.5


def test_missing_font_names_the_command_that_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "REGULAR", str(tmp_path / "none.ttf"))
    with pytest.raises(AssetMissing, match=r"none.ttf is missing: run `make assets`"):
        theme.check_assets()
