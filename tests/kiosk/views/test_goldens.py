"""What screens look like, beside pictures that a person has looked at.

`GOLDEN=write pytest tests/kiosk/views/test_goldens.py` takes them anew: look at them before you
keep them. Another renderer draws other edges, so they hold for the one that drew them.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from tests.kiosk.views.studio import PICTURES, Studio

pytestmark = pytest.mark.screen

GOLDENS = Path(__file__).parent / "goldens"
RENDERER = GOLDENS / "renderer.txt"
TALL, WIDE = (270, 480), (400, 240)
# Of 256 levels; rounding in a renderer's next release moves an edge by a few.
MOST_LEVELS = 6
MOST_DIFFERENT = 0.002
SHOTS = {
    "problems-tall-zh": ("problems", TALL, "zh-CN", False),
    "strips-wide-en": ("strips", WIDE, "en", False),
    "attract-tall-zh-large": ("problems", TALL, "zh-CN", True),
    "attract-wide-en-large": ("attract", WIDE, "en", True),
    "numbers-wide-zh": ("0 to 10", WIDE, "zh-CN", False),
    "reasons-tall-zh": ("reasons", TALL, "zh-CN", False),
    "slip-tall-zh": ("slip", TALL, "zh-CN", False),
    "joy-wide-en": ("joy", WIDE, "en", False),
    "closed-tall-zh": ("closed", TALL, "zh-CN", False),
    "lookup-wide-en": ("lookup", WIDE, "en", False),
    "case-tall-zh-large": ("case", TALL, "zh-CN", True),
    "receipt-tall-zh": ("receipt", TALL, "zh-CN", False),
    "reasons-with-receipt-wide-en": ("reasons with a receipt", WIDE, "en", False),
    "still-there-wide-zh": ("still there", WIDE, "zh-CN", False),
}


def renderer() -> str:
    from kivy.graphics.opengl import GL_RENDERER, glGetString  # noqa: PLC0415

    said = glGetString(GL_RENDERER)
    return said.decode() if isinstance(said, bytes) else str(said)


def photograph(studio: Studio, shot: str) -> Image.Image:
    name, size, language, large = SHOTS[shot]
    studio.resize(*size)
    studio.show(replace(PICTURES[name], language=language, large=large))
    return Image.frombytes("RGB", size, studio.photograph(*size))


@pytest.mark.parametrize("shot", SHOTS)
def test_screen_looks_as_it_did_when_somebody_looked(studio: Studio, shot: str) -> None:
    painted, file = photograph(studio, shot), GOLDENS / f"{shot}.webp"
    if os.environ.get("GOLDEN") == "write":
        GOLDENS.mkdir(exist_ok=True)
        painted.save(file, lossless=True, quality=100, method=6)
        RENDERER.write_text(renderer() + "\n", "utf-8")
    if RENDERER.read_text("utf-8").strip() != renderer():
        pytest.skip(f"the pictures were drawn by another renderer than {renderer()}")
    assert different(painted, Image.open(file).convert("RGB")) <= MOST_DIFFERENT


def different(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels in which any colour differs by more than MOST_LEVELS."""
    assert one.size == other.size
    red, green, blue = ImageChops.difference(one, other).split()
    worst = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(worst.histogram()[MOST_LEVELS + 1 :]) / (one.width * one.height)


def test_one_face_of_another_colour_is_seen(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.views import theme  # noqa: PLC0415

    before = photograph(studio, "problems-tall-zh")
    redder = (theme.rgb("d05050"), *theme.FACES[1:])
    monkeypatch.setattr(theme, "FACES", redder)
    studio.resize(272, 480)  # faces are drawn anew
    assert different(photograph(studio, "problems-tall-zh"), before) > MOST_DIFFERENT


def test_all_pictures_together_stay_small() -> None:
    kept = {path.stem: path.stat().st_size for path in GOLDENS.glob("*.webp")}
    assert set(kept) == set(SHOTS)
    assert sum(kept.values()) <= 200_000
