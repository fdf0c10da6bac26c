"""Asks over any screen whether somebody is still there, before it goes back by itself."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle

from kiosk.events import Picture, StillHereTapped
from kiosk.layout import Canvas
from kiosk.views import theme
from kiosk.views.parts import Box, Button, Icon, Part, Text


class StillThere(Part):
    """A card with one large key; a touch anywhere means the same."""

    def __init__(self) -> None:
        super().__init__()
        self._dim = Rectangle(size=(0, 0))
        self.group.add(Color(*theme.DIM))
        self.group.add(self._dim)
        self._card = Box(line=theme.CARD, radius=theme.CARD_RADIUS)
        self._icon = Icon("hand-stop", 52)
        self._title = Text(34, font=theme.BOLD, lines=1)
        self._words = Text(19, colour=theme.MUTED, lines=2)
        self.key = Button(
            "still_here", StillHereTapped(), style=theme.look().primary, size=theme.LEAD
        )
        self.add(self._card, self._icon, self._title, self._words, self.key)

    def show(self, picture: Picture, canvas: Canvas) -> None:
        """Ask in the shopper's language."""
        self._title.say(picture.say("still_there"))
        self.key.say(picture.say("still_here"))
        self._dim.size = (canvas.width, canvas.height)
        card = canvas.rect.middle(canvas.px(440), canvas.px(330))
        self._card.place(card, canvas.unit)
        inside = card.inset(canvas.px(32), canvas.px(26))
        key, inside = inside.cut_bottom(canvas.px(76), canvas.px(18))
        icon, inside = inside.cut_top(canvas.px(64), canvas.px(8))
        title, words = inside.cut_top(canvas.px(56), canvas.px(2))
        self._icon.place(icon, canvas.type)
        self._title.place(title, canvas.type)
        self._words.place(words, canvas.type)
        self.key.place(key, canvas.type)
        self.key.reach(canvas.rect)

    def count_down(self, picture: Picture, seconds: int) -> None:
        """Say how long is left."""
        self._words.say(picture.say("still_left", seconds=seconds))
