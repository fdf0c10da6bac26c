"""Out of hours: a dark, quiet screen that says when it opens again."""

from __future__ import annotations

from kiosk.events import Picture
from kiosk.views import theme
from kiosk.views.parts import Icon, Text
from kiosk.views.screen import Screen


class Closed(Screen):
    """The moon, and the hour of opening."""

    night = True

    def __init__(self) -> None:
        super().__init__()
        self._moon = Icon("moon-stars", 96, colour=theme.MOON)
        self._title = Text(34, font=theme.BOLD, colour=theme.NIGHT_INK, lines=2)
        self._opens = Text(26, colour=theme.MOON, lines=1)
        self._words = Text(theme.LABEL, colour=theme.NIGHT_MUTED, lines=2)
        self.add(self._moon, self._title, self._opens, self._words)

    def show(self, picture: Picture) -> None:
        """Say it, around the middle."""
        when = picture.opens_at
        self._title.say(picture.say("closed_title"))
        self._opens.say(picture.say("closed_opens", when=when) if when else "")
        self._words.say(picture.say("closed_text"))
        canvas = self.canvas
        block = self.area.middle(canvas.px(700), canvas.px(350))
        moon, block = block.cut_top(canvas.px(120), canvas.px(24))
        title, block = block.cut_top(canvas.px(70), canvas.px(4))
        if when:
            opens, block = block.cut_top(canvas.px(54), canvas.px(8))
            self._opens.place(opens, canvas.type)
        words = block.cut_top(canvas.px(60))[0]
        self._moon.place(moon, canvas.unit)
        self._title.place(title, canvas.type)
        self._words.place(words, canvas.type)
