"""The keys of a telephone: ten digits, and one that takes the last of them back."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import DigitTapped, EraseTapped
from kiosk.layout import Canvas, Rect
from kiosk.views import theme
from kiosk.views.parts import Button


class Dial:
    """Eleven keys; a screen adds them and says where they stand."""

    def __init__(self) -> None:
        self._digits = [
            Button(f"digit:{digit}", DigitTapped(digit), size=34).rounded()
            for digit in "1234567890"
        ]
        for digit in self._digits:
            digit.label.say(digit.name[-1])
        self._erase = Button("erase", EraseTapped(), size=theme.LABEL).rounded()
        self._erase.with_icon("backspace", 28)

    @property
    def keys(self) -> Sequence[Button]:
        """Return all keys, in the order of reading."""
        return [*self._digits, self._erase]

    def speak(self, erase: str) -> None:
        """Say what the last key does."""
        self._erase.say(erase)

    def stand(self, room: Rect, canvas: Canvas) -> None:
        """Place them as on a telephone; the last key stands where there one hangs up."""
        cells = room.grid(12, 3, gap=canvas.px(8))
        for digit, cell in zip(self._digits, [*cells[:9], cells[10]], strict=True):
            digit.place(cell, canvas.type)
        self._erase.place(cells[11], canvas.type)
