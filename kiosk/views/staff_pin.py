"""Asks for the PIN: a keypad, and a dot for each digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from kiosk.events import Picture
from kiosk.layout import Canvas, Rect
from kiosk.staff import Done, PinDigit, PinEntered, PinErased, StaffEvent, StaffPicture
from kiosk.staff_texts import span, staff_text
from kiosk.views import theme
from kiosk.views.parts import Box, Button, Icon, Text
from kiosk.views.screen import Screen, Touchable


class StaffPin(Screen):
    """Who are you?"""

    def __init__(self, tell: Callable[[StaffEvent], None]) -> None:
        super().__init__()
        self._icon = Icon("lock", 56)
        self._title = Text(theme.TITLE, font=theme.BOLD, lines=1)
        self._hint = Text(theme.BODY, colour=theme.MUTED)
        self._field = Box(line=theme.look().accent)
        self._dots = Text(34, font=theme.BOLD, lines=1)
        self._digits = [
            Button(f"digit:{digit}", act=partial(tell, PinDigit(digit)), size=28).rounded()
            for digit in "1234567890"
        ]
        self._erase = Button("erase", act=partial(tell, PinErased()), size=18).rounded()
        self._leave = Button("leave", act=partial(tell, Done()), size=18)
        primary = theme.look().primary
        self._enter = Button("pin_ok", act=partial(tell, PinEntered()), style=primary)
        for digit in self._digits:
            digit.say(digit.name[-1])
        self._erase.with_icon("backspace", 30)
        self.add(self._icon, self._title, self._hint, self._field, self._dots)
        self.add(*self._digits, self._erase, self._leave, self._enter)

    def touchables(self) -> Sequence[Touchable]:
        """Return the keys, and the two ways on."""
        return [*self._digits, self._erase, self._leave, self._enter]

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Place the question beside the keys in a wide window, above them in a tall one."""
        super().arrange(area, canvas)
        unit, gap = canvas.unit, canvas.px(theme.GAP)
        bar, area = area.cut_bottom(canvas.px(theme.BAR), canvas.px(18))
        if canvas.wide:
            left, keys = area.columns(1, 1, gap=canvas.px(28))
            block = left.middle(left.width, canvas.px(290))
        else:
            area = area.middle(area.width, canvas.px(700))
            block, keys = area.cut_top(canvas.px(290), canvas.px(24))
        icon, block = block.cut_top(canvas.px(70), canvas.px(6))
        title, block = block.cut_top(canvas.px(48), canvas.px(2))
        hint, block = block.cut_top(canvas.px(56), canvas.px(10))
        field = block.cut_top(canvas.px(76))[0].middle(canvas.px(320), canvas.px(76))
        self._icon.place(icon, unit)
        self._title.place(title, unit)
        self._hint.place(hint, unit)
        self._field.place(field, unit)
        self._dots.place(field.inset(gap), unit)
        cells = keys.grid(12, 3, gap=gap)
        for digit, cell in zip(self._digits, [*cells[:9], cells[10]], strict=True):
            digit.place(cell, unit)
        self._erase.place(cells[11], unit)
        leave, enter = bar.columns(1, 1.7, gap=gap)
        self._leave.place(leave, unit)
        self._enter.place(enter, unit)

    def show(self, picture: Picture) -> None:
        """Show how many digits there are, and why none is taken."""
        staff, language = picture.staff, picture.language
        if staff is None:
            return
        self._title.say(staff_text(language, "pin_title"))
        complaint = _complaint(staff, language)
        self._hint.colour.rgba = theme.DANGER if complaint else theme.MUTED
        self._hint.say(complaint or staff_text(language, "pin_hint"))
        self._dots.say("•" * staff.digits)
        self._leave.say(staff_text(language, "leave"))
        self._enter.say(staff_text(language, "pin_ok"))
        may = staff.wait_s == 0
        for key in (*self._digits, self._erase):
            key.dress(theme.PLAIN if may else theme.OFF, enabled=may)
        ready = may and staff.digits > 0
        self._enter.dress(theme.look().primary if ready else theme.OFF, enabled=ready)


def _complaint(staff: StaffPicture, language: str) -> str:
    if staff.wait_s:
        return staff_text(language, "pin_locked").format(wait=span(language, staff.wait_s))
    return staff_text(language, "pin_wrong") if staff.wrong else ""
