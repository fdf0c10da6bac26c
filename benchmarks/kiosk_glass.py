"""A whole kiosk on an offscreen surface, touched from within its own loop, and what was seen."""

from __future__ import annotations

import base64
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from threading import Thread
from typing import TYPE_CHECKING

from nacl.public import PrivateKey

from benchmarks.kiosk_visitors import Visitor, visitor
from benchmarks.processes import rss_mb
from benchmarks.rig import TOKEN
from kiosk import window
from kiosk.settings import Settings
from kiosk.views import theme
from protocols.briefs import Problem, Problems
from simulator.robot import Robot

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.events import Picture

# Between two touches of a shopper: the screen has answered by then.
_TOUCH_S = 0.02
# However busy the machine: a touch that nothing answers by then was lost.
_ANSWERS_S = 5.0
_LOST_AFTER_S = 30.0
# A frame is looked for this often while a tap waits to be painted.
_AT_ONCE = 0.0
_BETWEEN_TAPS_S = 0.15
# Memory is looked at so often in a whole run.
_SAMPLES = 300
# Nobody walks away while a revision is being saved.
_STAYS = ("saving", "cannot_accept")
_COMPOSING = ("note", "contact", "lookup")
# Sooner a second touch of the same key would be a bounce of the panel.
_NO_BOUNCE_S = 0.08

