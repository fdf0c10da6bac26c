"""Following a case: its code is typed here, on keys that know no other characters."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import AskTapped, CloseTapped, CodeKeyTapped, EraseTapped, Picture
from kiosk.layout import Rect
from kiosk.spoken import not_found
from kiosk.views import theme
from kiosk.views.parts import Box, Button, Text
from kiosk.views.screen import Bar, Screen, Touchable
from protocols.case_code import ALPHABET

_GROUP = 4
_LEAST_CHARACTERS = 8


def grouped(code: str) -> str:
    """Return a code as it is shown, four characters and a dash: 7Q2M-KX4D-PR."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


class Lookup(Screen):
    """A field, the 32 characters of a code, and what came of asking."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Text(theme.TITLE, font=theme.BOLD, lines=1)
        self._field = Box(line=theme.look().accent)
        self._code = Text(36, font=theme.BOLD, lines=1)
        self._invitation = Text(20, colour=theme.MUTED, lines=1)
        self._told = Text(theme.BODY, colour=theme.MUTED, lines=1)
        self._keys = [
            Button(f"code:{character}", CodeKeyTapped(character), size=24).rounded(10)
            for character in ALPHABET
        ]
        for key, character in zip(self._keys, ALPHABET, strict=True):
            key.label.say(character)
        self._erase = Button("erase", EraseTapped(), size=18).rounded(10)
        self._bar = Bar(("close", CloseTapped()), ("ask", AskTapped()))
        self.add(self._title, self._field, self._code, self._invitation, self._told)
        self.add(*self._keys, self._erase, self._bar)

    def touchables(self) -> Sequence[Touchable]:
        """Return the keys and the steps."""
        return [*self._keys, self._erase, *self._bar.buttons]

    def show(self, picture: Picture) -> None:
        """Show the code so far, and what came of asking."""
        self._title.say(picture.say("lookup_title"))
        self._code.say(grouped(picture.code_typed))
        self._invitation.say("" if picture.code_typed else "· · · ·  –  · · · ·")
        self._tell(picture)
        self._erase.label.say(picture.say("erase"))
        self._bar.speak(picture.say)
        ready = len(picture.code_typed) >= _LEAST_CHARACTERS and not picture.asking
        ask = self._bar.buttons[-1]
        ask.dress(theme.look().primary if ready else theme.OFF, enabled=ready)
        self._lay()

    def _tell(self, picture: Picture) -> None:
        why = not_found(picture)
        self._told.colour.rgba = theme.DANGER if why and not picture.asking else theme.MUTED
        if picture.asking:
            self._told.say(picture.say("lookup_asking"))
        else:
            self._told.say(why or picture.say("lookup_hint"))

    def _lay(self) -> None:
        canvas = self.canvas
        bar, area = self.area.cut_bottom(canvas.px(theme.BAR), canvas.px(16))
        if canvas.wide:
            title, area = area.cut_top(canvas.px(50), canvas.px(4))
            field, area = area.cut_top(canvas.px(70), canvas.px(4))
            told, area = area.cut_top(canvas.px(32), canvas.px(10))
        else:
            block = area.middle(area.width, canvas.px(740))
            title, block = block.cut_top(canvas.px(64), canvas.px(8))
            field, block = block.cut_top(canvas.px(88), canvas.px(8))
            told, area = block.cut_top(canvas.px(44), canvas.px(16))
        self._bar.place(bar, canvas.type)
        self._title.place(title, canvas.type)
        field = field.middle(canvas.px(500), field.height)
        self._field.place(field, canvas.unit)
        self._code.place(field.inset(canvas.px(12)), canvas.type)
        self._invitation.place(field.inset(canvas.px(12)), canvas.type)
        self._told.place(told, canvas.type)
        self._lay_keys(area)

    def _lay_keys(self, area: Rect) -> None:
        """Place the keys; the last one, which erases, takes what is left of its row."""
        canvas, gap = self.canvas, self.canvas.px(8)
        across = 11 if canvas.wide else 7
        rows = -(-(len(self._keys) + 1) // across)
        cells = area.grid(rows * across, across, gap=gap)
        for key, cell in zip(self._keys, cells, strict=False):
            key.place(cell, canvas.type)
        first, last = cells[len(self._keys)], cells[-1]
        erase = Rect(first.x, first.y, last.right - first.x, first.height)
        self._erase.place(erase, canvas.type)
