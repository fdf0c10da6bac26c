"""What every screen is: parts in an area, things to touch, and a picture to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from kiosk.events import Event, Picture
from kiosk.layout import Canvas, Rect
from kiosk.views import theme
from kiosk.views.parts import NOWHERE, Act, Button, Part


class Touchable(Protocol):
    """Something to touch."""

    name: str
    event: Event | None
    act: Act | None
    enabled: bool
    rect: Rect
    """Where it is seen."""
    hit: Rect
    """Where it is touched."""

    @property
    def radius(self) -> float | None:
        """Of its corners, in units; None: its ends are round."""

    def press(self, pressed: bool) -> None:
        """Show that a finger is on it, or no longer."""


class Screen(Part):
    """One screen; the stage gives it an area and then tells it what to show."""

    night = False
    """Whether it stands on a dark ground."""

    def __init__(self) -> None:
        super().__init__()
        self.area, self.canvas = NOWHERE, Canvas(0, 0)

    def touchables(self) -> Sequence[Touchable]:
        """Return what can be touched now, in the order of reading."""
        return ()

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Take an area of the window; `show` comes after it."""
        self.area, self.canvas = area, canvas

    def show(self, picture: Picture) -> None:
        """Say what the picture says, and place everything."""

    def count_down(self, picture: Picture, seconds: int) -> None:
        """Say how long the screen stays."""

    def stroke(self, x: float, y: float) -> None:
        """A finger is at a point; only a touch test wants to know."""


class Bar(Part):
    """The row of buttons at the foot of a screen; the last one leads on."""

    def __init__(self, *steps: tuple[str, Event]) -> None:
        """Each step is a button's name, which is its text's name too, and its event."""
        super().__init__()
        primary = theme.look().primary
        self.buttons = [
            Button(name, event, style=primary if at == len(steps) - 1 else theme.PLAIN)
            for at, (name, event) in enumerate(steps)
        ]
        self.add(*self.buttons)

    def draw(self) -> None:
        """Place the buttons: the one that leads on is the widest."""
        weights = [1.0] * (len(self.buttons) - 1) + [1.7]
        cells = self.rect.columns(*weights, gap=theme.GAP * self.unit)
        for button, cell in zip(self.buttons, cells, strict=True):
            button.place(cell, self.unit)

    def speak(self, say: Callable[[str], str]) -> None:
        """Say the buttons' texts."""
        for button in self.buttons:
            button.label.say(say(button.name))
