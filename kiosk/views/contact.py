"""The contact: a telephone keypad, and a consent box that nobody ticks for the shopper."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import (
    ConsentTapped,
    DigitTapped,
    EraseTapped,
    NoContactTapped,
    Picture,
    SubmitTapped,
)
from kiosk.layout import Canvas, Rect
from kiosk.texts import text
from kiosk.views import theme
from kiosk.views.parts import Box, Button, Icon, Text
from kiosk.views.screen import Bar, Screen, Touchable
from kiosk.visit import grouped_phone


class Consent(Button):
    """A box to tick, with what one agrees to; all of it can be touched."""

    def __init__(self) -> None:
        super().__init__("consent", ConsentTapped())
        self.rounded()
        self.label = Text(18, align="left")
        self._square = Box(line=theme.MUTED, radius=6)
        self._tick = Icon("check", 26, colour=theme.CLEAR)
        self.group.clear()
        self.add(self.box, self._square, self._tick, self.label)

    def tick(self, ticked: bool) -> None:
        """Show whether it is ticked."""
        self._square.colour(
            theme.ACCENT if ticked else theme.CARD, theme.ACCENT if ticked else theme.MUTED
        )
        self._tick.colour.rgba = theme.CARD if ticked else theme.CLEAR

    def draw(self) -> None:
        """Place the box before its words."""
        self.hit = self.rect
        self.box.place(self.rect, self.unit)
        square, words = self.rect.inset(16 * self.unit, 4 * self.unit).cut_left(
            32 * self.unit, 14 * self.unit
        )
        square = square.middle(32 * self.unit, 32 * self.unit)
        self._square.place(square, self.unit)
        self._tick.place(square, self.unit)
        self.label.place(words, self.unit)


class Contact(Screen):
    """Shall the manager call?"""

    def __init__(self) -> None:
        super().__init__()
        self._title = Text(theme.TITLE, font=theme.BOLD)
        self._hint = Text(theme.BODY, colour=theme.MUTED)
        self._field = Box(line=theme.ACCENT)
        self._number = Text(32, font=theme.BOLD, lines=1)
        self._invitation = Text(20, colour=theme.MUTED, lines=1)
        self._digits = [
            Button(f"digit:{digit}", DigitTapped(digit), size=28).rounded()
            for digit in "1234567890"
        ]
        self._erase = Button("erase", EraseTapped(), size=18).rounded()
        self._consent = Consent()
        self._bar = Bar(("no_contact", NoContactTapped()), ("submit", SubmitTapped()))
        for digit in self._digits:
            digit.label.say(digit.name[-1])
        self.add(self._title, self._hint, self._field, self._number, self._invitation)
        self.add(*self._digits, self._erase, self._consent, self._bar)

    def touchables(self) -> Sequence[Touchable]:
        """Return the keys, the consent and the steps."""
        return [*self._digits, self._erase, self._consent, *self._bar.buttons]

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Place the number beside the keys in a wide window, above them in a tall one."""
        unit, gap = canvas.unit, canvas.px(theme.GAP)
        bar, area = area.cut_bottom(canvas.px(theme.BAR), canvas.px(18))
        self._bar.place(bar, unit)
        if canvas.wide:
            left, keys = area.columns(1, 1, gap=canvas.px(28))
            block = left.middle(left.width, canvas.px(330))
        else:
            block, keys = area.cut_top(canvas.px(300), canvas.px(18))
        title, block = block.cut_top(canvas.px(56))
        hint, block = block.cut_top(canvas.px(48), canvas.px(14))
        field, block = block.cut_top(canvas.px(76), gap)
        consent, _ = block.cut_top(canvas.px(72))
        self._title.place(title, unit)
        self._hint.place(hint, unit)
        self._field.place(field, unit)
        self._number.place(field.inset(gap), unit)
        self._invitation.place(field.inset(gap), unit)
        self._consent.place(consent, unit)
        cells = keys.grid(12, 3, gap=gap)
        order = [*cells[:9], cells[10]]
        for digit, cell in zip(self._digits, order, strict=True):
            digit.place(cell, unit)
        self._erase.place(cells[11], unit)

    def show(self, picture: Picture) -> None:
        """Show the number so far, and whether it can be sent."""
        language = picture.language
        self._title.say(text(language, "contact_title"))
        self._hint.say(text(language, "contact_hint"))
        self._number.say(grouped_phone(picture.digits))
        self._invitation.say("" if picture.digits else text(language, "contact_empty"))
        self._consent.label.say(text(language, "consent"))
        self._consent.tick(picture.consent)
        self._erase.label.say(text(language, "erase"))
        self._bar.speak(picture.say)
        ready = picture.may_submit
        self._bar.buttons[-1].dress(theme.PRIMARY if ready else theme.OFF, enabled=ready)
