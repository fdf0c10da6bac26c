"""Which receipt it is about: the last digits of its number, on the keys of a telephone."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import BackTapped, DoneTapped, Picture
from kiosk.flow.receipts import LEAST_DIGITS
from kiosk.views import theme
from kiosk.views.dial import Dial
from kiosk.views.parts import Box, Icon, Text
from kiosk.views.screen import Bar, Screen, Touchable


class Receipt(Screen):
    """The end of a number, as it is printed."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = Icon("receipt", 64, colour=theme.look().accent)
        self._title = Text(theme.TITLE, font=theme.BOLD)
        self._hint = Text(theme.BODY, colour=theme.MUTED, lines=2)
        self._field = Box(line=theme.look().accent)
        self._number = Text(36, font=theme.BOLD, lines=1)
        self._invitation = Text(theme.LEAD, colour=theme.MUTED, lines=1)
        self._dial = Dial()
        self._bar = Bar(("back", BackTapped()), ("done", DoneTapped()))
        self.add(self._mark, self._title, self._hint, self._field, self._number, self._invitation)
        self.add(*self._dial.keys, self._bar)

    def touchables(self) -> Sequence[Touchable]:
        """Return the keys and the steps."""
        return [*self._dial.keys, *self._bar.buttons]

    def show(self, picture: Picture) -> None:
        """Show the digits so far, and whether they are enough."""
        typed = picture.receipt_typed
        self._title.say(picture.say("receipt_title"))
        self._hint.say(picture.say("receipt_hint"))
        self._number.say(f"… {typed}" if typed else "")
        self._invitation.say("" if typed else picture.say("receipt_empty"))
        self._dial.speak(picture.say("erase"))
        self._bar.speak(picture.say)
        ready = len(typed) >= LEAST_DIGITS
        done = self._bar.buttons[-1]
        done.dress(theme.look().primary if ready else theme.OFF, enabled=ready)
        self._lay()

    def _lay(self) -> None:
        """Place the number beside the keys in a wide window, above them in a tall one."""
        canvas = self.canvas
        gap = canvas.px(theme.GAP)
        bar, area = self.area.cut_bottom(canvas.px(theme.BAR), canvas.px(16))
        self._bar.place(bar, canvas.type)
        if canvas.wide:
            left, keys = area.columns(1, 1, gap=canvas.px(28))
            block = left.middle(left.width, canvas.px(340))
        else:
            block, keys = area.cut_top(canvas.px(344), canvas.px(16))
        mark, block = block.cut_top(canvas.px(84), gap)
        title, block = block.cut_top(canvas.px(64))
        hint, block = block.cut_top(canvas.px(64), gap)
        field, _ = block.cut_top(canvas.px(88))
        self._mark.place(mark, canvas.unit)
        self._title.place(title, canvas.type)
        self._hint.place(hint, canvas.type)
        self._field.place(field, canvas.unit)
        self._number.place(field.inset(gap), canvas.type)
        self._invitation.place(field.inset(gap), canvas.type)
        self._dial.stand(keys, canvas)
