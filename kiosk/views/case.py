"""How a case stands: what was done and when, where it is now, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from kiosk.events import CloseTapped, Picture
from kiosk.layout import Canvas, Rect
from kiosk.timeline import MOST_LINES, Line, When, timeline
from kiosk.views import theme
from kiosk.views.lookup import grouped
from kiosk.views.parts import Badge, Box, Disc, Icon, Part, Text
from kiosk.views.screen import Bar, Screen, Touchable

_ROW = 68


class Step(Part):
    """One line: a dot, its words, its time."""

    def __init__(self) -> None:
        super().__init__()
        look = theme.look()
        self._halo = Disc(look.accent_soft)
        self._dot = Disc(look.accent)
        self._tick = Icon("check", 18, colour=theme.CARD)
        self._words = Text(theme.LABEL, font=theme.BOLD, align="left", lines=1)
        self._time = Text(theme.SMALL, colour=theme.MUTED, align="left", lines=1)

    def show(self, picture: Picture, line: Line) -> None:
        """Say what happened."""
        look = theme.look()
        ahead = line.when is When.NEXT
        self._words.say(picture.say(line.text))
        self._words.colour.rgba = theme.MUTED if ahead else theme.INK
        if ahead:
            self._dot.colour(theme.CARD, theme.LINE)
        else:
            self._dot.colour(look.accent, look.accent)
        self._time.say(_clock(line.at_ms, picture.zone) if line.at_ms is not None else "")
        halo = (self._halo,) if line.when is When.NOW else ()
        tick = (self._tick,) if line.when is When.DONE else ()
        self.only(*halo, self._dot, *tick, self._words, self._time)

    def stand(self, row: Rect, canvas: Canvas) -> None:
        """Place the dot before words and time."""
        dot, words = row.cut_left(canvas.px(40), canvas.px(14))
        self.rect = dot.middle(canvas.px(26), canvas.px(26))
        self._halo.place(dot.middle(canvas.px(40), canvas.px(40)), canvas.unit)
        self._dot.place(self.rect, canvas.unit)
        self._tick.place(self.rect, canvas.unit)
        if self._time.said:
            words, time = words.middle(words.width, 54 * canvas.type).rows(1.2, 1)
            self._time.place(time, canvas.type)
        self._words.place(words, canvas.type)


class Case(Screen):
    """The timeline of the case whose code was typed."""

    def __init__(self) -> None:
        super().__init__()
        accent = theme.look().accent
        self._title = Text(theme.TITLE, font=theme.BOLD, lines=1)
        self._code = Text(theme.LABEL, colour=theme.MUTED, lines=1)
        self._card = Box(line=theme.CARD, radius=theme.CARD_RADIUS, shadow=True)
        self._due = Badge("clock")
        self._rails = [Box(accent, accent, radius=None) for _ in range(MOST_LINES)]
        self._steps = [Step() for _ in range(MOST_LINES)]
        self._private = Text(theme.SMALL, colour=theme.MUTED, lines=1)
        self._bar = Bar(("close", CloseTapped()))

    def touchables(self) -> Sequence[Touchable]:
        """Return the way back."""
        return self._bar.buttons

    def show(self, picture: Picture) -> None:
        """Show the steps, the latest near the end."""
        canvas, told = self.canvas, picture.case
        due = picture.promised if told and told.promised_ms is not None else ""
        self._title.say(picture.say("case_title"))
        self._code.say(grouped(told.code.replace("-", "")) if told else "")
        self._due.say(picture.say("case_by", when=due) if due else "")
        self._private.say(picture.say("case_privacy"))
        self._bar.speak(picture.say)
        row = canvas.px(_ROW * (1.2 if canvas.large else 1))
        around = canvas.px(36)
        card = self._lay(due=bool(due))
        most = max(2, min(MOST_LINES, (card.height - around) // row)) if row else MOST_LINES
        lines = timeline(told.nodes if told else (), most)
        steps, rails = self._steps[: len(lines)], self._rails[: max(0, len(lines) - 1)]
        band = (self._due,) if due else ()
        self.only(
            self._title, self._code, self._card, *band, *rails, *steps, self._private, self._bar
        )
        high = row * len(lines) + around
        card = card.middle(canvas.px(560), high) if canvas.wide else card.cut_top(high)[0]
        self._card.place(card, canvas.unit)
        self._stand_steps(picture, lines, card.inset(canvas.px(26), canvas.px(18)))

    def _lay(self, *, due: bool) -> Rect:
        """Place all but the card, and return the room for it: beside, or below."""
        canvas = self.canvas
        bar, area = self.area.cut_bottom(canvas.px(theme.BAR), canvas.px(12))
        self._bar.place(bar.middle(canvas.px(320), bar.height), canvas.type)
        if canvas.wide:
            words, card = area.columns(1, 1.35, gap=canvas.px(28))
            block = words.middle(words.width, canvas.px(220))
        else:
            block, card = area.cut_top(canvas.px(196 if due else 130), canvas.px(24))
        title, block = block.cut_top(canvas.px(50), canvas.px(2))
        code, block = block.cut_top(canvas.px(34), canvas.px(10))
        if due:
            line, block = block.cut_top(canvas.px(56), canvas.px(10))
            self._due.place(line.middle(canvas.px(400), line.height), canvas.type)
        self._title.place(title, canvas.type)
        self._code.place(code, canvas.type)
        self._private.place(block.cut_top(canvas.px(28))[0], canvas.type)
        return card

    def _stand_steps(self, picture: Picture, lines: Sequence[Line], room: Rect) -> None:
        canvas = self.canvas
        rows = room.rows(*[1] * len(lines)) if lines else []
        for step, line, row in zip(self._steps, lines, rows, strict=False):
            step.show(picture, line)
            step.stand(row, canvas)
        for rail, upper, lower, line in zip(
            self._rails, self._steps, self._steps[1:], lines[1:], strict=False
        ):
            ahead = line.when is When.NEXT
            colour = theme.LINE if ahead else theme.look().accent
            rail.colour(colour, colour)
            x, y = upper.rect.x + upper.rect.width // 2, lower.rect.top
            thick = max(2, canvas.px(3))
            height = max(0, upper.rect.y - y)
            rail.place(Rect(x - thick // 2, y, thick, height), canvas.unit)


def _clock(at_ms: int, zone: tzinfo) -> str:
    """Return a time as it is read in the store."""
    return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%m-%d %H:%M")
