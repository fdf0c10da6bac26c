"""The last screens: the thanks with the case code, and the one that says that nothing is taken."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import FinishTapped, Picture
from kiosk.layout import Canvas, Rect
from kiosk.texts import text
from kiosk.views import theme
from kiosk.views.parts import Box, Button, Icon, QrCode, Text
from kiosk.views.screen import Screen, Touchable


class Thanks(Screen):
    """Thanks, what will be done, and the code to ask about it."""

    def __init__(self, track_url: str | None) -> None:
        super().__init__()
        self._track_url = track_url
        self._halo = Box(theme.ACCENT_SOFT, theme.ACCENT_SOFT, radius=None)
        self._disc = Box(theme.ACCENT, theme.ACCENT, radius=None)
        self._tick = Icon("check", 68, colour=theme.CARD)
        self._thanks = Text(42, font=theme.BOLD, lines=1)
        self._promise = Text(21, colour=theme.MUTED)
        self._card = Box(radius=theme.CARD_RADIUS)
        self._qr = QrCode()
        align = "left" if track_url else "center"
        self._code_name = Text(theme.BODY, colour=theme.MUTED, align=align, lines=1)
        self._code = Text(36, font=theme.BOLD, align=align, lines=1)
        self._code_use = Text(theme.BODY, colour=theme.MUTED, align=align, lines=1)
        self._finish = Button("finish", FinishTapped())
        self._countdown = Text(theme.SMALL, colour=theme.MUTED, lines=1)
        self._language = ""
        self.add(self._halo, self._disc, self._tick, self._thanks, self._promise, self._card)
        self.add(self._qr, self._code_name, self._code, self._code_use)
        self.add(self._finish, self._countdown)

    def touchables(self) -> Sequence[Touchable]:
        """Return the way back."""
        return [self._finish]

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Place everything around the middle."""
        unit = canvas.unit
        foot, area = area.cut_bottom(canvas.px(theme.BAR + 34), canvas.px(8))
        count, foot = foot.cut_top(canvas.px(28), canvas.px(6))
        self._countdown.place(count, unit)
        self._finish.place(foot.middle(canvas.px(260), foot.height), unit)
        tall = 440 if canvas.wide else 560
        block = area.middle(area.width, canvas.px(tall))
        mark, block = block.cut_top(canvas.px(124 if canvas.wide else 148), canvas.px(12))
        halo = mark.middle(mark.height, mark.height)
        self._halo.place(halo, unit)
        self._disc.place(halo.inset(halo.height * 0.12), unit)
        self._tick.place(halo, unit)
        thanks, block = block.cut_top(canvas.px(64))
        promise, block = block.cut_top(canvas.px(56), canvas.px(14 if canvas.wide else 40))
        self._thanks.place(thanks, unit)
        self._promise.place(promise, unit)
        card = block.cut_top(canvas.px(152))[0]
        self._place_card(card.middle(canvas.px(480), card.height), canvas)

    def _place_card(self, card: Rect, canvas: Canvas) -> None:
        self._card.place(card, canvas.unit)
        inside = card.inset(canvas.px(16))
        if self._track_url:
            code, inside = inside.cut_left(inside.height, canvas.px(18))
            self._qr.place(code, canvas.unit)
        lines = inside.middle(inside.width, canvas.px(112)).rows(1, 1.7, 1)
        for part, line in zip((self._code_name, self._code, self._code_use), lines, strict=True):
            part.place(line, canvas.unit)

    def show(self, picture: Picture) -> None:
        """Show the code of this visit."""
        language = self._language = picture.language
        self._thanks.say(text(language, "thanks"))
        self._promise.say(text(language, picture.promise))
        self._code_name.say(text(language, "code"))
        self._code.say(picture.code)
        self._code_use.say(text(language, "code_scan" if self._track_url else "code_keep"))
        self._finish.label.say(text(language, "finish"))
        if self._track_url and picture.code:
            self._qr.lead_to(f"{self._track_url.rstrip('/')}/{picture.code}")

    def count_down(self, seconds: int) -> None:
        """Say how long the screen stays."""
        self._countdown.say(text(self._language, "returns").format(seconds=seconds))


class CannotAccept(Screen):
    """Says that nothing can be taken now, instead of pretending."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = Icon("alert-circle", 110, colour=theme.DANGER)
        self._title = Text(34, font=theme.BOLD)
        self._words = Text(20, colour=theme.MUTED, lines=3)
        self.add(self._mark, self._title, self._words)

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Place everything around the middle."""
        block = area.middle(min(area.width, canvas.px(700)), canvas.px(330))
        mark, block = block.cut_top(canvas.px(140), canvas.px(24))
        title, block = block.cut_top(canvas.px(60), canvas.px(6))
        self._mark.place(mark, canvas.unit)
        self._title.place(title, canvas.unit)
        self._words.place(block, canvas.unit)

    def show(self, picture: Picture) -> None:
        """Say it in the shopper's language."""
        self._title.say(text(picture.language, "sorry_title"))
        self._words.say(text(picture.language, "sorry_text"))
