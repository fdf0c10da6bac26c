"""The bar of candidates: the letters that wait, words to choose, and more of them by pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kiosk.events import Event
from kiosk.layout import Canvas, Rect
from kiosk.pinyin.typist import Typist
from kiosk.views import theme
from kiosk.views.parts import Box, Button, Icon, Part, Text

_SIZE = 24
_LETTER = 12
"""As wide is a letter of those that wait, on average."""
# At most this many stand in a bar; a page of single characters fills a wide window.
_MOST = 12
_HIGH = 56
# Rows of a window with odd sides are a pixel or two lower than their sum.
_ROUNDED_OFF = 3
_GAP = 8


class CandidateBar(Part):
    """What the letters may stand for; a touch chooses."""

    def __init__(
        self,
        typist: Typist,
        choose: Callable[[int], Sequence[Event]],
        turned: Callable[[], Sequence[Event]],
    ) -> None:
        """`choose` says what follows from touching a candidate, `turned` from turning a page."""
        super().__init__()
        self._typist = typist
        self._turned = turned
        self._pages = [0]
        self._shown = 0
        soft = theme.look().accent_soft
        self._ground = Box(soft, soft)
        self._letters = Text(20, font=theme.BOLD, align="left", lines=1)
        self._words = [
            Button(
                f"candidate:{at + 1}",
                act=lambda at=at: choose(self._pages[-1] + at),  # type: ignore[misc]
                size=_SIZE,
                font=theme.REGULAR,
            ).rounded(10)
            for at in range(_MOST)
        ]
        self._back = Button("candidates:back", act=self._turn_back).rounded(10)
        self._more = Button("candidates:more", act=self._turn).rounded(10)
        self._arrows = [Icon("chevron-left", 26), Icon("chevron-right", 26)]

    def touchables(self) -> list[Button]:
        """Return the candidates, and the keys to others."""
        return [*self._words[: self._shown], self._back, self._more]

    def begin(self) -> None:
        """Go to the first page: the letters changed."""
        self._pages = [0]

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Fill an area: letters and arrows above the candidates where there is height for both."""
        gap, high = canvas.px(_GAP), canvas.px(_HIGH)
        if area.height >= 2 * high + gap - _ROUNDED_OFF:
            line, words = area.rows(1, 1, gap=gap)
            arrows, letters = line.cut_right(canvas.px(148), gap)
        else:
            letters, words = area.cut_left(canvas.px(230), gap)
            arrows, words = words.cut_right(canvas.px(128), gap)
        self._ground.place(letters, canvas.unit)
        self._letters.place(letters.inset(canvas.px(12), 0), canvas.type)
        self._letters.say(self._waiting(self._letters.rect.width / (_LETTER * canvas.type)))
        self._fill(words, canvas)
        cells = arrows.columns(1, 1, gap=gap)
        for button, icon, cell in zip((self._back, self._more), self._arrows, cells, strict=True):
            button.place(cell, canvas.unit)
            icon.place(cell, canvas.unit)
        self._dress()
        shown = self._words[: self._shown]
        self.only(self._ground, self._letters, *shown, self._back, self._more, *self._arrows)

    def _waiting(self, held: float) -> str:
        """Return words chosen and letters not chosen for, without the beginning when long."""
        waiting = self._typist.composer.chosen + self._typist.composer.letters
        return waiting if len(waiting) <= held else "…" + waiting[-max(1, int(held) - 1) :]

    def _fill(self, room: Rect, canvas: Canvas) -> None:
        """Place as many candidates as the room holds, each as wide as its words."""
        found = self._typist.composer.candidates(self._pages[-1], _MOST)
        self._shown = 0
        for button, word in zip(self._words, found, strict=False):
            wide = max(canvas.px(_HIGH + 6), round((_SIZE * len(word) + 4) * canvas.type))
            wide += canvas.px(26)
            if wide > room.width and self._shown:
                break
            cell, room = room.cut_left(min(wide, room.width), canvas.px(_GAP))
            button.label.break_into(1)
            button.label.say(word)
            button.place(cell, canvas.type)
            fits = self._typist.fits(word)
            likeliest = self._shown == 0 and len(self._pages) == 1
            style = theme.look().soft if likeliest else theme.PLAIN
            button.dress(style if fits else theme.OFF, enabled=fits)
            self._shown += 1

    def _dress(self) -> None:
        last = self._pages[-1] + self._shown
        more = bool(self._typist.composer.candidates(last, 1))
        for button, icon, enabled in zip(
            (self._back, self._more), self._arrows, (len(self._pages) > 1, more), strict=True
        ):
            button.dress(theme.PLAIN if enabled else theme.OFF, enabled=enabled)
            icon.colour.rgba = theme.look().accent if enabled else theme.DISABLED_INK

    def _turn(self) -> Sequence[Event]:
        self._pages.append(self._pages[-1] + self._shown)
        return self._turned()

    def _turn_back(self) -> Sequence[Event]:
        self._pages.pop()
        return self._turned()
