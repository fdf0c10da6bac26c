"""The keyboard on the glass: letters, digits and signs; shift and page change the keys."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import EraseTapped, KeyTapped
from kiosk.texts import text
from kiosk.views import theme
from kiosk.views.parts import Button, Part

_LETTERS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SIGNS = ("1234567890", "-/:()&@%¥", "，。！？,.?")
_GAP = 6


class Keyboard(Part):
    """Four rows of keys; it types by `KeyTapped` and `EraseTapped`."""

    def __init__(self) -> None:
        super().__init__()
        self._signs = False
        self._capitals = False
        self._rows = [[Button("", size=22, font=theme.REGULAR) for _ in row] for row in _LETTERS]
        self._shift = Button("shift", act=self._switch_capitals, size=16)
        self._page = Button("symbols", act=self._switch_signs, size=16)
        self._space = Button("key:space", KeyTapped(" "), size=16)
        self._erase = Button("erase", EraseTapped(), size=16)
        for key in self.keys():
            key.rounded(10)
        self.add(*self.keys())
        self._label()

    def keys(self) -> Sequence[Button]:
        """Return every key."""
        keys = [key for row in self._rows for key in row]
        return [*keys, self._shift, self._erase, self._page, self._space]

    def reset(self) -> None:
        """Go back to small letters."""
        if self._signs or self._capitals:
            self._signs = self._capitals = False
            self._label()

    def speak(self, language: str) -> None:
        """Say what the wide keys do."""
        self._space.label.say(text(language, "space"))
        self._erase.label.say(text(language, "erase"))

    def draw(self) -> None:
        """Place the keys; a touch between two keys counts for the nearer one."""
        gap = _GAP * self.unit
        upper, home, lower, last = self.rect.rows(1, 1, 1, 1, gap=gap)
        shift, letters, erase = lower.columns(1.5, 7, 1.5, gap=gap)
        page, space = last.columns(2, 8, gap=gap)
        cells = [
            *upper.columns(*[1] * 10, gap=gap),
            *home.inset(self.rect.width / 20, 0).columns(*[1] * 9, gap=gap),
            *letters.columns(*[1] * 7, gap=gap),
            shift,
            erase,
            page,
            space,
        ]
        for key, cell in zip(self.keys(), cells, strict=True):
            key.place(cell, self.unit)
            key.reach(cell.inset(-gap / 2))

    def _switch_capitals(self) -> None:
        self._capitals = not self._capitals
        self._label()

    def _switch_signs(self) -> None:
        self._signs = not self._signs
        self._label()

    def _label(self) -> None:
        for row, characters in zip(self._rows, _SIGNS if self._signs else _LETTERS, strict=True):
            for key, character in zip(row, characters, strict=True):
                shown = character.upper() if self._capitals else character
                key.name, key.event = f"key:{shown}", KeyTapped(shown)
                key.label.say(shown)
        self._shift.dress(
            theme.OFF if self._signs else theme.CHOSEN if self._capitals else theme.PLAIN,
            enabled=not self._signs,
        )
        self._shift.label.say("ABC" if not self._capitals else "abc")
        self._page.label.say("abc" if self._signs else "123 ，。")
