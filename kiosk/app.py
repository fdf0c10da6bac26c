"""The kiosk as a program: the loop around the flow, with its window, clock, journal and chance."""

from __future__ import annotations

import logging
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kivy.app import App
from kivy.clock import Clock, ClockEvent
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

from kiosk.clock import MachineClock
from kiosk.errors import NoDisplay
from kiosk.events import (
    Arm,
    AskCase,
    Broken,
    CastVote,
    Command,
    EndAt,
    Event,
    IdleNear,
    IdlePassed,
    InstructionEnded,
    Picture,
    PromisesArrived,
    ReceiptScanned,
    Recover,
    Save,
    Saved,
    Show,
    State,
    SurveyArrived,
)
from kiosk.flow import Flow
from kiosk.idle import Idle
from kiosk.journal import Journal
from kiosk.means import means
from kiosk.opening import LOOK_EVERY_S, Opening
from kiosk.scan import Scan
from kiosk.settings import Settings
from kiosk.staff import StaffEvent
from kiosk.upkeep import Terminal, Upkeep
from kiosk.views.frame import Place
from kiosk.views.stage import Stage
from protocols.messages import Lane

logger = logging.getLogger(__name__)

Box = tuple[float, float, float, float]

# The journal's thread waits that long for the screen's at each step of a commit. Python's own 5 ms
# add up to more than the disk takes.
_TURN_S = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentResponse:
    """The visit that is going on."""

    response: str
    rev: int
    rating: int | None
    lane: Lane
    code: str | None


