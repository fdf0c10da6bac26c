"""The loop around the screens for staff: it does what `Staff` decides, with files and threads."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kiosk import PROGRAM, preferences, printer
from kiosk.backlight import Backlight
from kiosk.figures import Figures, addresses, free_bytes
from kiosk.pin import PinGate
from kiosk.preferences import Preferences
from kiosk.self_test import report
from kiosk.settings import Settings
from kiosk.staff import (
    Abilities,
    FiguresTold,
    Gate,
    NotKept,
    Printed,
    SecondPassed,
    Staff,
    StaffCommand,
    StaffEvent,
    StaffPicture,
)
from kiosk.standing import Standing

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the screens for staff reach beyond their own door."""

    report: Callable[[Callable[[Standing], None]], None]
    """Asks the journal how sending stands; the answer comes on its thread."""
    soon: Callable[[Callable[[], None]], None]
    """Calls on the screen's thread; may be called from any."""
    later: Callable[[Callable[[], None], float], None]
    show: Callable[[], None]
    stay: Callable[[], None]
    """Whoever is here stays here."""
    leave: Callable[[], None]
    restart: Callable[[], None]
    sample: Callable[[str], None]
    """Says aloud what a volume is like, in a language."""
    survey: Callable[[], str]
    """Names the survey that is asked, with its version."""
    language: Callable[[], str]


class StaffRoom:
    """What is behind the long press; nothing is, without a PIN in the settings."""

    def __init__(self, settings: Settings, around: Surroundings, *, speech: bool) -> None:
        """`speech`: this terminal can speak."""
        self._settings = settings
        self._around = around
        self._path = settings.data_dir / "staff.json"
        self._light = Backlight(settings.backlight) if settings.backlight else None
        abilities = Abilities(
            speech=speech,
            printer=settings.printer is not None,
            backlight=self._light is not None and self._light.level() is not None,
        )
        gate = PinGate(settings.staff_pin_hash or "", settings.data_dir / "pin.json", time.time)
        kept = preferences.load(self._path)
        self._staff = Staff(
            Gate(enter=gate.enter, wait_s=gate.wait_s), abilities, self._whole(kept)
        )
        self._open = False
        if self._light and kept.brightness is not None:
            self._light.set(kept.brightness)

    @property
    def has_door(self) -> bool:
        """Return whether the long press leads anywhere."""
        return self._settings.staff_pin_hash is not None

    @property
    def preferences(self) -> Preferences:
        """Return sound and brightness as they hold now."""
        return self._staff.preferences

    def picture(self) -> StaffPicture:
        """Return what the screen shows; asking for it opens the door when it was shut."""
        if not self._open:
            self._open = True
            self._staff.open()
            self._around.later(self._second, 1.0)
        return self._staff.picture()

    def shut(self) -> None:
        """The shoppers' screens are back: the next one who comes needs the PIN again."""
        self._open = False

    def handle(self, event: StaffEvent) -> None:
        """Take a touch."""
        self._around.stay()
        self._follow(event)

    def _follow(self, event: StaffEvent) -> None:
        if not self._open:
            return
        for command in self._staff.handle(event):
            self._do(command)
        if self._open:
            self._around.show()

    def _second(self) -> None:
        if self._open:
            self._follow(SecondPassed())
            self._around.later(self._second, 1.0)

    def _do(self, command: StaffCommand) -> None:
        around = self._around
        match command:
            case StaffCommand.GATHER:
                around.report(lambda standing: around.soon(lambda: self._gathered(standing)))
            case StaffCommand.APPLY:
                self._apply()
            case StaffCommand.SAMPLE:
                around.sample(around.language())
            case StaffCommand.PRINT:
                around.report(self._print)
            case StaffCommand.STAY:
                around.stay()
            case StaffCommand.RESTART:
                around.restart()
            case StaffCommand.LEAVE:
                around.leave()

    def _gathered(self, standing: Standing) -> None:
        self._follow(FiguresTold(gather(self._settings, standing, self._around.survey())))

    def _print(self, standing: Standing) -> None:
        """Print on a thread of its own; called on the journal's."""
        around = self._around

        def told(failure: str) -> None:
            around.soon(lambda: self._follow(Printed(failure)))

        figures = gather(self._settings, standing, around.survey())
        lines = report(figures, around.language())
        if self._settings.printer:
            printer.print_soon(self._settings.printer, printer.escpos(lines), told)

    def _apply(self) -> None:
        now = self._staff.preferences
        if self._light and now.brightness is not None:
            self._light.set(now.brightness)
        try:
            preferences.keep(self._path, now)
        except OSError as error:
            logger.error("%s cannot be written: %s", self._path, error)
            self._follow(NotKept())

    def _whole(self, kept: Preferences) -> Preferences:
        level = self._light.level() if self._light else None
        lit = kept.brightness or max(10, level or 100)
        return Preferences(
            speech=self._settings.speech if kept.speech is None else kept.speech,
            volume=100 if kept.volume is None else kept.volume,
            brightness=min(100, lit),
        )


def gather(settings: Settings, standing: Standing, survey: str) -> Figures:
    """Return the figures of this terminal now."""
    return Figures(
        program=PROGRAM,
        device=settings.device,
        store=settings.store,
        touchpoint=settings.touchpoint,
        survey=survey,
        standing=standing,
        addresses=addresses(),
        free_bytes=free_bytes(settings.data_dir),
        at=datetime.now().astimezone(),
    )
