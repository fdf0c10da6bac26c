"""Takes the kiosk's pictures for the documents: every screen, in both languages and two windows.

Run `python docs/screenshot_kiosk.py` after `make assets`; it needs no display. It starts the real
kiosk, touches it through SDL's event queue, and writes one montage per window and language.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from nacl.public import PrivateKey
from PIL import Image

from kiosk import launch
from kiosk.events import AlarmHeard, GatewayLinked, IdlePassed, Instructed, StorageFailed
from kiosk.settings import Settings
from protocols.messages import Alarm, Instruction
from simulator.robot import Robot

if TYPE_CHECKING:
    from kiosk.app import KioskApp

PICTURES = Path(__file__).parent / "pictures"
WINDOWS = {"portrait": (1080, 1920), "landscape": (1280, 800)}
SCALES = {"portrait": 0.25, "landscape": 0.36}
COLUMNS = {"portrait": 4, "landscape": 3}
BETWEEN = 10
GREY = (132, 138, 146)
COLOURS = 112
STEP_S = 0.35

ALARM = Alarm(alarm="a", response="r", touchpoint="till-4", reasons=("allergy",), code="7Q2M-KX4D")
ORDER = Instruction(instruction="i", text={"zh-CN": "请加开 5 号收银台", "en": "Open till 5"})
NOTES = {"zh-CN": ("phrase:1", "phrase:3"), "en": ("phrase:1", "phrase:3")}
Step = str | Callable[["KioskApp"], None]


def steps(language: str) -> list[Step]:
    """Return what to touch and when to take a picture ("shot")."""
    number = tuple(f"digit:{digit}" for digit in "13800138000")
    turn: tuple[Step, ...] = ("language",) if language == "en" else ()
    return [
        *turn,
        "shot",
        "face:1",
        "reason:queue",
        "reason:food_safety",
        "shot",
        "write",
        *NOTES[language],
        "shot",
        "done",
        *number,
        "consent",
        "shot",
        "submit",
        "shot",
        "finish",
        *turn,
        "face:5",
        "reason:fresh",
        "reason:friendly",
        "shot",
        lambda app: app.handle(IdlePassed()),
        *turn,
        lambda app: app.handle(AlarmHeard(ALARM)),
        lambda app: app.handle(Instructed(ORDER)),
        "shot",
        lambda app: app.handle(GatewayLinked()),
        lambda app: app.handle(StorageFailed(None)),
        "shot",
    ]


def settings(folder: Path, size: tuple[int, int]) -> Settings:
    """Return the settings of the kiosk in the pictures."""
    public_key = PrivateKey.generate().public_key
    return Settings(
        device="kiosk-1",
        store="spruce-northgate",
        store_name={"zh-CN": "云杉超市 · 城北店", "en": "Spruce Market · Northgate"},
        touchpoint="till-4",
        touchpoint_name={"zh-CN": "4 号收银台", "en": "Till 4"},
        token="only-for-the-pictures",  # noqa: S106 (there is no gateway)
        data_dir=folder,
        gateway_url="ws://127.0.0.1:9",  # nobody listens there
        hq_public_key=base64.b64encode(bytes(public_key)).decode(),
        track_url="https://feedback.example.com/t",
        note_url="https://feedback.example.com/n/spruce-northgate",
        width=size[0],
        height=size[1],
    )


def photograph(window: str, language: str) -> None:
    """Run one kiosk in this process and write its montage."""
    shots: list[Image.Image] = []
    left = steps(language)

    def begin(app: KioskApp) -> None:
        robot = Robot(app)

        def step() -> None:
            if not left:
                app.stop()
                return
            one = left.pop(0)
            if one == "shot":
                shots.append(_picture(app))
            elif isinstance(one, str):
                robot.tap(one)
            else:
                one(app)
            app.later(step, STEP_S)

        step()

    with tempfile.TemporaryDirectory() as folder:
        launch.run(settings(Path(folder), WINDOWS[window]), begin)
    montage = _montage(shots, SCALES[window], COLUMNS[window])
    montage.save(PICTURES / f"kiosk-{window}-{language}.png", optimize=True)


def _picture(app: KioskApp) -> Image.Image:
    width, height, pixels = app.photograph()
    image = Image.frombytes("RGB", (width, height), pixels)
    return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)


def _montage(shots: list[Image.Image], scale: float, columns: int) -> Image.Image:
    width, height = (round(side * scale) for side in shots[0].size)
    rows = -(-len(shots) // columns)
    size = (columns * (width + BETWEEN) + BETWEEN, rows * (height + BETWEEN) + BETWEEN)
    sheet = Image.new("RGB", size, GREY)
    for at, shot in enumerate(shots):
        row, column = divmod(at, columns)
        corner = (BETWEEN + column * (width + BETWEEN), BETWEEN + row * (height + BETWEEN))
        sheet.paste(shot.resize((width, height), Image.Resampling.LANCZOS), corner)
    # Without k-means a whole face may lose its colour: it is small on the sheet.
    return sheet.quantize(COLOURS, kmeans=4, dither=Image.Dither.NONE)


def main() -> None:
    """Take all pictures; each kiosk in a process of its own, because Kivy opens one window."""
    if len(sys.argv) == 3:
        photograph(sys.argv[1], sys.argv[2])
        return
    PICTURES.mkdir(exist_ok=True)
    environment = {**os.environ, "SDL_VIDEODRIVER": "offscreen"}
    for window in WINDOWS:
        for language in NOTES:
            command = [sys.executable, __file__, window, language]
            subprocess.run(command, env=environment, check=True)  # noqa: S603 (this very file)


if __name__ == "__main__":
    main()