_WORDS = {"zh-CN": "生鲜称重 · 排队", "en": "Queue at the fresh counter"}
_PROBLEMS = Problems(
    problems=tuple(
        Problem(problem=f"p{at}", topic="queue_checkout", text=_WORDS, ask=_WORDS)
        for at in range(2)
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to do: "taps" or "visits", and how many."""

    what: str
    count: int


@dataclass(slots=True, kw_only=True)
class Taken:
    """What was seen."""

    painted_ms: list[float] = field(default_factory=list)
    durable_ms: list[float] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)
    """Responses that the kiosk began, one for each shopper."""
    lacking: int = 0
    """Responses of those that are not in the outbox."""
    unanswered: int = 0
    """Touches of a face that changed nothing."""
    seen: set[tuple[str, str, bool]] = field(default_factory=set)
    """State, language, and whether in large text."""
    rss_mb: list[tuple[int, float]] = field(default_factory=list)
    """After so many visits."""
    files: list[int] = field(default_factory=list)


def kiosk_on_glass(folder: Path, size: tuple[int, int], seed: int, parent: Connection) -> None:
    """Run a kiosk that says "ready", takes one Order, answers with a Taken and ends."""
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    settings = Settings(
        device="kiosk-1",
        store="s1",
        touchpoint="till-4",
        token=TOKEN,
        data_dir=folder,
        gateway_url="ws://127.0.0.1:9",  # nobody listens there
        hq_public_key=base64.b64encode(bytes(PrivateKey.generate().public_key)).decode(),
        track_url="https://feedback.example.com/t",
        note_url="https://feedback.example.com/n/s1",
        width=size[0],
        height=size[1],
    )
    folder.mkdir(parents=True, exist_ok=True)
    theme.check_assets()
    window.prepare(settings)
    from kiosk.app import KioskApp  # noqa: PLC0415 (opens the window when imported)

    def ready(app: KioskApp) -> None:
        parent.send("ready")
        Thread(target=_listen, args=(app, Random(seed), parent, taken), daemon=True).start()

    taken = Taken()
    KioskApp(settings, ready).run()
    with closing(sqlite3.connect(settings.outbox_path)) as rows:
        stored = rows.execute("SELECT json_extract(payload, '$.response') FROM events")
        taken.lacking = len(taken.begun - {response for (response,) in stored})
    parent.send(taken)


def _listen(app: KioskApp, random: Random, parent: Connection, taken: Taken) -> None:
    order: Order = parent.recv()
    work = _taps if order.what == "taps" else _visits
    _Steps(app, work(app, random, order.count, taken)).begin()


class _Steps:
    """Goes on with a generator on the kiosk's own thread; it yields how long it waits."""

    def __init__(self, app: KioskApp, work: Iterator[float]) -> None:
        self._app = app
        self._work = work

    def begin(self) -> None:
        """Start, from any thread."""
        self._app.later(self._step, 0)
        self._app.wake()

    def _step(self) -> None:
        wait_s = next(self._work, None)
        if wait_s is None:
            self._app.stop()
            return
        self._app.later(self._step, wait_s)


def _taps(app: KioskApp, random: Random, count: int, taken: Taken) -> Iterator[float]:
    """Touch a face, see it painted and stored, walk through to the thanks; `count` times."""
    from kivy.core.window import Window  # noqa: PLC0415 (it is open by now)

    robot = Robot(app)
    flipped: list[float] = []
    stored: dict[str, float] = {}

    def note_saved(response: str, _rev: int) -> None:
        stored.setdefault(response, time.monotonic())

    app.on_saved(note_saved)

    def note_flip(*_: object) -> None:
        if app.flow_state != "attract":  # the frame that answers the touch, and those after it
            flipped.append(time.monotonic())

    Window.bind(on_flip=note_flip)
    for _ in range(count):
        yield from _until(app, "attract")
        flipped.clear()
        touched = time.monotonic()
        robot.tap(f"face:{random.randint(3, 5)}")
        while not flipped and time.monotonic() < touched + _LOST_AFTER_S:
            yield _AT_ONCE
        response = app.current_response
        if not flipped or response is None:
            taken.unanswered += 1
            continue
        while response.response not in stored:
            yield _AT_ONCE
        taken.painted_ms.append(1_000 * (flipped[0] - touched))
        taken.durable_ms.append(1_000 * (stored[response.response] - touched))
        yield from _leave(app, robot)


def _leave(app: KioskApp, robot: Robot) -> Iterator[float]:
    """Walk from the reasons to the thanks and away."""
    while app.flow_state != "attract":
        yield _BETWEEN_TAPS_S
        key = next(filter(robot.can_tap, ("still_here", "skip", "finish")), None)
        if key:
            robot.tap(key)
    yield _BETWEEN_TAPS_S


def _visits(app: KioskApp, random: Random, count: int, taken: Taken) -> Iterator[float]:
    """Let seeded visitors come, one after the other, until `count` responses were begun."""
    from kiosk.events import ProblemsArrived  # noqa: PLC0415 (as its siblings)

    app.handle(ProblemsArrived(_PROBLEMS))
    every = max(1, count // _SAMPLES)
    while len(taken.begun) < count:
        yield from _until(app, "attract")
        before = len(taken.begun) // every
        yield from _visit(app, visitor(random), taken)
        if len(taken.begun) // every > before:
            taken.rss_mb.append((len(taken.begun), rss_mb(os.getpid())))
            taken.files.append(len(list(Path("/proc/self/fd").iterdir())))


def _visit(app: KioskApp, visitor: Visitor, taken: Taken) -> Iterator[float]:
    robot, last = Robot(app), None
    while not (visitor.leaving and app.flow_state == "attract"):
        target = visitor.next_target(app.flow_state, app.targets().keys())
        if target is not None:
            if target == last:
                yield _NO_BOUNCE_S
            before, last = app.picture, target
            if not robot.can_tap(target):  # the screen has changed meanwhile
                continue
            robot.tap(target)
            yield from _answered(app, before)
            taken.unanswered += target.startswith("face:") and app.picture == before
        elif visitor.leaving and app.flow_state not in _STAYS:
            _walk_away(app)
        _note(app, taken)
        yield _TOUCH_S
    _walk_away(app)  # whoever changed only the language or the size goes, too


def _note(app: KioskApp, taken: Taken) -> None:
    picture = app.picture
    taken.seen.add((picture.state, picture.language, picture.large))
    if app.current_response is not None:
        taken.begun.add(app.current_response.response)


def _answered(app: KioskApp, before: Picture) -> Iterator[float]:
    """Wait until the screen has answered a touch; what is being composed may change no picture."""
    give_up = time.monotonic() + (_TOUCH_S if before.state in _COMPOSING else _ANSWERS_S)
    while app.picture == before and time.monotonic() < give_up:
        yield _TOUCH_S


def _walk_away(app: KioskApp) -> None:
    from kiosk.events import IdlePassed  # noqa: PLC0415 (as its siblings)

    app.handle(IdlePassed())


def _until(app: KioskApp, state: str) -> Iterator[float]:
    while app.flow_state != state:
        yield _TOUCH_S
