"""Keeps the terminal going beside the flow: watchdog, staff room, keypad, voice and the light."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from kiosk import speech
from kiosk.backlight import Backlight
from kiosk.events import Event, Picture, StaffHeld, StaffLeft, StaffTouched, State
from kiosk.guide import Guide, Screens
from kiosk.keypad import PadKey
from kiosk.notify import Systemd
from kiosk.screen_power import Commands, ScreenPower
from kiosk.serial_keypad import SerialKeypad
from kiosk.settings import Settings
from kiosk.speech import Speech
from kiosk.staff import StaffEvent
from kiosk.staff_room import StaffRoom, Surroundings
from kiosk.staff_texts import staff_text
from kiosk.standing import Standing

logger = logging.getLogger(__name__)


class Touchable(Protocol):
    """Something to touch."""

    name: str


class Stage(Protocol):
    """The screens, as far as keypad and voice need them."""

    @property
    def touchables(self) -> Sequence[Touchable]:
        """What can be touched now, in the order of reading."""

    def words_of(self, name: str) -> str:
        """What is written on it."""

    def focus(self, name: str | None) -> None:
        """Draw the ring."""

    def touch(self, name: str) -> None:
        """Do what a touch does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What the program lends to its upkeep."""

    stage: Stage
    later: Callable[[Callable[[], None], float], None]
    soon: Callable[[Callable[[], None]], None]
    handle: Callable[[Event], None]
    picture: Callable[[], Picture]
    show: Callable[[], None]
    report: Callable[[Callable[[Standing], None]], None]
    survey: Callable[[], str]
    restart: Callable[[], None]


class Upkeep:
    """What runs on the screen's thread for the sake of the machine and of who operates it."""

    def __init__(
        self, settings: Settings, terminal: Terminal, systemd: Systemd | None = None
    ) -> None:
        self._settings = settings
        self._terminal = terminal
        self._systemd = systemd or Systemd()
        program = speech.installed()
        if program is None and settings.speech:
            logger.warning("speech is on, but espeak-ng is not installed: nothing is said")
        self._voice = Speech(program, settings.speech_loudest)
        self._room = StaffRoom(settings, self._surroundings(), speech=program is not None)
        self._guide = Guide(
            self._screens(), speaks=self._speaks_to_all, pause_s=settings.keypad_pause
        )
        self._light = _light(settings)
        self._power = ScreenPower(self._light.switch) if self._light else None
        self._keys = settings.keypad.meanings()
        self._held: int | None = None
        self._pad: SerialKeypad | None = None
        if settings.keypad_port:
            meanings = settings.keypad_bytes.meanings()
            self._pad = SerialKeypad(
                settings.keypad_port, settings.keypad_speed, meanings, self._pressed_elsewhere
            )

    def start(self) -> None:
        """The first screen is painted."""
        self._systemd.ready()
        self._feed()
        if self._pad:
            self._pad.start()

    def stop(self, *, again: bool = False) -> None:
        """The kiosk ends; `again`: it starts anew in the same process."""
        if not again:  # systemd would wait for the end of a process that goes on
            self._systemd.stopping()
        self._voice.stop()
        if self._pad:
            self._pad.stop()
        if self._power:
            self._power.stop()
        if isinstance(self._light, Commands):
            self._light.stop()

    def admits(self, event: Event) -> bool:
        """Return whether the flow may hear of it: without a PIN nobody is staff."""
        return not isinstance(event, StaffHeld) or self._room.has_door

    def complete(self, picture: Picture) -> Picture:
        """Return the picture with what staff see in it."""
        if picture.state is State.STAFF:
            return replace(picture, staff=self._room.picture())
        self._room.shut()
        return picture

    def shown(self, picture: Picture) -> None:
        """The stage shows this."""
        self._guide.shown(picture)
        if self._power:
            self._power.closed(picture.state is State.CLOSED, time.monotonic())
            self._wait_for_dark()

    def staff(self, event: StaffEvent) -> None:
        """Staff touched something."""
        self._room.handle(event)

    def touched(self) -> bool:
        """A finger is on the panel; True: it was dark, and the touch does no more than light it."""
        dark = self._power is not None and not self._power.lit
        self._light_up()
        self._guide.touched()
        return dark

    def pressed(self, number: int, *, back: bool = False) -> bool:
        """Take Kivy's number of a key; False when it means nothing here.

        `back`: Shift is held, which turns next round.
        """
        key = self._keys.get(number)
        if key is None:
            return False
        held, self._held = self._held, number
        if number == held:  # the computer repeats a key that is held; it was pressed once
            return True
        self._press(PadKey.BACK if back and key is PadKey.NEXT else key)
        return True

    def released(self, number: int) -> None:
        """A key was let go."""
        if number == self._held:
            self._held = None

    def _press(self, key: PadKey) -> None:
        dark = self._power is not None and not self._power.lit
        self._light_up()
        if not dark:
            self._guide.pressed(key)

    def _pressed_elsewhere(self, key: PadKey) -> None:
        self._terminal.soon(lambda: self._press(key))

    def _light_up(self) -> None:
        if self._power:
            self._power.touched(time.monotonic())
            self._wait_for_dark()

    def _wait_for_dark(self) -> None:
        """Look again when the panel may go dark; a look too many does nothing."""
        power = self._power
        if power and power.dark_at is not None:
            wait_s = max(0.0, power.dark_at - time.monotonic()) + 0.01
            self._terminal.later(lambda: power.passed(time.monotonic()), wait_s)

    def _feed(self) -> None:
        """Feed the watchdog from here alone: a screen that hangs is started again."""
        if self._systemd.watchdog_every_s:
            self._systemd.alive()
            self._terminal.later(self._feed, self._systemd.watchdog_every_s)

    # --- the voice -------------------------------------------------------------------------------

    def _speaks_to_all(self) -> bool:
        return bool(self._room.preferences.speech)

    def _say(self, words: str, language: str) -> None:
        self._voice.say(words, language, self._room.preferences.volume or 0)

    def _sample(self, language: str) -> None:
        self._say(staff_text(language, "volume_sample"), language)

    def _screens(self) -> Screens:
        stage = self._terminal.stage
        return Screens(
            names=lambda: [one.name for one in stage.touchables],
            words=stage.words_of,
            ring=stage.focus,
            touch=stage.touch,
            handle=self._terminal.handle,
            say=self._say,
            hush=self._voice.hush,
            later=self._terminal.later,
        )

    def _surroundings(self) -> Surroundings:
        terminal = self._terminal
        return Surroundings(
            report=terminal.report,
            soon=terminal.soon,
            later=terminal.later,
            show=terminal.show,
            stay=lambda: terminal.handle(StaffTouched()),
            leave=lambda: terminal.handle(StaffLeft()),
            restart=terminal.restart,
            sample=self._sample,
            survey=terminal.survey,
            language=lambda: terminal.picture().language,
        )


def _light(settings: Settings) -> Commands | Backlight | None:
    """Return what switches the panel; None: the closed screen stays lit."""
    if settings.screen_off:
        return Commands(settings.screen_off, settings.screen_on)
    return Backlight(settings.backlight) if settings.backlight else None
