"""Takes the pictures of the screen that sets a kiosk up, in every window and both languages.

Run `python docs/screenshot_enrolment.py` after `make assets`; it needs no display.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from kiosk.enrolment import launch
from kiosk.enrolment.flow import (
    Erased,
    Event,
    Failed,
    Field,
    FieldTapped,
    KeyTapped,
    LanguageTapped,
    Trouble,
)
from kiosk.texts import LANGUAGES
from protocols import case_code

if TYPE_CHECKING:
    from kiosk.enrolment.app import EnrolApp

PICTURES = Path(__file__).parent / "pictures"
WINDOWS = {"portrait": (1080, 1920), "landscape": (1280, 800), "small": (800, 480)}
SCALES = {"portrait": 0.25, "landscape": 0.3, "small": 0.48}
BETWEEN = 10
GREY = (132, 138, 146)
STEP_S = 0.3
CODE = case_code.block_code(bytes(case_code.KEY_BYTES), 7).replace("-", "")


def photograph(window: str) -> None:
    """Take one window's pictures: a row for each language."""
    width, height = WINDOWS[window]
    os.environ |= {"STORELOOP_KIOSK_WIDTH": str(width), "STORELOOP_KIOSK_HEIGHT": str(height)}
    shots: list[Image.Image] = []

    def begin(app: EnrolApp) -> None:
        steps = _steps(list(LANGUAGES)[1:])

        def step() -> None:
            if not steps:
                app.stop()
                return
            for event in steps.pop(0):
                app.handle(event)
            app.later(shoot, STEP_S)

        def shoot() -> None:
            wide, high, pixels = app.photograph()
            image = Image.frombytes("RGB", (wide, high), pixels)
            shots.append(image.transpose(Image.Transpose.FLIP_TOP_BOTTOM))
            step()

        step()

    with tempfile.TemporaryDirectory() as folder:
        launch.run(Path(folder) / "kiosk.toml", begin)
    sheet = _montage(shots, SCALES[window], len(shots) // len(LANGUAGES))
    sheet.save(PICTURES / f"kiosk-setup-{window}.png", optimize=True)


def _steps(other_languages: list[str]) -> list[list[Event]]:
    """Return what leads to each picture: the first language's, then those of the others."""
    code: list[Event] = [KeyTapped(character) for character in CODE]
    address: list[Event] = [KeyTapped(character) for character in "192.168.1.10"]
    empty: list[Event] = [Erased()] * len(address)
    steps: list[list[Event]] = [
        code,
        [FieldTapped(Field.GATEWAY), *address],
        [Failed(Trouble.EXPIRED)],
    ]
    for _ in other_languages:
        again: list[Event] = [*empty, FieldTapped(Field.CODE), LanguageTapped()]
        steps += [again, [FieldTapped(Field.GATEWAY), *address], [Failed(Trouble.EXPIRED)]]
    return steps


def _montage(shots: list[Image.Image], scale: float, columns: int) -> Image.Image:
    width, height = (round(side * scale) for side in shots[0].size)
    rows = -(-len(shots) // columns)
    size = (columns * (width + BETWEEN) + BETWEEN, rows * (height + BETWEEN) + BETWEEN)
    sheet = Image.new("RGB", size, GREY)
    for at, shot in enumerate(shots):
        row, column = divmod(at, columns)
        corner = (BETWEEN + column * (width + BETWEEN), BETWEEN + row * (height + BETWEEN))
        sheet.paste(shot.resize((width, height), Image.Resampling.LANCZOS), corner)
    return sheet.quantize(96, kmeans=4, dither=Image.Dither.NONE)


def main() -> None:
    """Take all pictures, each window in a process of its own: Kivy opens one."""
    if len(sys.argv) == 2:
        photograph(sys.argv[1])
        return
    PICTURES.mkdir(exist_ok=True)
    environment = {**os.environ, "SDL_VIDEODRIVER": "offscreen"}
    for window in WINDOWS:
        subprocess.run([sys.executable, __file__, window], env=environment, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
