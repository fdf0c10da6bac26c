"""The first screen: the question and what answers it, open problems, and the other ways.

What does not fit is left out, the least important first: problems from the last one on, in large
text the card for the phone before the first problem. Question and answers are always there.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import Picture
from kiosk.layout import Rect
from kiosk.views import problems, theme
from kiosk.views.answers import Answers
from kiosk.views.frame import Place
from kiosk.views.parts import Text
from kiosk.views.problems import ProblemList
from kiosk.views.screen import Screen, Touchable
from kiosk.views.ways import KEYS, Strips, Ways
from protocols.briefs import MAX_PROBLEMS
from protocols.survey import Scale

_ASK = 92
_ASK_WIDE = 72
_HINT = 34
_BLOCK_GAP = 24
_SIDE = 316
_FOOT = 130
_FOOT_WIDE = 96


class Attract(Screen):
    """The question."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        named = {place.touchpoint: place.touchpoint_name} if place.touchpoint_name else {}
        self._strips = Strips(named)
        self._ask = Text(theme.HERO, font=theme.BOLD)
        self._hint = Text(18, colour=theme.MUTED)
        self._answers = Answers()
        self._problems = ProblemList()
        self._ways = Ways(place.note_url)
        self.add(self._strips, self._ask, self._hint, self._answers, self._problems, self._ways)

    def touchables(self) -> Sequence[Touchable]:
        """Return answers, problems, and the other ways."""
        return [
            *self._answers.touchables(),
            *self._problems.touchables(),
            *self._ways.touchables(),
        ]

    def show(self, picture: Picture) -> None:
        """Ask the question, and say what staff should know."""
        self._ask.say(picture.asked.ask[picture.language])
        numbers = picture.asked.scale is Scale.NPS
        self._hint.say(_hint(picture, numbers=numbers))
        self._answers.show(picture)
        self._strips.show(picture)
        canvas = self.canvas
        self._hint.align = self._ask.align = "left" if canvas.wide and canvas.large else "center"
        area = self._strips.stand(self.area, canvas)
        if canvas.wide and canvas.large:
            self._stand_two_halves(picture, area)
        elif canvas.wide:
            self._stand_wide(picture, area)
        else:
            self._stand_tall(picture, area)

    @property
    def _ask_units(self) -> float:
        if self.canvas.wide:
            return _ASK_WIDE
        return _ASK * 1.15 if self.canvas.large else _ASK

    def _main_units(self, width: float) -> float:
        return self._ask_units + _HINT + 20 + self._answers.units_high(self.canvas, width)

    def _stand_main(self, block: Rect) -> None:
        canvas = self.canvas
        ask, block = block.cut_top(canvas.px(self._ask_units))
        hint, block = block.cut_top(canvas.px(_HINT), canvas.px(20))
        self._ask.place(ask, canvas.type)
        self._hint.place(hint, canvas.type)
        self._answers.stand(block, canvas)

    def _stand_tall(self, picture: Picture, area: Rect) -> None:
        canvas, unit = self.canvas, self.canvas.unit
        main = self._main_units(area.width / unit)
        room = area.height / unit - main - _BLOCK_GAP
        large = canvas.large
        keys = KEYS if large else _FOOT
        spare = self._answers.spare_units if large else 0
        count = problems.fitting(room + spare - keys - _BLOCK_GAP / 2, beside=not large)
        count = min(count, len(picture.problems), 1 if large else MAX_PROBLEMS)
        phone = not large
        if large and not count and room >= keys + _FOOT:
            phone, keys = True, KEYS + _FOOT
        self._ways.show(picture, phone=phone)
        if not self._ways.has_phone and not large:
            keys = KEYS
        foot, area = area.cut_bottom(canvas.px(keys), canvas.px(_BLOCK_GAP))
        if phone and large:
            self._ways.stand_apart(foot, canvas)
        else:
            self._ways.stand(foot, canvas, stacked=not large and self._ways.has_phone)
        self._problems.show(picture, count)
        high = problems.units_high(count, beside=not large)
        listed, area = area.cut_bottom(canvas.px(high), canvas.px(_BLOCK_GAP / 2 if count else 0))
        self._problems.stand(listed, canvas, beside=not large)
        self._stand_main(area.middle(area.width, canvas.px(main)))

    def _stand_wide(self, picture: Picture, area: Rect) -> None:
        canvas = self.canvas
        self._ways.show(picture, phone=True)
        high = _FOOT_WIDE if self._ways.has_phone else KEYS
        foot, area = area.cut_bottom(canvas.px(high), canvas.px(16))
        self._ways.stand(foot, canvas, stacked=False)
        count = problems.fitting(area.height / canvas.unit, beside=False)
        count = min(count, len(picture.problems))
        self._problems.show(picture, count)
        if count:
            side, area = area.cut_right(canvas.px(_SIDE), canvas.px(_BLOCK_GAP))
            listed = side.middle(side.width, canvas.px(problems.units_high(count, beside=False)))
            self._problems.stand(listed, canvas, beside=False)
        most = self._main_units(area.width / canvas.unit) + 44
        self._stand_main(area.middle(area.width, canvas.px(most)))

    def _stand_two_halves(self, picture: Picture, area: Rect) -> None:
        """Place the words on the left, and a list of large answers on the right."""
        canvas = self.canvas
        left, right = area.columns(1, 1.15, gap=canvas.px(_BLOCK_GAP))
        high = self._answers.units_high(canvas, right.width / canvas.unit) + 24
        self._answers.stand(right.middle(right.width, canvas.px(high)), canvas)
        self._ways.show(picture, phone=False)
        foot, left = left.cut_bottom(canvas.px(KEYS + 8), canvas.px(16))
        self._ways.stand(foot, canvas, stacked=False)
        room = left.height / canvas.unit - 190
        count = min(1, len(picture.problems), problems.fitting(room, beside=False))
        self._problems.show(picture, count)
        listed, left = left.cut_bottom(
            canvas.px(problems.units_high(count, beside=False)), canvas.px(12 if count else 0)
        )
        self._problems.stand(listed, canvas, beside=False)
        words = left.middle(left.width, canvas.px(206))
        ask, hint = words.cut_top(canvas.px(136), canvas.px(6))
        self._ask.place(ask, canvas.type)
        self._hint.place(hint, canvas.type)


def _hint(picture: Picture, *, numbers: bool) -> str:
    """Return what stands below the question: what was scanned, that one pays, or how to answer."""
    if picture.receipt:
        return picture.say("receipt_read", last=picture.receipt)
    if picture.selling:
        return picture.say("selling")
    return picture.say("hint_scale" if numbers else "hint")
