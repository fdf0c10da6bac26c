"""The second screen: chips that fit the rating, as many as the shopper likes."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import (
    NextTapped,
    Picture,
    ReasonTapped,
    ReceiptTapped,
    SkipTapped,
    WriteTapped,
)
from kiosk.layout import Canvas, Rect
from kiosk.questions import Mood
from kiosk.views import theme
from kiosk.views.face import Face
from kiosk.views.parts import Button, Icon, Text
from kiosk.views.screen import Bar, Screen, Touchable
from protocols.survey import ReasonChoice, Scale

_TITLES = {Mood.UNHAPPY: "sorry", Mood.MIDDLING: "middling", Mood.HAPPY: "glad"}
# Zero to ten has no faces of its own.
_MOOD_FACES = {Mood.UNHAPPY: 2, Mood.MIDDLING: 3, Mood.HAPPY: 5}
# A chip this flat has its icon before the words, not above them.
_FLAT = 92
_LEAST_ROW = 60
# 14 mm on a panel of 21.5 inches.
_RECEIPT = 60
# In a row, by window (wide) and text (large).
_ACROSS = {(False, False): 2, (False, True): 1, (True, False): 4, (True, True): 3}


class Chip(Button):
    """A reason: an icon, its words, and a tick when it is chosen."""

    def __init__(self, choice: ReasonChoice) -> None:
        super().__init__(f"reason:{choice.id}", ReasonTapped(choice.id), size=theme.LABEL)
        self.choice = choice
        self.rounded()
        self._picture = Icon(choice.icon, 38, colour=self._icon_ink())
        self._tick = Icon("circle-check", 22, colour=theme.CLEAR)
        self.add(self._picture, self._tick)

    def choose(self, chosen: bool) -> None:
        """Show whether it is chosen."""
        self.dress(theme.look().chosen if chosen else theme.PLAIN)
        self._picture.colour.rgba = theme.CARD if chosen else self._icon_ink()
        self._tick.colour.rgba = theme.CARD if chosen else theme.CLEAR

    def _icon_ink(self) -> theme.Colour:
        return theme.DANGER if self.choice.urgent else theme.look().accent

    def draw(self) -> None:
        """Place icon and words, one above the other where there is height."""
        self.hit = self.rect
        self.box.place(self.rect, self.unit)
        inside = self.rect.inset(12 * self.unit, 6 * self.unit)
        flat = self.rect.height < _FLAT * self.unit
        if flat:
            icon, words = inside.cut_left(44 * self.unit, 10 * self.unit)
            words = words.cut_right(26 * self.unit)[1]
        else:
            block = inside.middle(inside.width, 90 * self.unit)
            icon, words = block.cut_top(46 * self.unit, 4 * self.unit)
        self.label.align = "left" if flat else "center"
        self._picture.place(icon, self.unit)
        self.label.place(words, self.unit)
        side = 22 * self.unit
        corner = self.rect.inset(9 * self.unit).cut_right(side)[0]
        self._tick.place(corner if flat else corner.cut_top(side)[0], self.unit)


class Reasons(Screen):
    """What was it about?"""

    def __init__(self) -> None:
        super().__init__()
        self._face = Face(1)
        self._title = Text(theme.TITLE, font=theme.BOLD)
        self._hint = Text(theme.BODY, colour=theme.MUTED, lines=1)
        self._bar = Bar(("skip", SkipTapped()), ("write", WriteTapped()), ("next", NextTapped()))
        self._receipt = Button("receipt", ReceiptTapped(), size=theme.BODY)
        self._receipt.with_icon("receipt", 24)
        self._choices: tuple[ReasonChoice, ...] = ()
        self._chips: list[Chip] = []

    def touchables(self) -> Sequence[Touchable]:
        """Return the chips and the steps."""
        offered = [self._receipt] if self._receipt in self.parts else []
        return [*self._chips, *offered, *self._bar.buttons]

    def show(self, picture: Picture) -> None:
        """Show the chips of the rating, and which are chosen."""
        offered = self._receipt in self.parts
        new = picture.choices != self._choices or offered is not picture.receipt_may_be_typed
        if new or not self.parts:
            self._choices = picture.choices
            self._chips = [Chip(choice) for choice in picture.choices]
            receipt = (self._receipt,) if picture.receipt_may_be_typed else ()
            self.only(self._face, self._title, self._hint, *self._chips, *receipt, self._bar)
        numbers = picture.asked.scale is Scale.NPS
        self._face.become(_MOOD_FACES[picture.mood] if numbers else picture.rating or 1)
        self._title.say(picture.say(_TITLES[picture.mood]))
        self._hint.say(picture.say("several"))
        self._bar.speak(picture.say)
        known = picture.say("receipt_kept", last=picture.receipt) if picture.receipt else ""
        self._receipt.say(known or picture.say("receipt_key"))
        self._receipt.dress(theme.look().chosen if known else theme.PLAIN)
        for chip in self._chips:
            chip.label.say(chip.choice.label[picture.language])
            chip.choose(chip.choice.id in picture.chosen)
        self._lay()

    def _lay(self) -> None:
        canvas = self.canvas
        bar, area = self.area.cut_bottom(canvas.px(theme.BAR), canvas.px(16))
        self._bar.place(bar, canvas.type)
        beside = canvas.wide or canvas.large
        if beside:
            head, area = area.cut_top(canvas.px(84), canvas.px(12))
            face, words = head.cut_left(canvas.px(84), canvas.px(18))
            title, hint = words.middle(words.width, canvas.px(80)).rows(1.5, 1)
        else:
            face, area = area.cut_top(canvas.px(104), canvas.px(10))
            title, area = area.cut_top(canvas.px(54))
            hint, area = area.cut_top(canvas.px(32), canvas.px(14))
        for line in (self._title, self._hint):
            line.align = "left" if beside else "center"
        self._face.place(face, canvas.unit)
        self._title.place(title, canvas.type)
        self._hint.place(hint, canvas.type)
        if self._receipt in self.parts:
            row, area = area.cut_bottom(canvas.px(_RECEIPT), canvas.px(12))
            self._receipt.place(row.middle(min(row.width, canvas.px(320)), row.height), canvas.type)
        gap = canvas.px(theme.GAP if len(self._chips) <= 8 else 8)
        cells = area.grid(len(self._chips), _across(len(self._chips), area, canvas), gap=gap)
        for chip, cell in zip(self._chips, cells, strict=True):
            chip.place(cell, canvas.type)


def _across(count: int, area: Rect, canvas: Canvas) -> int:
    """Return how many chips stand in a row: fewer in large text, while rows stay high enough."""
    across = _ACROSS[canvas.wide, canvas.large]
    while area.height < -(-count // across) * canvas.px(_LEAST_ROW + theme.GAP):
        across += 1
    return across
