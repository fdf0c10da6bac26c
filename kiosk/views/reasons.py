"""The second screen: chips that fit the rating, as many as the shopper likes."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import NextTapped, Picture, ReasonTapped, SkipTapped, WriteTapped
from kiosk.flow import is_happy
from kiosk.layout import Canvas, Rect
from kiosk.texts import text
from kiosk.views import theme
from kiosk.views.face import Face
from kiosk.views.parts import Button, Icon, Text
from kiosk.views.screen import Bar, Screen, Touchable
from protocols.survey import ReasonChoice, Survey


class Chip(Button):
    """A reason: an icon, its words, and a tick when it is chosen."""

    def __init__(self, choice: ReasonChoice) -> None:
        super().__init__(f"reason:{choice.id}", ReasonTapped(choice.id))
        self.choice = choice
        self.rounded()
        self.label = Text(19, font=theme.BOLD)
        self._icon = Icon(choice.icon, 38, colour=self._icon_ink())
        self._tick = Icon("circle-check", 22, colour=theme.CLEAR)
        self.group.clear()
        self.add(self.box, self._icon, self.label, self._tick)

    def choose(self, chosen: bool) -> None:
        """Show whether it is chosen."""
        self.dress(theme.CHOSEN if chosen else theme.PLAIN)
        self._icon.colour.rgba = theme.CARD if chosen else self._icon_ink()
        self._tick.colour.rgba = theme.CARD if chosen else theme.CLEAR

    def _icon_ink(self) -> theme.Colour:
        return theme.DANGER if self.choice.urgent else theme.ACCENT

    def draw(self) -> None:
        """Place the icon above the words, or beside them in a low chip."""
        self.hit = self.rect
        self.box.place(self.rect, self.unit)
        inside = self.rect.inset(14 * self.unit, 8 * self.unit)
        corner, _ = self.rect.inset(7 * self.unit).cut_top(24 * self.unit)
        self._tick.place(corner.cut_right(24 * self.unit)[0], self.unit)
        if self.rect.height > 100 * self.unit:
            stack = inside.middle(inside.width, 98 * self.unit)
            icon, words = stack.cut_top(48 * self.unit, 4 * self.unit)
        else:
            icon, words = inside.cut_left(40 * self.unit, 6 * self.unit)
        self._icon.place(icon, self.unit)
        self.label.place(words, self.unit)


class Reasons(Screen):
    """Chips for the happy, and others for the unhappy."""

    def __init__(self, survey: Survey) -> None:
        super().__init__()
        self._face = Face(1)
        self._title = Text(theme.TITLE, font=theme.BOLD)
        self._hint = Text(theme.BODY, colour=theme.MUTED, lines=1)
        self._bar = Bar(("skip", SkipTapped()), ("write", WriteTapped()), ("next", NextTapped()))
        self._sets = {
            happy: [Chip(choice) for choice in (survey.happy if happy else survey.unhappy)]
            for happy in (False, True)
        }
        self._chips: list[Chip] = []
        self._area, self._canvas = self.rect, Canvas(0, 0)
        self.add(self._face, self._title, self._hint, self._bar)

    def touchables(self) -> Sequence[Touchable]:
        """Return the chips and the steps."""
        return [*self._chips, *self._bar.buttons]

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Place title, chips and steps."""
        self._area, self._canvas = area, canvas
        unit = canvas.unit
        bar, area = area.cut_bottom(canvas.px(theme.BAR), canvas.px(18))
        self._bar.place(bar, unit)
        if canvas.wide:
            head, area = area.cut_top(canvas.px(84), canvas.px(14))
            face, words = head.cut_left(canvas.px(84), canvas.px(18))
            title, hint = words.middle(words.width, canvas.px(78)).rows(1.5, 1)
        else:
            face, area = area.cut_top(canvas.px(104), canvas.px(10))
            title, area = area.cut_top(canvas.px(52))
            hint, area = area.cut_top(canvas.px(30), canvas.px(14))
        for line in (self._title, self._hint):
            line.align = "left" if canvas.wide else "center"
        self._face.place(face, unit)
        self._title.place(title, unit)
        self._hint.place(hint, unit)
        cells = area.grid(len(self._chips), 4 if canvas.wide else 2, gap=canvas.px(theme.GAP))
        for chip, cell in zip(self._chips, cells, strict=True):
            chip.place(cell, unit)

    def show(self, picture: Picture) -> None:
        """Show the chips of the rating, and which are chosen."""
        language, rating = picture.language, picture.rating or 1
        self._face.become(rating)
        tone = "sorry" if rating <= 2 else "middling" if rating == 3 else "glad"
        self._title.say(text(language, tone))
        self._hint.say(text(language, "several"))
        self._bar.speak(language)
        self._change_chips(self._sets[is_happy(rating)])
        for chip in self._chips:
            chip.label.say(chip.choice.label[language])
            chip.choose(chip.choice.id in picture.chosen)

    def _change_chips(self, chips: list[Chip]) -> None:
        if chips is self._chips:
            return
        for chip in self._chips:
            self.group.remove(chip.group)
        self._chips = chips
        self.add(*chips)
        self.arrange(self._area, self._canvas)