class KioskApp(App):  # type: ignore[misc]
    """One kiosk; `kiosk.launch.run` makes and runs it."""

    def __init__(
        self, settings: Settings, on_ready: Callable[[KioskApp], None] | None = None
    ) -> None:
        """`on_ready` is called on the screen's thread once the faces are painted."""
        super().__init__()
        if Window is None:
            raise NoDisplay
        self._journal = journal = Journal(settings, self._hear)
        survey, place = journal.survey, (settings.touchpoint, settings.language)
        self._flow = Flow(survey, *place, means(settings, journal.code))
        self._settings = settings
        self._on_ready = on_ready
        self._thanked: list[Callable[[str, int], None]] = []
        self._saved: list[Callable[[str, int], None]] = []
        self._idle = Idle()
        self._timers: list[ClockEvent] = []
        self._clock = MachineClock()
        self._opening = Opening()
        self._scan = Scan() if settings.receipt_scanner else None
        self._shown: State | None = None
        self._stopped = False
        self.wants_restart = False
        self._stage = Stage(_place(settings), self.handle, self._behind)
        self._upkeep = Upkeep(settings, self._terminal())

    # --- what tests, simulators and a later staff screen may ask ---------------------------------

    @property
    def flow_state(self) -> str:
        """Return the name of the flow's state."""
        return self._flow.state

    @property
    def picture(self) -> Picture:
        """Return what the screen shows."""
        return self._flow.picture()

    @property
    def current_response(self) -> CurrentResponse | None:
        """Return the visit that is going on, as last handed over for saving."""
        visit = self._flow.visit
        if visit is None:
            return None
        return CurrentResponse(
            response=visit.response,
            rev=visit.rev,
            rating=visit.rating,
            lane=visit.lane,
            code=visit.code,
        )

    def targets(self) -> dict[str, Box]:
        """Return everything that can be touched now: name → x, y, width, height from the top."""
        height = self._stage.height
        return {
            one.name: (one.hit.x, height - one.hit.top, one.hit.width, one.hit.height)
            for one in self._stage.touchables
        }

    def on_thanked(self, callback: Callable[[str, int], None]) -> None:
        """Call back with response id and revision whenever thanks are painted after the commit."""
        self._thanked.append(callback)

    def on_saved(self, callback: Callable[[str, int], None]) -> None:
        """Call back with response id and revision when it is on disk; on the journal's thread."""
        self._saved.append(callback)

    def later(self, callback: Callable[[], None], after_seconds: float) -> None:
        """Call back on the screen's thread after that long."""
        Clock.schedule_once(lambda _: callback(), after_seconds)

    def photograph(self) -> tuple[int, int, bytes]:
        """Return width, height and RGB bytes of what is painted, the lowest row first."""
        width, height = (round(side) for side in Window.size)
        return width, height, glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)

    def wake(self) -> None:
        """Look for touches at once; may be called from any thread."""
        self._idle.wake()

    def press_key(self, number: int, modifiers: Sequence[str] = ()) -> bool:
        """Take a key of a keyboard by Kivy's number; False when it means nothing here."""
        scanned = self._scan.key(number, modifiers, time.monotonic()) if self._scan else None
        if scanned is not None:
            if scanned:
                self._upkeep.touched()
                self.handle(ReceiptScanned(scanned))
            return True
        return self._upkeep.pressed(number, back="shift" in modifiers)

    def soon(self, callback: Callable[[], None]) -> None:
        """Call back on the screen's thread; may be called from any."""
        Clock.schedule_once(lambda _: callback())
        self._idle.wake()

    def pace(self, longest_sleep_s: float) -> None:
        """Go round at least that often, though nothing happens."""
        self._idle.longest_sleep_s = longest_sleep_s

    # --- the loop --------------------------------------------------------------------------------

    def build(self) -> Stage:
        """Give Kivy the stage."""
        Window.clearcolor = (1, 1, 1, 1)
        self._idle.install()
        Window.bind(on_touch_down=self._touched, on_key_down=self._key)
        Window.bind(on_key_up=self._key_up)
        self._show(self._flow.picture())
        return self._stage

    def on_start(self) -> None:
        """Open the outbox and the link."""
        sys.setswitchinterval(_TURN_S)
        self._journal.start()
        self._look_at_hours()
        self._watch = Clock.schedule_interval(self._look_at_hours, LOOK_EVERY_S)
        # Two frames later the first one is on the glass.
        Clock.schedule_once(lambda _: Clock.schedule_once(lambda _: self._painted()))

    def _painted(self) -> None:
        for score in (1, 5):  # a screen's first words cost the first shopper a fifth of a second
            self._stage.rehearse(_after_a_face(self._flow.picture(), score))
        self._journal.painted()
        self._upkeep.start()
        if self._on_ready:
            self._on_ready(self)

    def on_stop(self) -> None:
        """Leave nothing half done: what was handed over is committed, and no timer goes off."""
        Window.unbind(on_touch_down=self._touched, on_key_down=self._key)
        Window.unbind(on_key_up=self._key_up)
        self._upkeep.stop(again=self.wants_restart)
        self._arm(Arm(None))
        self._watch.cancel()
        self._stopped = True
        self._journal.stop()

    def handle(self, event: Event) -> None:
        """Tell the flow what happened and do what it answers.

        A fault of our own ends the visit; a fault at that too ends the program, which systemd
        then starts again.
        """
        if self._stopped or not self._upkeep.admits(event):
            return
        try:
            self._follow(event)
        except Exception:  # the outermost loop: one visit may fail, the kiosk goes on
            logger.exception("gave up on %s; the visit ends in error", type(event).__name__)
            self._follow(Broken())
        if isinstance(event, (SurveyArrived, PromisesArrived)):
            self._look_at_hours()

    def _follow(self, event: Event) -> None:
        for command in self._flow.handle(event):
            self._do(command)

    def _do(self, command: Command) -> None:
        match command:
            case Save(visit):
                self._journal.save(visit)
            case Recover(visits):
                self._journal.recover(visits)
            case CastVote(problem, vote):
                self._journal.cast(problem, vote)
            case AskCase(code, nonce):
                self._journal.ask_case(code, nonce)
            case Show(picture):
                self._show(picture)
            case Arm():
                self._arm(command)
            case EndAt(instruction, until_ms):
                wait_s = max(0.0, until_ms / 1000 - time.time())
                Clock.schedule_once(lambda _: self.handle(InstructionEnded(instruction)), wait_s)

    def _look_at_hours(self, *_: object) -> None:
        changed = self._opening.look(self._flow.survey.hours, self._flow.zone, self._clock.now())
        if changed:
            self.handle(changed)

    def _hear(self, event: Event) -> None:
        """Take an event from the journal's thread."""
        if isinstance(event, Saved):
            for callback in self._saved:
                callback(event.response, event.rev)
        self.soon(lambda: self.handle(event))

    def _show(self, picture: Picture) -> None:
        before, self._shown = self._shown, picture.state
        self._stage.show(self._upkeep.complete(picture))
        self._upkeep.shown(picture)
        visit = self._flow.visit
        if picture.state is State.THANKS and visit and before is not State.THANKS:
            thanked = (visit.response, visit.rev)
            Clock.schedule_once(lambda _: self._tell_thanked(*thanked))  # after the next frame

    def _behind(self, event: StaffEvent) -> None:
        self._upkeep.staff(event)

    def _touched(self, *_: object) -> bool:
        return self._upkeep.touched()

    def _key(self, _: object, number: int, *told: object) -> bool:
        modifiers = told[-1] if told and isinstance(told[-1], list) else ()
        return self.press_key(number, modifiers)

    def _key_up(self, _: object, number: int, *__: object) -> None:
        self._upkeep.released(number)

    def _restart(self) -> None:
        self.wants_restart = True
        self.stop()

    def _terminal(self) -> Terminal:
        return Terminal(
            stage=self._stage,
            later=self.later,
            soon=self.soon,
            handle=self.handle,
            picture=self._flow.picture,
            show=lambda: self._show(self._flow.picture()),
            report=self._journal.report,
            survey=lambda: f"{self._flow.survey.survey} {self._flow.survey.version}",
            restart=self._restart,
        )

    def _tell_thanked(self, response: str, rev: int) -> None:
        for callback in self._thanked:
            callback(response, rev)

    def _arm(self, arm: Arm) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers = []
        wait_s = arm.after_seconds
        if wait_s is None:
            return
        self._timers.append(Clock.schedule_once(lambda _: self.handle(IdlePassed()), wait_s))
        ends = time.monotonic() + wait_s
        if arm.warn_seconds is not None:
            near = Clock.schedule_once(lambda _: self._near(ends), wait_s - arm.warn_seconds)
            self._timers.append(near)
        elif self._flow.state is State.THANKS:
            self._count(ends)

    def _near(self, ends: float) -> None:
        self.handle(IdleNear())
        self._count(ends)

    def _count(self, ends: float) -> None:
        """Say every second how long is left."""
        self._count_down(ends)
        self._timers.append(Clock.schedule_interval(lambda _: self._count_down(ends), 1.0))

    def _count_down(self, ends: float) -> None:
        self._stage.count_down(max(0, math.ceil(ends - time.monotonic() - 0.2)))


def _after_a_face(picture: Picture, score: int) -> Picture:
    """Return what the screen will show when this face is touched."""
    asked = picture.asked
    return replace(
        picture,
        state=State.REASONS,
        rating=score,
        mood=asked.mood(score),
        choices=asked.choices(score),
    )


def _place(settings: Settings) -> Place:
    return Place(
        store_name=settings.store_name,
        touchpoint=settings.touchpoint,
        touchpoint_name=settings.touchpoint_name,
        track_url=settings.track_url,
        note_url=settings.note_url,
    )
