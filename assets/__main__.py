"""`make assets`: builds fonts, icons, dictionary, styles and scripts from npm and PyPI, once.

The builders, which need fontTools and jieba, are imported only where there is something to build:
a run that finds everything in place takes a tenth of a second.
"""

import importlib.metadata
import logging
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from assets import npm
from assets.stamps import Stamp
from setup.steps import BUILD, ROOT, Steps, one_sentence_on_failure, only_one

HERE = ROOT / "assets"
PAGES = (ROOT / "edge_gateway/board/static/assets", ROOT / "hq_server/web/static/assets")
KIOSK = ROOT / "kiosk/assets/fonts"
PINYIN = ROOT / "kiosk/assets/pinyin"
CHINESE = "justmytype-intl-cjk"
LOCKED = HERE / "web" / "package-lock.json"


def build_pages(steps: Steps) -> None:
    """Build what the gateway's board and HQ's pages serve."""
    listed = HERE / "icons" / "web.txt"
    inputs = [listed, LOCKED, *(HERE / name for name in ("web.py", "icons.py"))]
    stamp = Stamp(BUILD / "assets.pages.json", inputs=inputs)
    if stamp.holds():
        return
    from assets import icons, web  # noqa: PLC0415

    modules = npm.fetch(steps)
    outputs: list[Path] = []
    for folder in PAGES:
        steps.say(f"web assets: {folder.relative_to(ROOT)}")
        folder.mkdir(parents=True, exist_ok=True)
        outputs += web.build(modules, folder)
        outputs += icons.build_for_pages(modules / "@tabler/icons-webfont", listed, folder)
    stamp.write(outputs)


def build_kiosk_icons(steps: Steps) -> None:
    """Build the icon font that the kiosk draws with."""
    listed = HERE / "icons" / "kiosk.txt"
    stamp = Stamp(BUILD / "assets.icons.json", inputs=[listed, LOCKED, HERE / "icons.py"])
    if stamp.holds():
        return
    from assets import icons  # noqa: PLC0415

    webfont = npm.fetch(steps) / "@tabler/icons-webfont"
    steps.say(f"kiosk icons: {KIOSK.relative_to(ROOT)}")
    KIOSK.mkdir(parents=True, exist_ok=True)
    licence = KIOSK / "LICENSE-tabler-icons.txt"
    licence.write_bytes((webfont / "LICENSE").read_bytes())
    stamp.write([licence, *icons.build_for_kiosk(webfont, listed, KIOSK)])


def build_kiosk_fonts(steps: Steps) -> None:
    """Build the kiosk's text fonts."""
    version = f"{CHINESE} {importlib.metadata.version(CHINESE)}"
    stamp = Stamp(BUILD / "assets.fonts.json", inputs=[HERE / "fonts.py"], versions=[version])
    if stamp.holds():
        return
    from assets import fonts  # noqa: PLC0415

    steps.say(f"kiosk fonts: {KIOSK.relative_to(ROOT)} (GB2312, about 20 s)")
    KIOSK.mkdir(parents=True, exist_ok=True)
    stamp.write(fonts.build(KIOSK))


def build_pinyin(steps: Steps) -> None:
    """Build the dictionary of the kiosk's pinyin input method."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("jieba", "pypinyin")]
    inputs = [HERE / "pinyin.py", HERE / "words" / "retail.txt", ROOT / "kiosk/pinyin/syllables.py"]
    stamp = Stamp(BUILD / "assets.pinyin.json", inputs=inputs, versions=versions)
    if stamp.holds():
        return
    from assets import pinyin  # noqa: PLC0415

    steps.say(f"kiosk pinyin: {PINYIN.relative_to(ROOT)} (about 10 s)")
    PINYIN.mkdir(parents=True, exist_ok=True)
    stamp.write(pinyin.build(PINYIN))


def main() -> None:
    """Build whatever is missing or out of date."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # else it remarks on each font's padding
    steps = Steps(BUILD / "setup.log")
    with one_sentence_on_failure(), only_one(BUILD / "assets.lock"):
        with ProcessPoolExecutor(2) as beside:  # each takes a core for half a minute
            building = [beside.submit(build, steps) for build in (build_kiosk_fonts, build_pinyin)]
            build_pages(steps)
            build_kiosk_icons(steps)
        for each in building:
            each.result()


if __name__ == "__main__":
    main()
