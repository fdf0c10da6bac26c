"""How a screen comes in: it rises a little out of a fading veil, and at rest costs nothing."""

from __future__ import annotations

from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup, PopMatrix, PushMatrix, Rectangle, Translate

from kiosk.layout import Canvas
from kiosk.views import theme

_FIRST_VEIL = 0.7


class Entrance:
    """Holds the one screen that is shown; what is drawn moves, targets are in place at once."""

    def __init__(self) -> None:
        self.group = InstructionGroup()
        self._shift = Translate(0, 0, 0)
        self._holder = InstructionGroup()
        self._colour = Color(*theme.CLEAR)
        self._veil = Rectangle(size=(0, 0))
        for part in (PushMatrix(), self._shift, self._holder, PopMatrix()):
            self.group.add(part)
        self.group.add(self._colour)
        self.group.add(self._veil)
        self._clock = Clock.schedule_interval(self._step, 0)
        self._clock.cancel()
        self._passed = 0.0
        self._rise = 0

    @property
    def moving(self) -> bool:
        """Return whether frames are still asked for."""
        return bool(self._clock.is_triggered)

    def change(self, leaving: InstructionGroup | None, entering: InstructionGroup) -> None:
        """Put one screen in the place of another."""
        if leaving:
            self._holder.remove(leaving)
        self._holder.add(entering)

    def play(self, canvas: Canvas, ground: theme.Colour) -> None:
        """Let the screen rise."""
        self.settle()
        self._passed = 0.0
        self._rise = canvas.px(theme.RISE)
        self._colour.rgba = ground
        area = canvas.rect.cut_top(canvas.px(theme.HEADER))[1]
        self._veil.pos, self._veil.size = (area.x, area.y), (area.width, area.height)
        self._draw()
        self._clock()

    def settle(self) -> None:
        """End the movement now."""
        self._clock.cancel()
        self._shift.y = 0
        self._veil.size = (0, 0)

    def _step(self, seconds: float) -> bool:
        self._passed += min(seconds, theme.RISE_S / 3)  # a slow frame still shows the way
        if self._passed >= theme.RISE_S:
            self.settle()
            return False
        self._draw()
        return True

    def _draw(self) -> None:
        left = (1 - self._passed / theme.RISE_S) ** 2
        self._shift.y = -round(self._rise * left)
        self._colour.a = _FIRST_VEIL * left
