"""The last screens: the thanks with what is promised, and the one that says nothing is taken."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kivy.graphics import Color, Rectangle

from kiosk.events import FinishTapped, Picture
from kiosk.layout import Canvas, Rect
from kiosk.questions import Mood
from kiosk.views import paint, theme
from kiosk.views.face import Face
from kiosk.views.parts import Badge, Box, Button, Disc, Icon, Part, QrCode, Text
from kiosk.views.screen import Screen, Touchable

_MARK = 128
_JOY = 240


class Tick(Part):
    """A large tick in the chain's colour."""

    def __init__(self) -> None:
        super().__init__()
        look = theme.look()
        self._halo = Disc(look.accent_soft)
        self._disc = Disc(look.accent)
        self._tick = Icon("check", 62, colour=theme.CARD)
        self.add(self._halo, self._disc, self._tick)

    def draw(self) -> None:
        """Place it in the middle."""
        side = min(self.rect.width, self.rect.height)
        halo = self.rect.middle(side, side)
        self._halo.place(halo, self.unit)
        self._disc.place(halo.inset(side * 0.12), self.unit)
        self._tick.place(halo, self.unit)


class Joy(Part):
    """The happiest face within confetti that lies still."""

    PIECES = 22

    def __init__(self) -> None:
        super().__init__()
        self._face = Face(5)
        self._bits = [Rectangle(texture=paint.disc()) for _ in range(self.PIECES)]
        for at, bit in enumerate(self._bits):
            self.group.add(Color(*theme.FACES[at % len(theme.FACES)]))
            self.group.add(bit)
        self.add(self._face)

    def draw(self) -> None:
        """Place the face, and the pieces on two rings around it."""
        side = min(self.rect.width, self.rect.height)
        self._face.place(self.rect.middle(side * 0.62, side * 0.62), self.unit)
        x, y = self.rect.centre
        for at, bit in enumerate(self._bits):
            # The golden angle spreads points without a pattern that one sees.
            angle = at * math.radians(137.5)
            away = side * (0.39 if at % 2 else 0.47)
            size = side * (0.026 + 0.011 * (at % 3))
            bit.size = (size, size)
            bit.pos = (
                x + math.cos(angle) * away * 1.25 - size / 2,
                y + math.sin(angle) * away - size / 2,
            )


