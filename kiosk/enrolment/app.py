"""Setting a kiosk up as a program: the loop around the flow, with window, keys and gateway."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from pathlib import Path
from threading import Thread

from kivy.app import App
from kivy.clock import Clock, ClockEvent
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

from configuration import ConfigError
from kiosk.enrolment import settings_file
from kiosk.enrolment.client import Unreachable, enrol
from kiosk.enrolment.flow import (
    Answered,
    Command,
    Enrolling,
    Entered,
    Erased,
    Event,
    Failed,
    GoOn,
    Keep,
    Kept,
    Picture,
    Post,
    Refused,
    Show,
    Trouble,
    Typed,
)
from kiosk.enrolment.keys import ENTER, ERASE, character
from kiosk.errors import NoDisplay
from kiosk.idle import Idle
from kiosk.notify import Systemd
from kiosk.views.enrol import EnrolScreen
from protocols.enrolment import EnrolAnswer
from protocols.errors import MessageError

logger = logging.getLogger(__name__)

READ_FOR_S = 2.0
"""So long "all set" is shown."""


class EnrolApp(App):  # type: ignore[misc]
    """Ends when the kiosk is set up; `done` then says so."""

    def __init__(
        self, path: Path, language: str, on_ready: Callable[[EnrolApp], None] | None = None
    ) -> None:
        """`path` is where the settings go."""
        super().__init__()
        if Window is None:
            raise NoDisplay
        self.done = False
        self._going_on: ClockEvent | None = None
        self._path = path
        self._on_ready = on_ready
        self._flow = Enrolling(language)
        self._idle = Idle()
        self._systemd = Systemd()
        self._screen = EnrolScreen(self.handle)

    @property
    def picture(self) -> Picture:
        """Return what the screen shows."""
        return self._flow.picture

    def targets(self) -> dict[str, tuple[float, float, float, float]]:
        """Return everything that can be touched now: name → x, y, width, height from the top."""
        height = self._screen.height
        return {
            one.name: (one.hit.x, height - one.hit.top, one.hit.width, one.hit.height)
            for one in self._screen.touchables
        }

    def later(self, callback: Callable[[], None], after_seconds: float) -> None:
        """Call back on the screen's thread after that long."""
        Clock.schedule_once(lambda _: callback(), after_seconds)

    def photograph(self) -> tuple[int, int, bytes]:
        """Return width, height and RGB bytes of what is painted, the lowest row first."""
        width, height = (round(side) for side in Window.size)
        return width, height, glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)

    def pace(self, longest_sleep_s: float) -> None:
        """Draw a frame at least that often, for tests."""
        self._idle.longest_sleep_s = longest_sleep_s

    def wake(self) -> None:
        """Look for touches and keys at once; may be called from any thread."""
        self._idle.wake()

    def build(self) -> EnrolScreen:
        """Give Kivy the screen."""
        self._idle.install()
        self._screen.show(self._flow.picture)
        return self._screen

    def on_start(self) -> None:
        """Listen to keyboard and scanner."""
        Window.bind(on_key_down=self._key)
        self._systemd.ready()
        self._feed()
        if self._on_ready:
            ready = self._on_ready
            Clock.schedule_once(lambda _: Clock.schedule_once(lambda _: ready(self)))

    def on_stop(self) -> None:
        """Listen no longer."""
        Window.unbind(on_key_down=self._key)
        if self._going_on:
            self._going_on.cancel()

    def _feed(self) -> None:
        """Feed systemd's watchdog from the screen's own loop."""
        if every_s := self._systemd.watchdog_every_s:
            self._systemd.alive()
            self.later(self._feed, every_s)

    def handle(self, event: Event) -> None:
        """Tell the flow what happened and do what it answers."""
        for command in self._flow.handle(event):
            self._do(command)

    def _do(self, command: Command) -> None:
        match command:
            case Show(picture):
                self._screen.show(picture)
            case Post(gateway, code):
                Thread(target=self._ask, args=(gateway, code), daemon=True).start()
            case Keep(answer, gateway):
                self.handle(self._keep(answer, gateway))
            case GoOn():
                self.done = True
                self._going_on = Clock.schedule_once(lambda _: self.stop(), READ_FOR_S)

    def _key(self, _: object, key: int, *said: object) -> bool:
        """Take a key of keyboard or scanner."""
        modifiers = said[-1] if said else ()
        if key in ENTER:
            self.handle(Entered())
        elif key == ERASE:
            self.handle(Erased())
        elif isinstance(modifiers, Collection) and (typed := character(key, modifiers)):
            self.handle(Typed(typed))
        return True

    def _ask(self, gateway: str, code: str) -> None:
        """Wait for the gateway in a thread of its own."""
        event = self._answer_of(gateway, code)
        Clock.schedule_once(lambda _: self.handle(event))
        self._idle.wake()

    @staticmethod
    def _answer_of(gateway: str, code: str) -> Event:
        try:
            answer = enrol(gateway, code)
        except Unreachable as error:
            return Failed(Trouble.UNREACHABLE, str(error))
        except MessageError:
            return Failed(Trouble.NO_GATEWAY)
        return Answered(answer) if isinstance(answer, EnrolAnswer) else Refused(answer)

    def _keep(self, answer: EnrolAnswer, gateway: str) -> Event:
        try:
            settings_file.keep(self._path, answer, gateway)
        except (OSError, ConfigError) as error:
            logger.error("the settings cannot be kept: %s", error)
            return Failed(Trouble.NOT_KEPT, str(error))
        logger.info("set up as %s at touchpoint %s", answer.device, answer.touchpoint)
        return Kept()
