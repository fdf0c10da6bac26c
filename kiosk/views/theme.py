"""Colours, sizes and fonts of the screens; the one place where they are said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from kiosk.errors import AssetMissing

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
ACCENT = rgb("0c6b60")
ACCENT_PRESSED = rgb("084a43")
ACCENT_SOFT = rgb("d5e7e4")
PLAIN_PRESSED = rgb("dfe6ee")
DISABLED = rgb("dde3ea")
DISABLED_INK = rgb("566173")
DANGER = rgb("b3261e")
NOTICE = rgb("ffe9b8")
SHADOW = rgb("1b2b45", 0.20)
CLEAR = rgb("ffffff", 0.0)

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

TITLE = 30
BODY = 17
SMALL = 15
LABEL = 19

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


PRIMARY = Style(fill=ACCENT, ink=CARD, line=ACCENT, pressed=ACCENT_PRESSED)
PLAIN = Style(fill=CARD, ink=INK, line=LINE, pressed=PLAIN_PRESSED)
CHOSEN = Style(fill=ACCENT, ink=CARD, line=ACCENT, pressed=ACCENT_PRESSED)
OFF = Style(fill=DISABLED, ink=DISABLED_INK, line=DISABLED, pressed=DISABLED)


def check_assets() -> None:
    """Raise AssetMissing when `make assets` has not built the fonts."""
    for path in (Path(REGULAR), Path(BOLD), Path(ICONS), _ICON_NAMES):
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
