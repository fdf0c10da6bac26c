"""Colours, sizes and fonts of the screens; the one place where they are said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from kiosk.errors import AssetMissing
from kiosk.pinyin.dictionary import PATH as DICTIONARY

Colour = tuple[float, float, float, float]


def rgb(code: str, alpha: float = 1.0) -> Colour:
    """Return the colour of a code like "0c6b60"."""
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue, alpha


BACKGROUND = rgb("eff2f7")
CARD = rgb("ffffff")
LINE = rgb("d3dae4")
INK = rgb("131c2b")
MUTED = rgb("475467")
PLAIN_PRESSED = rgb("dfe6ee")
DISABLED = rgb("dde3ea")
DISABLED_INK = rgb("566173")
DANGER = rgb("b3261e")
DANGER_SOFT = rgb("fbe9e7")
NOTICE = rgb("ffe9b8")
SHADOW = rgb("1b2b45", 0.20)
DIM = rgb("0e1623", 0.62)
CLEAR = rgb("ffffff", 0.0)
# Out of hours the screen is dark, and whatever is on it quiet.
NIGHT = rgb("0f1826")
NIGHT_CARD = rgb("1c2838")
NIGHT_INK = rgb("eef2f8")
NIGHT_MUTED = rgb("a9b5c7")
MOON = rgb("f4d58a")

HOUSE_COLOUR = "0c6b60"
LEAST_CONTRAST = 4.5
"""Between words and their ground (WCAG 2.2, 1.4.3)."""

FACES = (rgb("e0524d"), rgb("f08c3c"), rgb("f4c53a"), rgb("93c650"), rgb("35a464"))
FACE_INK = rgb("1e1612")

# Units; see layout.Canvas.
MARGIN = 20
GAP = 12
RADIUS = 14
CARD_RADIUS = 20
HEADER = 64
FOOTER = 72
BAR = 68
TARGET = 56
STRIP = 46
PILL = 112

HERO = 42
TITLE = 30
LEAD = 21
LABEL = 19
BODY = 17
SMALL = 15

FOCUS = INK
FOCUS_UNITS = 3
RISE_S = 0.15
RISE = 14

_FONTS = Path(str(resources.files("kiosk"))) / "assets" / "fonts"
REGULAR = str(_FONTS / "NotoSansSC-Regular.ttf")
BOLD = str(_FONTS / "NotoSansSC-Bold.ttf")
ICONS = str(_FONTS / "Icons.ttf")
_ICON_NAMES = _FONTS / "icons.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a button looks."""

    fill: Colour
    ink: Colour
    line: Colour
    pressed: Colour


PLAIN = Style(fill=CARD, ink=INK, line=LINE, pressed=PLAIN_PRESSED)
OFF = Style(fill=DISABLED, ink=DISABLED_INK, line=DISABLED, pressed=DISABLED)
QUIET = Style(fill=NIGHT_CARD, ink=NIGHT_INK, line=NIGHT_CARD, pressed=NIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a chain's colour makes of the screens."""

    accent: Colour
    accent_pressed: Colour
    accent_soft: Colour

    @property
    def primary(self) -> Style:
        """Return how the button looks that leads on."""
        return Style(fill=self.accent, ink=CARD, line=self.accent, pressed=self.accent_pressed)

    @property
    def chosen(self) -> Style:
        """Return how something looks that was chosen."""
        return self.primary

    @property
    def soft(self) -> Style:
        """Return how a button looks that stands on a card."""
        soft = self.accent_soft
        return Style(fill=soft, ink=INK, line=soft, pressed=blend(soft, self.accent, 0.25))


def luminance(colour: Colour) -> float:
    """Return the relative luminance of WCAG 2.2, 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of WCAG 2.2, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """Return a colour between two; `share` 1 is the other."""
    red, green, blue, alpha = (
        part + (towards - part) * share for part, towards in zip(one, other, strict=True)
    )
    return red, green, blue, alpha


def readable(colour: Colour) -> Colour:
    """Return a colour, darkened as far as white words on it, and it on the ground, need."""
    black = rgb("000000")
    for step in range(101):
        darker = blend(colour, black, step / 100)
        if contrast(darker, BACKGROUND) >= LEAST_CONTRAST:  # then white is clearer still
            return darker
    return black


@lru_cache(maxsize=4)
def look_of(colour: str | None) -> Look:
    """Return the look of a chain's colour such as "#0c6b60"; the house's own without one."""
    accent = readable(rgb((colour or HOUSE_COLOUR).removeprefix("#")))
    return Look(
        accent=accent,
        accent_pressed=blend(accent, rgb("000000"), 0.32),
        accent_soft=blend(accent, CARD, 0.86),
    )


_worn = [look_of(None)]


def look() -> Look:
    """Return the look that parts built now are to have."""
    return _worn[0]


def wear(new: Look) -> None:
    """Change the look; what is built already keeps its own."""
    _worn[0] = new


def check_assets() -> None:
    """Raise AssetMissing when `make assets` has not built fonts, icons and the dictionary."""
    for path in (Path(REGULAR), Path(BOLD), Path(ICONS), _ICON_NAMES, DICTIONARY):
        if not path.is_file():
            raise AssetMissing(path)


@lru_cache(maxsize=1)
def _icons() -> dict[str, int]:
    names: dict[str, int] = json.loads(_ICON_NAMES.read_text(encoding="utf-8"))
    return names


def icon(name: str) -> str:
    """Return the character that draws an icon; a speech bubble for a name we do not have."""
    known = _icons()
    return chr(known.get(name, known["message-dots"]))
