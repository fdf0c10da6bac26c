"""Leads who uses the keypad, or listens: the ring and the voice follow the screens."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.events import Event, Picture, StaffTouched, State, StillHereTapped
from kiosk.focus import Focus
from kiosk.keypad import PadKey
from kiosk.spoken import focused, prompt

# Who went away from the first screen with the voice on leaves it off for the next shopper.
FORGET_AFTER_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Screens:
    """What the guide sees of the screens, and does to them."""

    names: Callable[[], Sequence[str]]
    """What can be touched now, in the order of reading."""
    words: Callable[[str], str]
    """What is written on something."""
    ring: Callable[[str | None], None]
    touch: Callable[[str], None]
    handle: Callable[[Event], None]
    say: Callable[[str, str], None]
    """Says words in a language, at the volume that holds."""
    hush: Callable[[], None]
    later: Callable[[Callable[[], None], float], None]


# The store's name is held by staff, five seconds long; a key cannot do that by accident.
_PASSED_BY = frozenset({"staff"})


class Guide:
    """One ring and one voice, for one shopper at a time."""

    def __init__(
        self,
        screens: Screens,
        *,
        speaks: Callable[[], bool],
        pause_s: float = 0.05,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`speaks` says whether this kiosk speaks to everybody; the menu key is for one visit.

        Within `pause_s` a second press of the same key is a bounce, or a hand that trembles.
        """
        self._pause_s = pause_s
        self._screens = screens
        self._now = now
        self._speaks = speaks
        self._focus = Focus()
        self._picture: Picture | None = None
        self._speaking: bool | None = None
        self._said = ""
        self._used_at = 0.0
        self._pressed: tuple[PadKey | None, float] = (None, 0.0)

    @property
    def speaking(self) -> bool:
        """Return whether it speaks now."""
        return self._speaks() if self._speaking is None else self._speaking

    def shown(self, picture: Picture) -> None:
        """The screen shows this."""
        before, self._picture = self._picture, picture
        if picture.state is State.SAVING:
            return
        if before and before.state is not picture.state and picture.state is State.ATTRACT:
            self._forget()
        fresh = before is None or before.state is not picture.state
        self._follow(fresh=fresh)
        self._prompt(fresh=fresh)

    def touched(self) -> None:
        """A finger is on the screen."""
        self._used()
        if self._focus.name:
            self._focus.touched()
            self._screens.ring(None)

    def pressed(self, key: PadKey) -> None:
        """A key of the keypad was pressed."""
        picture, before = self._picture, self._pressed
        self._pressed = (key, self._now())
        if picture is None or (key is before[0] and self._pressed[1] - before[1] < self._pause_s):
            return
        self._used()
        if picture.warning:
            self._screens.handle(StillHereTapped())
            return
        match key:
            case PadKey.MENU:
                self._switch_voice()
            case PadKey.OK if self._focus.name:
                self._screens.touch(self._focus.name)
            case PadKey.BACK:
                self._move(-1)
            case _:
                self._move(1)

    def _move(self, step: int) -> None:
        picture = self._picture
        name = self._focus.move(self._names(), step)
        self._screens.ring(name)
        if picture:
            self._screens.handle(_stays(picture))
            if name and self.speaking:
                said = focused(picture, name, self._screens.words(name))
                self._screens.say(said, picture.language)

    def _names(self) -> list[str]:
        return [name for name in self._screens.names() if name not in _PASSED_BY]

    def _follow(self, *, fresh: bool) -> None:
        before = self._focus.name
        name = self._focus.follow(self._names(), fresh=fresh)
        if name or before:
            self._screens.ring(name)

    def _prompt(self, *, fresh: bool) -> None:
        picture = self._picture
        if picture is None or not self.speaking:
            return
        said = prompt(picture)
        if said and (fresh or said != self._said):
            self._screens.say(said, picture.language)
        self._said = said

    def _switch_voice(self) -> None:
        self._speaking = not self.speaking
        self._said = ""
        if self._speaking:
            self._prompt(fresh=True)
        else:
            self._screens.hush()

    def _forget(self) -> None:
        self._focus.forget()
        self._speaking = None
        self._screens.ring(None)

    def _used(self) -> None:
        """Note that somebody is here, and look again later whether that still holds."""
        waits = self._used_at > 0.0
        self._used_at = self._now()
        if not waits:
            self._screens.later(self._look, FORGET_AFTER_S)

    def _look(self) -> None:
        left_s = self._used_at + FORGET_AFTER_S - self._now()
        if left_s > 0:
            self._screens.later(self._look, left_s)
            return
        self._used_at = 0.0
        if self._picture and self._picture.state is State.ATTRACT:
            self._forget()
            self._screens.hush()


def _stays(picture: Picture) -> Event:
    return StaffTouched() if picture.state is State.STAFF else StillHereTapped()
