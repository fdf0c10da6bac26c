"""Open problems of the store beside the question, each with "me too" and "fixed now"."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import Picture, VoteTapped
from kiosk.layout import Canvas, Rect
from kiosk.views import theme
from kiosk.views.parts import Box, Button, Icon, Part, Text
from kiosk.views.screen import Touchable
from protocols.briefs import MAX_PROBLEMS, Problem
from protocols.messages import Vote

TITLE = 36
ROW = 66
CARD = 116
GAP = 8


class ProblemCard(Part):
    """What is asked about one problem, its two keys, and after a vote the word that it is noted."""

    def __init__(self, at: int) -> None:
        """`at` counts from 1: targets are named by it."""
        super().__init__()
        self._at = at
        self._box = Box()
        self._ask = Text(theme.BODY, font=theme.BOLD, align="left", lines=2)
        self._too = Button(f"me_too:{at}", size=16).with_icon("users", 20)
        self._fixed = Button(f"fixed_now:{at}", size=16).with_icon("checks", 20)
        self._tick = Icon("circle-check", 24)
        self._noted = Text(16, font=theme.BOLD, colour=theme.look().accent, align="left", lines=1)
        self._voted = False

    def touchables(self) -> Sequence[Touchable]:
        """Return the keys, while nothing was said."""
        return () if self._voted else (self._too, self._fixed)

    def show(self, picture: Picture, problem: Problem) -> None:
        """Ask about a problem."""
        ask = problem.ask
        self._ask.say(ask.get(picture.language) or next(iter(ask.values()), ""))
        self._too.event = VoteTapped(problem.problem, Vote.ME_TOO)
        self._fixed.event = VoteTapped(problem.problem, Vote.FIXED)
        self._too.say(picture.say("me_too"))
        self._fixed.say(picture.say("fixed_now"))
        self._noted.say(picture.say("voted"))
        self._voted = problem.problem in picture.voted
        after = (self._tick, self._noted) if self._voted else (self._too, self._fixed)
        self.only(self._box, self._ask, *after)

    def stand(self, rect: Rect, canvas: Canvas, *, beside: bool) -> None:
        """Place the keys beside the words, or below them."""
        self.rect = rect
        self._box.place(rect, canvas.unit)
        inside = rect.inset(canvas.px(14), canvas.px(5))
        if beside:
            keys, words = inside.cut_right(canvas.px(250), canvas.px(10))
            keys = keys.middle(canvas.px(250), canvas.px(theme.TARGET))
        else:
            keys, words = inside.cut_bottom(canvas.px(theme.TARGET), canvas.px(2))
            keys = keys.inset(canvas.px(-6), 0)
        self._ask.place(words, canvas.type)
        too, fixed = keys.columns(1, 1, gap=canvas.px(8))
        self._too.place(too, canvas.type)
        self._fixed.place(fixed, canvas.type)
        tick, noted = keys.inset(canvas.px(6), 0).cut_left(canvas.px(28), canvas.px(8))
        self._tick.place(tick, canvas.type)
        self._noted.place(noted, canvas.type)


class ProblemList(Part):
    """Up to three of them below a line that says what they are; as many as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Text(theme.BODY, colour=theme.MUTED, align="left", lines=1)
        self._cards = [ProblemCard(at) for at in range(1, MAX_PROBLEMS + 1)]
        self._shown: list[ProblemCard] = []

    def touchables(self) -> Sequence[Touchable]:
        """Return the keys that are shown."""
        return [one for card in self._shown for one in card.touchables()]

    def show(self, picture: Picture, count: int) -> None:
        """Ask about the first `count` problems, of those that the picture has."""
        self._shown = self._cards[: min(count, len(picture.problems))]
        self._title.say(picture.say("problems"))
        for card, problem in zip(self._shown, picture.problems, strict=False):
            card.show(picture, problem)
        self.only(*((self._title, *self._shown) if self._shown else ()))

    def stand(self, rect: Rect, canvas: Canvas, *, beside: bool) -> None:
        """Place title and cards from the top."""
        self.rect = rect
        title, rest = rect.cut_top(canvas.px(TITLE))
        self._title.place(title.inset(canvas.px(4), 0), canvas.unit)
        high = canvas.px(ROW if beside else CARD)
        for card in self._shown:
            line, rest = rest.cut_top(high, canvas.px(GAP))
            card.stand(line, canvas, beside=beside)


def units_high(count: int, *, beside: bool) -> float:
    """Return how high a list of so many is; 0 for none."""
    return TITLE + count * ((ROW if beside else CARD) + GAP) - GAP if count else 0


def fitting(room: float, *, beside: bool) -> int:
    """Return how many fit into so many units."""
    count = MAX_PROBLEMS
    while count and units_high(count, beside=beside) > room:
        count -= 1
    return count
