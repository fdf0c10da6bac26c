"""The kiosk as a program: the loop around the flow, with its window, clock, journal and chance."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

from kiosk.errors import NoDisplay
from kiosk.events import (
    Arm,
    Command,
    EndAt,
    Event,
    IdlePassed,
    InstructionEnded,
    Picture,
    Recover,
    Save,
    Saved,
    Show,
    State,
)
from kiosk.flow import Flow
from kiosk.idle import Idle
from kiosk.journal import Journal
from kiosk.means import means
from kiosk.settings import Settings
from kiosk.upkeep import Upkeep
from kiosk.views.frame import Place
from kiosk.views.stage import Stage
from protocols.messages import Lane

logger = logging.getLogger(__name__)

Box = tuple[float, float, float, float]


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
        self._timer = self._countdown = None
        self._stopped = False
        self._stage = Stage(_place(settings), self.handle)
        self._upkeep = Upkeep(self.later)

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

    def pace(self, longest_sleep_s: float) -> None:
        """Go round at least that often, though nothing happens."""
        self._idle.longest_sleep_s = longest_sleep_s

    # --- the loop --------------------------------------------------------------------------------

    def build(self) -> Stage:
        """Give Kivy the stage."""
        Window.clearcolor = (1, 1, 1, 1)
        self._idle.install()
        self._stage.show(self._flow.picture())
        return self._stage

    def on_start(self) -> None:
        """Open the outbox and the link."""
        self._journal.start()
        # Two frames later the first one is on the glass.
        Clock.schedule_once(lambda _: Clock.schedule_once(lambda _: self._painted()))

    def _painted(self) -> None:
        self._upkeep.start()
        if self._on_ready:
            self._on_ready(self)

    def on_stop(self) -> None:
        """Leave nothing half done: what was handed over is committed, and no timer goes off."""
        self._upkeep.stop()
        self._arm(None)
        self._stopped = True
        self._journal.stop()

    def handle(self, event: Event) -> None:
        """Tell the flow what happened and do what it answers."""
        if self._stopped:
            return
        for command in self._flow.handle(event):
            self._do(command)

    def _do(self, command: Command) -> None:
        match command:
            case Save(visit):
                self._journal.save(visit)
            case Recover(visits):
                self._journal.recover(visits)
            case Show(picture):
                self._show(picture)
            case Arm(after_seconds):
                self._arm(after_seconds)
            case EndAt(instruction, until_ms):
                wait_s = max(0.0, until_ms / 1000 - time.time())
                Clock.schedule_once(lambda _: self.handle(InstructionEnded(instruction)), wait_s)

    def _hear(self, event: Event) -> None:
        """Take an event from the journal's thread."""
        if isinstance(event, Saved):
            for callback in self._saved:
                callback(event.response, event.rev)
        Clock.schedule_once(lambda _: self.handle(event))
        self._idle.wake()

    def _show(self, picture: Picture) -> None:
        self._stage.show(picture)
        visit = self._flow.visit
        if picture.state is State.THANKS and visit and self._countdown is None:
            shown = (visit.response, visit.rev)
            Clock.schedule_once(lambda _: self._tell_thanked(*shown))  # after the next frame

    def _tell_thanked(self, response: str, rev: int) -> None:
        for callback in self._thanked:
            callback(response, rev)

    def _arm(self, after_seconds: float | None) -> None:
        for clock in (self._timer, self._countdown):
            if clock is not None:
                clock.cancel()
        self._timer = self._countdown = None
        if after_seconds is None:
            return
        self._timer = Clock.schedule_once(lambda _: self.handle(IdlePassed()), after_seconds)
        if self._flow.state is State.THANKS:
            ends = time.monotonic() + after_seconds
            self._count_down(ends)
            self._countdown = Clock.schedule_interval(lambda _: self._count_down(ends), 1.0)

    def _count_down(self, ends: float) -> None:
        self._stage.count_down(max(0, math.ceil(ends - time.monotonic() - 0.2)))


def _place(settings: Settings) -> Place:
    return Place(
        store_name=settings.store_name,
        touchpoint=settings.touchpoint,
        touchpoint_name=settings.touchpoint_name,
        track_url=settings.track_url,
        note_url=settings.note_url,
    )
