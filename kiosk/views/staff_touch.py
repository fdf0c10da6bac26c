"""The touch test: fields to paint over with a finger, and a cross where the panel feels it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from kivy.graphics import Color, Rectangle

from kiosk.events import Picture
from kiosk.layout import Canvas, Rect
from kiosk.staff import Returned, StaffEvent
from kiosk.staff_texts import staff_text
from kiosk.views import theme
from kiosk.views.parts import Box, Button, Text
from kiosk.views.screen import Screen, Touchable

_ACROSS, _ALONG = 6, 8


class StaffTouch(Screen):
    """A field that was felt changes its colour."""

    def __init__(self, tell: Callable[[StaffEvent], None]) -> None:
        super().__init__()
        self._hint = Text(theme.BODY, colour=theme.MUTED, align="left")
        self._count = Text(theme.LABEL, font=theme.BOLD, lines=1)
        self._back = Button("back", act=partial(tell, Returned()))
        self._fields = [Box(radius=6) for _ in range(_ACROSS * _ALONG)]
        self._felt: set[int] = set()
        self._language = ""
        self.add(self._hint, self._count, self._back, *self._fields)
        self._cross = [Rectangle(size=(0, 0)) for _ in range(2)]
        self.group.add(Color(*theme.DANGER))
        for line in self._cross:
            self.group.add(line)

    @property
    def felt(self) -> int:
        """Return how many fields felt a finger."""
        return len(self._felt)

    def touchables(self) -> Sequence[Touchable]:
        """Return the way back: the fields feel for themselves."""
        return [self._back]

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Begin anew: fields as large as the area allows."""
        super().arrange(area, canvas)
        head, area = area.cut_top(canvas.px(theme.TARGET), canvas.px(theme.GAP))
        back, head = head.cut_right(canvas.px(theme.PILL), canvas.px(theme.GAP))
        count, hint = head.cut_right(canvas.px(110), canvas.px(theme.GAP))
        self._back.place(back, canvas.unit)
        self._count.place(count, canvas.unit)
        self._hint.place(hint, canvas.unit)
        across = _ALONG if canvas.wide else _ACROSS
        cells = area.grid(len(self._fields), across, gap=canvas.px(4))
        for field, cell in zip(self._fields, cells, strict=True):
            field.place(cell, canvas.unit)
            field.colour(theme.CARD, theme.LINE)
        self._felt.clear()
        for line in self._cross:
            line.size = (0, 0)

    def show(self, picture: Picture) -> None:
        """Say what to do, and how much of it is done."""
        self._language = picture.language
        self._hint.say(staff_text(self._language, "touch_hint"))
        self._back.say(staff_text(self._language, "back"))
        self._tally()

    def stroke(self, x: float, y: float) -> None:
        """Paint the field under the finger, and put the cross there."""
        look = theme.look()
        for at, field in enumerate(self._fields):
            if field.rect.holds(x, y) and at not in self._felt:
                self._felt.add(at)
                field.colour(look.accent_soft, look.accent)
                self._tally()
        long, thin = self.canvas.px(64), max(2, self.canvas.px(2))
        flat, upright = self._cross
        flat.pos, flat.size = (x - long / 2, y - thin / 2), (long, thin)
        upright.pos, upright.size = (x - thin / 2, y - long / 2), (thin, long)

    def _tally(self) -> None:
        if not self._language:
            return
        whole = self.felt == len(self._fields)
        words = staff_text(self._language, "touch_done" if whole else "touch_count")
        self._count.say(words.format(done=self.felt, all=len(self._fields)))
