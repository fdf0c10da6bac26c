"""A finger for the real kiosk: touches go through SDL's own event queue, as a panel's do."""

from __future__ import annotations

from typing import Protocol

from kiosk import sdl


class TouchTarget(Protocol):
    """A running kiosk, as far as a finger needs it."""

    def targets(self) -> dict[str, tuple[float, float, float, float]]:
        """Return what can be touched: name → x, y, width, height, from the window's top left."""

    def wake(self) -> None:
        """Look for touches at once."""


class NotThere(Exception):
    """The screen does not show what should be touched."""

    def __init__(self, name: str, shown: list[str]) -> None:
        super().__init__(f"{name} is not on the screen; there are {', '.join(shown) or 'none'}")
        self.name = name
        self.shown = shown


class Robot:
    """Touches what a kiosk shows, by name; call it on the kiosk's own thread.

    What follows from a touch happens after the call: give the kiosk's loop a turn before the next
    look at the screen.
    """

    def __init__(self, app: TouchTarget) -> None:
        self._app = app

    def can_tap(self, name: str) -> bool:
        """Return whether the screen shows it."""
        return name in self._app.targets()

    def tap(self, name: str) -> None:
        """Touch the middle of a target and let go; NotThere when the screen lacks it."""
        x, y = self._middle(name)
        self.press(x, y)
        self.release(x, y)

    def type(self, text: str) -> None:
        """Touch the keys of a text, one after the other, on the keyboard that is shown."""
        for character in text:
            self.tap("key:space" if character == " " else f"key:{character}")

    def press(self, x: float, y: float) -> None:
        """Put the finger down at a point, counted from the top left."""
        sdl.push_touch(round(x), round(y), down=True)
        self._app.wake()

    def release(self, x: float, y: float) -> None:
        """Lift the finger at a point."""
        sdl.push_touch(round(x), round(y), down=False)
        self._app.wake()

    def key(self, symbol: int) -> None:
        """Press a key of the keypad and let go, by SDL's number."""
        sdl.push_key(symbol)
        self._app.wake()

    def _middle(self, name: str) -> tuple[float, float]:
        targets = self._app.targets()
        if name not in targets:
            raise NotThere(name, sorted(targets))
        x, y, width, height = targets[name]
        return x + width / 2, y + height / 2