class Slip(Part):
    """The promise slip: by when, the case code, and a way to follow it."""

    HIGH = 330

    def __init__(self, track_url: str | None) -> None:
        super().__init__()
        self._track_url = track_url
        self._card = Box(line=theme.CARD, radius=theme.CARD_RADIUS, shadow=True)
        self._promised = Badge("clock", theme.LEAD)
        self._name = Text(theme.BODY, colour=theme.MUTED, lines=1)
        self._code = Text(46, font=theme.BOLD, lines=1)
        self._notches = [Disc(theme.BACKGROUND) for _ in range(2)]
        self._dashes = [Box(theme.LINE, theme.LINE, radius=None) for _ in range(19)]
        self._qr = QrCode()
        self._use = Text(theme.BODY, align="left" if track_url else "center", lines=3)
        self._keep = Text(
            theme.BODY, colour=theme.MUTED, align="left" if track_url else "center", lines=3
        )

    def show(self, picture: Picture) -> None:
        """Say code and promise."""
        self._promised.say(picture.say("promised", when=picture.promised))
        self._name.say(picture.say("code"))
        self._code.say(picture.code)
        self._use.say(picture.say("code_scan") if self._track_url else "")
        self._keep.say(picture.say("code_ticket"))
        if self._track_url and picture.code:
            self._qr.lead_to(f"{self._track_url.rstrip('/')}/{picture.code}")
        band = (self._promised,) if picture.promised else ()
        code = (self._name, self._code, *self._dashes, *self._notches)
        self.only(self._card, *band, *code, self._qr, self._use, self._keep)

    def stand(self, room: Rect, canvas: Canvas) -> None:
        """Place it in the middle: promise and code above the perforation, the way below it."""
        stub = 156 if self._track_url else 74
        band = 60 if self._promised in self.parts else 0
        self.rect = room.middle(canvas.px(440), canvas.px(136 + band + stub))
        self._card.place(self.rect, canvas.unit)
        below, above = self.rect.cut_bottom(canvas.px(stub))
        self._perforate(below.top, canvas)
        above = above.inset(canvas.px(20), canvas.px(16))
        if band:
            line, above = above.cut_top(canvas.px(52), canvas.px(8))
            self._promised.place(line, canvas.type)
        name, code = above.cut_top(canvas.px(30))
        self._name.place(name, canvas.type)
        self._code.place(code, canvas.type)
        words = below.inset(canvas.px(20), canvas.px(14))
        if self._track_url:
            square, words = words.cut_left(words.height, canvas.px(16))
            self._qr.place(square, canvas.unit)
            use, keep = words.middle(words.width, canvas.px(112)).rows(1, 1)
            self._use.place(use, canvas.type)
        else:
            keep = words
        self._keep.place(keep, canvas.type)

    def _perforate(self, y: int, canvas: Canvas) -> None:
        side, thin = canvas.px(26), max(2, canvas.px(2))
        for notch, x in zip(self._notches, (self.rect.x, self.rect.right), strict=True):
            notch.place(Rect(x - side // 2, y - side // 2, side, side), canvas.unit)
        line = Rect(self.rect.x, y - thin // 2, self.rect.width, thin).inset(canvas.px(22), 0)
        for dash, cell in zip(self._dashes, line.columns(*[1] * len(self._dashes)), strict=True):
            dash.place(cell.inset(canvas.px(4), 0), canvas.unit)


class Thanks(Screen):
    """Thanks; with a case code the promise slip, without one joy."""

    def __init__(self, track_url: str | None) -> None:
        super().__init__()
        self._tick = Tick()
        self._joy = Joy()
        self._thanks = Text(theme.HERO, font=theme.BOLD, lines=1)
        self._promise = Text(theme.LEAD, colour=theme.MUTED)
        self._slip = Slip(track_url)
        self._finish = Button("finish", FinishTapped())
        self._countdown = Text(theme.SMALL, colour=theme.MUTED, lines=1)

    def touchables(self) -> Sequence[Touchable]:
        """Return the way back."""
        return [self._finish]

    def show(self, picture: Picture) -> None:
        """Show what this visit leads to."""
        self._thanks.say(picture.say("thanks"))
        self._promise.say(picture.say(picture.promise))
        self._finish.label.say(picture.say("finish"))
        self._slip.show(picture)
        joyful = picture.mood is Mood.HAPPY and not picture.code
        mark = self._joy if joyful else self._tick
        slip = (self._slip,) if picture.code else ()
        self.only(mark, self._thanks, self._promise, *slip, self._finish, self._countdown)
        self._lay(mark, _JOY if joyful else _MARK)

    def _lay(self, mark: Part, high: float) -> None:
        canvas = self.canvas
        foot, area = self.area.cut_bottom(canvas.px(theme.BAR + 34), canvas.px(8))
        count, foot = foot.cut_top(canvas.px(28), canvas.px(6))
        self._countdown.place(count, canvas.type)
        self._finish.place(foot.middle(canvas.px(280), foot.height), canvas.type)
        words = high + 64 + 64 + 14
        if self._slip in self.parts:
            if canvas.wide:
                area, room = area.columns(1, 1, gap=canvas.px(20))
            else:
                block = area.middle(area.width, canvas.px(words + Slip.HIGH + 60))
                area, room = block.cut_top(canvas.px(words), canvas.px(28))
            self._slip.stand(room, canvas)
        block = area.middle(area.width, canvas.px(words))
        top, block = block.cut_top(canvas.px(high), canvas.px(14))
        thanks, promise = block.cut_top(canvas.px(64))
        mark.place(top, canvas.unit)
        self._thanks.place(thanks, canvas.type)
        self._promise.place(promise, canvas.type)

    def count_down(self, picture: Picture, seconds: int) -> None:
        """Say how long the screen stays."""
        self._countdown.say(picture.say("returns", seconds=seconds))


class CannotAccept(Screen):
    """Says that nothing can be taken now, instead of pretending."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = Icon("alert-circle", 110, colour=theme.DANGER)
        self._title = Text(34, font=theme.BOLD)
        self._words = Text(20, colour=theme.MUTED, lines=3)
        self.add(self._mark, self._title, self._words)

    def show(self, picture: Picture) -> None:
        """Say it in the shopper's language, around the middle."""
        self._title.say(picture.say("sorry_title"))
        self._words.say(picture.say("sorry_text"))
        canvas = self.canvas
        block = self.area.middle(canvas.px(700), canvas.px(360))
        mark, block = block.cut_top(canvas.px(140), canvas.px(20))
        title, block = block.cut_top(canvas.px(84), canvas.px(2))
        self._mark.place(mark, canvas.unit)
        self._title.place(title, canvas.type)
        self._words.place(block, canvas.type)
