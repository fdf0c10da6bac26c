"""The contact: a telephone keypad, and a consent box that nobody ticks for the shopper."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import (
    ConsentTapped,
    NoContactTapped,
    Picture,
    SubmitTapped,
)
from kiosk.views import theme
from kiosk.views.dial import Dial
from kiosk.views.parts import Box, Button, Icon, Text
from kiosk.views.screen import Bar, Screen, Touchable
from kiosk.visit import grouped_phone, plausible_phone

# A number of so many digits is meant to be whole: no number in China is longer.
_WHOLE_NUMBER = 11


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
        accent = theme.look().accent
        self._square.colour(accent if ticked else theme.CARD, accent if ticked else theme.MUTED)
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
        self._field = Box(line=theme.look().accent)
        self._number = Text(36, font=theme.BOLD, lines=1)
        self._invitation = Text(theme.LEAD, colour=theme.MUTED, lines=1)
        self._dial = Dial()
        self._consent = Consent()
        self._bar = Bar(("no_contact", NoContactTapped()), ("submit", SubmitTapped()))
        self.add(self._title, self._hint, self._field, self._number, self._invitation)
        self.add(*self._dial.keys, self._consent, self._bar)

    def touchables(self) -> Sequence[Touchable]:
        """Return the keys, the consent and the steps."""
        return [*self._dial.keys, self._consent, *self._bar.buttons]

    def show(self, picture: Picture) -> None:
        """Show the number so far, and whether it can be sent."""
        self._title.say(picture.say("contact_title"))
        missing = _missing(picture)
        self._hint.colour.rgba = theme.INK if missing else theme.MUTED
        self._hint.say(picture.say(missing or "contact_hint"))
        self._number.say(grouped_phone(picture.digits))
        self._invitation.say("" if picture.digits else picture.say("contact_empty"))
        self._consent.label.say(picture.say("consent"))
        self._consent.tick(picture.consent)
        self._dial.speak(picture.say("erase"))
        self._bar.speak(picture.say)
        ready = picture.may_submit
        submit = self._bar.buttons[-1]
        submit.dress(theme.look().primary if ready else theme.OFF, enabled=ready)
        self._lay()

    def _lay(self) -> None:
        """Place the number beside the keys in a wide window, above them in a tall one."""
        canvas = self.canvas
        gap = canvas.px(theme.GAP)
        bar, area = self.area.cut_bottom(canvas.px(theme.BAR), canvas.px(16))
        self._bar.place(bar, canvas.type)
        if canvas.wide:
            left, keys = area.columns(1, 1, gap=canvas.px(28))
            block = left.middle(left.width, canvas.px(360))
        else:
            block, keys = area.cut_top(canvas.px(344), canvas.px(16))
        title, block = block.cut_top(canvas.px(64))
        hint, block = block.cut_top(canvas.px(64), gap)
        field, block = block.cut_top(canvas.px(88), gap)
        consent, _ = block.cut_top(canvas.px(88))
        self._title.place(title, canvas.type)
        self._hint.place(hint, canvas.type)
        self._field.place(field, canvas.unit)
        self._number.place(field.inset(gap), canvas.type)
        self._invitation.place(field.inset(gap), canvas.type)
        self._consent.place(consent, canvas.type)
        self._dial.stand(keys, canvas)


def _missing(picture: Picture) -> str | None:
    """Return which text says why what is typed cannot be sent; None while it may become right."""
    if plausible_phone(picture.digits):
        return None if picture.consent else "contact_agree"
    return "contact_check" if len(picture.digits) >= _WHOLE_NUMBER else None
