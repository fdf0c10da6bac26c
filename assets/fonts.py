"""Makes the kiosk's two text fonts from Noto Sans SC: GB2312 and Latin, regular and bold."""

from pathlib import Path

import justmytype_intl_cjk
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

WEIGHTS = {"NotoSansSC-Regular.ttf": 400, "NotoSansSC-Bold.ttf": 700}
# What GB2312 leaves out and screens need: Latin with accents, dashes and quotes, currency,
# arrows, Chinese punctuation, full-width forms.
RANGES = (
    (0x0020, 0x007E),
    (0x00A0, 0x017F),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x20A0, 0x20BF),
    (0x2100, 0x2122),
    (0x2190, 0x2199),
    (0x2460, 0x2473),
    (0x25A0, 0x25FF),
    (0x2605, 0x2606),
    (0x3000, 0x303F),
    (0xFE30, 0xFE4F),
    (0xFF01, 0xFFEF),
)


def characters() -> set[int]:
    """Return the codepoints to keep: all of GB2312 and RANGES."""
    kept = {code for first, last in RANGES for code in range(first, last + 1)}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            kept.update(map(ord, bytes((row, cell)).decode("gb2312", "ignore")))
    return kept


def source_folder() -> Path:
    """Return the folder of the installed package that holds the variable font and its licence."""
    return Path(justmytype_intl_cjk.__file__).parent / "fonts" / "ofl" / "notosanssc"


def build(folder: Path) -> list[Path]:
    """Write both weights and the licence into a folder."""
    licence = folder / "OFL.txt"
    licence.write_bytes((source_folder() / "OFL.txt").read_bytes())
    font = TTFont(source_folder() / "NotoSansSC[wght].ttf")
    options = subset.Options(hinting=False, notdef_outline=True, layout_features=["kern", "locl"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(font)
    for name, weight in WEIGHTS.items():
        static = instancer.instantiateVariableFont(font, {"wght": weight}, updateFontNames=True)
        static.save(folder / name)
    return [licence, *(folder / name for name in WEIGHTS)]
