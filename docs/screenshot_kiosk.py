"""Takes the kiosk's pictures for the documents: every screen, window, language and text size.

Run `python docs/screenshot_kiosk.py` after `make assets`; it needs no display. It starts the real
kiosk, touches it through SDL's event queue, tells it what a gateway would, and writes one montage
for each window, language and text size.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from nacl.public import PrivateKey
from PIL import Image

from kiosk import launch
from kiosk.clock import MachineClock
from kiosk.events import (
    AlarmHeard,
    AskTapped,
    CaseAnswered,
    GatewayLinked,
    HoursChanged,
    IdleNear,
    IdlePassed,
    Instructed,
    ProblemsArrived,
    PromisesArrived,
    StaffHeld,
    StorageFailed,
    SurveyArrived,
)
from kiosk.pin import hash_pin
from kiosk.settings import DEFAULT_SURVEY, Settings
from kiosk.views import theme
from protocols import case_code
from protocols.briefs import Problem, Problems, Promise, PromiseClock, Promises
from protocols.messages import Alarm, CaseFound, CaseNode, CaseTold, ClockQuality, Instruction
from protocols.survey import Scale, Survey
from simulator.robot import Robot

if TYPE_CHECKING:
    from kiosk.app import KioskApp

PICTURES = Path(__file__).parent / "pictures"
WINDOWS = {"portrait": (1080, 1920), "landscape": (1280, 800), "small": (800, 480)}
SCALES = {"portrait": 0.21, "landscape": 0.25, "small": 0.4}
COLUMNS = {"portrait": 7, "landscape": 4, "small": 4}
LANGUAGES = ("zh-CN", "en")
TEXTS = ("normal", "large")
BETWEEN = 10
GREY = (132, 138, 146)
COLOURS = 96
STEP_S = 0.3
LONGEST_WAIT_S = 20.0

CODE = case_code.block_code(bytes(case_code.KEY_BYTES), 7)
PIN = "24680"
ALARM = Alarm(alarm="a", response="r", touchpoint="till-4", reasons=("allergy",), code=CODE)
ORDER = Instruction(instruction="i", text={"zh-CN": "请加开 5 号收银台", "en": "Open till 5"})
ASKS = (
    {"zh-CN": "生鲜称重还排队吗？", "en": "Is there still a queue at fresh weighing?"},
    {"zh-CN": "价签和收银价还对不上吗？", "en": "Are price tags still wrong?"},
    {"zh-CN": "洗手间现在干净吗？", "en": "Is the washroom clean now?"},
)
PROBLEMS = Problems(
    problems=tuple(
        Problem(problem=f"p{at}", topic="queue_checkout", text=ask, ask=ask)
        for at, ask in enumerate(ASKS, start=1)
    )
)
PROMISES = Promises(
    policy="pictures",
    timezone="Asia/Shanghai",
    opens="00:00",
    closes="24:00",
    promises=tuple(
        Promise(grade=grade, minutes=minutes, clock=PromiseClock.WALL)
        for grade, minutes in (("S", 30), ("A", 120), ("B", 1440))
    ),
)
ENDS = ({"zh-CN": "完全不会", "en": "Not at all"}, {"zh-CN": "一定会", "en": "Certainly"})
Step = str | Callable[["KioskApp"], None]


def _survey(scale: Scale) -> Survey:
    """Return the survey that comes with the kiosk, with another scale."""
    faces = DEFAULT_SURVEY.faces
    shown = ENDS if scale is Scale.NPS else tuple(faces[at] for at in (0, 1, 3, 4))
    ask = {"zh-CN": "您会向朋友推荐我们吗？", "en": "Would you recommend us to a friend?"}
    return msgspec.structs.replace(
        DEFAULT_SURVEY,
        version=DEFAULT_SURVEY.version + 1,
        questions=(),
        ask=ask if scale is Scale.NPS else DEFAULT_SURVEY.ask,
        scale=scale,
        faces=shown,
    )


def _tell_case(app: KioskApp) -> None:
    """Ask for the case that is typed, and answer at once as a gateway would."""
    now_ms = round(time.time() * 1000)
    nodes = tuple(
        CaseNode(step=step, at_ms=now_ms - hours * 3_600_000)
        for step, hours in (("received", 3), ("acknowledge", 2), ("contact", 1))
    )
    app.handle(AskTapped())
    app.handle(
        CaseAnswered(
            CaseTold(
                code=CODE,
                nonce=1,
                found=CaseFound.FOUND,
                nodes=nodes,
                promised_ms=now_ms + 3_600_000,
            )
        )
    )


def _hours(app: KioskApp, *, is_open: bool) -> None:
    opens = datetime.now().astimezone().replace(hour=8, minute=0) + timedelta(days=1)
    app.handle(HoursChanged(open=is_open, opens_at=None if is_open else opens))


def _look_on(_: KioskApp) -> None:
    """Wait for what a thread finds out."""


def _warn(app: KioskApp) -> None:
    """Ask whether somebody is still there, as eight seconds before the end of a wait."""
    app.handle(IdleNear())
    app._stage.count_down(8)


def steps(language: str, text: str) -> list[Step]:
    """Return what to touch, what to tell, and when to take a picture ("shot")."""
    turn: tuple[Step, ...] = ("language",) if language == "en" else ()
    turn += ("large_text",) if text == "large" else ()
    leave: Step = lambda app: app.handle(IdlePassed())  # noqa: E731 (a step among steps)
    return [
        lambda app: app.handle(ProblemsArrived(PROBLEMS)),
        lambda app: app.handle(PromisesArrived(PROMISES)),
        *(*turn, "shot"),
        *("face:1", "reason:queue", "reason:food_safety", "shot"),
        *("write", *_words(language), "shot"),
        *("done", *(f"digit:{digit}" for digit in "13800138000"), "consent", "shot"),
        *("submit", "shot", "finish"),
        *(*turn, "face:5", "reason:fresh", "reason:friendly", "shot", "next", "shot", "finish"),
        *(*turn, "mailbox", "shot", leave),
        *(*turn, "lookup", *(f"code:{character}" for character in "7Q2MKX4D"), "ask", "shot"),
        *("erase",) * 8,
        *(*(f"code:{character}" for character in CODE.replace("-", "")), _tell_case, "shot"),
        leave,
        *(*turn, "face:2", "receipt", *(f"digit:{digit}" for digit in "10387"), "shot", "done"),
        *("shot", _warn, "shot", "still_here", leave),
        lambda app: app.handle(AlarmHeard(ALARM)),
        lambda app: app.handle(Instructed(ORDER)),
        *(*turn, "shot", leave),
        lambda app: app.handle(GatewayLinked()),
        lambda app: app.handle(ProblemsArrived(Problems(problems=()))),
        lambda app: app.handle(SurveyArrived(_survey(Scale.FACES_4))),
        *(*turn, "shot", leave),
        lambda app: app.handle(SurveyArrived(_survey(Scale.NPS))),
        *(*turn, "shot", leave),
        lambda app: _hours(app, is_open=False),
        *(*turn, "shot", leave),
        lambda app: _hours(app, is_open=True),
        *turn,
        lambda app: app.handle(StaffHeld()),
        "shot",
        *(*(f"digit:{digit}" for digit in PIN), "pin_ok", *(_look_on,) * 12, "shot"),
        lambda app: app.handle(IdlePassed()),
        lambda app: app.handle(StorageFailed(None)),
        *(*turn, "shot"),
    ]


def _words(language: str) -> tuple[str, ...]:
    """Return keys that write something: Chinese is chosen from what the pinyin offers."""
    if language == "en":
        return ("phrase:1", "key:t", "key:o", "key:o")
    return ("phrase:1", *(f"key:{letter}" for letter in "shouyintai"))


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
        staff_pin_hash=hash_pin(PIN),
        receipt_digits=True,
    )


def photograph(window: str, language: str, text: str) -> None:
    """Run one kiosk in this process and write its montage."""
    shots: list[Image.Image] = []
    left = steps(language, text)

    def begin(app: KioskApp) -> None:
        robot = Robot(app)
        waited_since = time.monotonic()

        def step() -> None:
            nonlocal waited_since
            if not left:
                app.stop()
                return
            one = left[0]
            if not _ready(one, app, robot):
                if time.monotonic() - waited_since > LONGEST_WAIT_S:
                    robot.tap(str(one))  # raises NotThere, with what there is
                app.later(step, STEP_S)
                return
            left.pop(0)
            if one == "shot":
                shots.append(_picture(app))
            elif isinstance(one, str):
                robot.tap(one)
            else:
                one(app)
            waited_since = time.monotonic()
            # Other words and sizes stand elsewhere: nothing is touched before they do.
            slow = one in ("language", "large_text") or (left and left[0] == "shot")
            app.later(step, STEP_S if slow else STEP_S / 3)

        step()

    # This machine may have no time server; the kiosk in the pictures has one, and can promise.
    MachineClock._quality = lambda _: ClockQuality.SYNCED  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as folder:
        launch.run(settings(Path(folder), WINDOWS[window]), begin)
    montage = _montage(shots, SCALES[window], COLUMNS[window])
    size = "-large" if text == "large" else ""
    montage.save(PICTURES / f"kiosk-{window}-{language}{size}.png", optimize=True)


def _ready(one: Step, app: KioskApp, robot: Robot) -> bool:
    """Return whether a thing can be touched, or the screen has come to rest for a picture."""
    if one == "shot":
        return not app._stage._entrance.moving
    return not isinstance(one, str) or robot.can_tap(one)


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
    return sheet.quantize(palette=_palette(sheet), dither=Image.Dither.NONE)


def _palette(sheet: Image.Image) -> Image.Image:
    """Return a palette in which the faces keep their colours, small as they are on the sheet."""
    side = sheet.height // len(theme.FACES)
    source = Image.new("RGB", (sheet.width + side, sheet.height))
    source.paste(sheet, (0, 0))
    for at, colour in enumerate(theme.FACES):
        block = tuple(round(255 * part) for part in colour[:3])
        source.paste(block, (sheet.width, at * side, sheet.width + side, (at + 1) * side))
    return source.quantize(COLOURS, kmeans=4, dither=Image.Dither.NONE)


def main() -> None:
    """Take all pictures; each kiosk in a process of its own, because Kivy opens one window."""
    if len(sys.argv) == 4:
        photograph(*sys.argv[1:])
        return
    PICTURES.mkdir(exist_ok=True)
    environment = {**os.environ, "SDL_VIDEODRIVER": "offscreen"}
    for window, language, text in product(WINDOWS, LANGUAGES, TEXTS):
        command = [sys.executable, __file__, window, language, text]
        subprocess.run(command, env=environment, check=True)  # noqa: S603 (this very file)


if __name__ == "__main__":
    main()
