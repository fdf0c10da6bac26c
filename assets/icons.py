"""Cuts Tabler's icon font down to the listed icons, for pages and for the kiosk."""

import difflib
import json
import re
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from setup.steps import SetupFailed

RULE = re.compile(r'\.ti-([a-z0-9-]+):before\s*\{\s*content:\s*"\\([0-9a-f]+)"')
STYLE = """\
@font-face {{
  font-family: "tabler-icons";
  font-display: block;
  src: url("{font}") format("woff2");
}}
.ti {{
  font-family: "tabler-icons" !important;
  font-style: normal;
  font-weight: normal;
  font-variant: normal;
  line-height: 1;
  text-transform: none;
  speak: never;
  -webkit-font-smoothing: antialiased;
  -moz-osx-font-smoothing: grayscale;
}}
"""


def read_list(path: Path) -> list[str]:
    """Return the icon names of a list file: one a line, `#` starts a comment."""
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return list(dict.fromkeys(filter(None, lines)))


def codepoints(webfont: Path, names: list[str], *, source: Path) -> dict[str, int]:
    """Return each name's codepoint; an unknown name is refused with names that are near."""
    css = (webfont / "dist" / "tabler-icons.css").read_text("utf-8")
    known = {name: int(code, 16) for name, code in RULE.findall(css)}
    unknown = [name for name in names if name not in known]
    if unknown:
        near = difflib.get_close_matches(unknown[0], known, n=4, cutoff=0.5)
        raise SetupFailed(
            f"{source}: Tabler has no icon named {unknown[0]!r}; near it: {', '.join(near)}"
        )
    return {name: known[name] for name in names}


def build_for_pages(webfont: Path, listed: Path, folder: Path) -> list[Path]:
    """Write icons.woff2 and icons.css with the listed icons."""
    chosen = codepoints(webfont, read_list(listed), source=listed)
    font, style = folder / "icons.woff2", folder / "icons.css"
    _cut(webfont, set(chosen.values()), font, flavor="woff2")
    rules = (f'.ti-{name}:before {{ content: "\\{code:x}"; }}\n' for name, code in chosen.items())
    style.write_text(STYLE.format(font=font.name) + "".join(rules), encoding="utf-8")
    return [font, style]


def build_for_kiosk(webfont: Path, listed: Path, folder: Path) -> list[Path]:
    """Write Icons.ttf and icons.json, which gives each icon name its codepoint."""
    chosen = codepoints(webfont, read_list(listed), source=listed)
    font, names = folder / "Icons.ttf", folder / "icons.json"
    _cut(webfont, set(chosen.values()), font, flavor=None)
    names.write_text(json.dumps(chosen, indent=1) + "\n", encoding="utf-8")
    return [font, names]


def _cut(webfont: Path, codes: set[int], target: Path, *, flavor: str | None) -> None:
    # Recalculated boxes would no longer agree with the side bearings: icons drift to the left.
    font = TTFont(webfont / "dist" / "fonts" / "tabler-icons.ttf", lazy=True, recalcBBoxes=False)
    options = subset.Options(layout_features=[], glyph_names=False, hinting=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    font.flavor = flavor
    font.save(target)
