"""What a question is answered with: faces in a row or a list, or the numbers 0 to 10."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import Event, Picture, Rated
from kiosk.layout import Canvas, Rect
from kiosk.views import theme
from kiosk.views.face import Face
from kiosk.views.parts import Act, Box, Button, Part, Text
from kiosk.views.screen import Touchable
from protocols.survey import Scale

_NUMBERS = 11
_ROW = 216
_LIST_LINE = 92
_LEAST_LIST_LINE = 73
_NUMBER_LINE = 84
_ENDS = 34


class FaceButton(Part):
    """A face with its words; all of the cell can be touched."""

    def __init__(self, score: int) -> None:
        super().__init__()
        self.name = f"face:{score}"
        self.event: Event | None = Rated(score)
        self.act: Act | None = None
        self.enabled = True
        self.hit = self.rect
        self._face = Face(score)
        self.label = Text(17, font=theme.BOLD, colour=theme.MUTED)
        self._words = Text(40, font=theme.BOLD, align="left", lines=1)
        self.add(self._face, self.label, self._words)

    def say(self, words: str, *, listed: bool) -> None:
        """Say the words below the face, or in a list large beside it."""
        self.label.say("" if listed else words)
        self._words.say(words if listed else "")

    def stand(self, cell: Rect, canvas: Canvas) -> None:
        """Place the face above its words, or in a list before them."""
        self.rect = self.hit = cell
        if canvas.large:
            face, words = cell.inset(canvas.px(14), canvas.px(3)).cut_left(
                cell.height, canvas.px(18)
            )
            self._words.place(words, canvas.type)
        else:
            words, face = cell.cut_bottom(canvas.px(46), canvas.px(4))
            face = face.middle(face.width * 0.92, face.height * 0.96)
            self.label.place(words.inset(canvas.px(4), 0), canvas.unit)
        self._face.place(face, canvas.unit)

    def press(self, pressed: bool) -> None:
        """Shrink the face under the finger."""
        self._face.press(pressed)


class Answers(Part):
    """The card with the faces or numbers of a scale."""

    def __init__(self) -> None:
        super().__init__()
        self._card = Box(line=theme.CARD, radius=theme.CARD_RADIUS, shadow=True)
        self._scale: Scale | None = None
        self._faces: list[FaceButton] = []
        self._numbers: list[Button] = []
        self._ends = (
            Text(theme.BODY, colour=theme.MUTED, align="left", lines=1),
            Text(theme.BODY, colour=theme.MUTED, align="right", lines=1),
        )
        self._large = False

    def touchables(self) -> Sequence[Touchable]:
        """Return faces or numbers in the order of reading: a list begins with the best."""
        faces = self._faces[::-1] if self._large else self._faces
        return [*faces, *self._numbers]

    def show(self, picture: Picture) -> None:
        """Take the scale and its words."""
        asked, language = picture.asked, picture.language
        self._large = picture.large
        if asked.scale is not self._scale:
            self._scale = asked.scale
            self._change(asked.scores)
        for face, words in zip(self._faces, asked.faces, strict=False):
            face.say(words[language], listed=picture.large)
        for end, words in zip(self._ends, (asked.faces[0], asked.faces[-1]), strict=True):
            end.say(words[language])

    def _change(self, scores: Sequence[int]) -> None:
        numbers = self._scale is Scale.NPS
        self._faces = [] if numbers else [FaceButton(score) for score in scores]
        self._numbers = [self._number(score) for score in scores] if numbers else []
        ends = self._ends if numbers else ()
        self.only(self._card, *self._faces, *self._numbers, *ends)

    def _number(self, score: int) -> Button:
        key = Button(f"score:{score}", Rated(score), style=theme.look().soft, size=28).rounded()
        key.say(str(score))
        return key

    def units_high(self, canvas: Canvas, width: float) -> float:
        """Return how high the card wants to be in a width of so many units."""
        if self._numbers:
            return -(-_NUMBERS // _across(width, large=canvas.large)) * _NUMBER_LINE + _ENDS + 40
        return len(self._faces) * _LIST_LINE + 16 if canvas.large else _ROW

    @property
    def spare_units(self) -> float:
        """Return how many units a list could give away, and still have large faces."""
        return len(self._faces) * (_LIST_LINE - _LEAST_LIST_LINE)

    def stand(self, card: Rect, canvas: Canvas) -> None:
        """Place everything in the card."""
        self.rect = card
        self._card.place(card, canvas.unit)
        if self._numbers:
            self._stand_numbers(card, canvas)
        elif canvas.large:
            lines = card.inset(canvas.px(8), canvas.px(8)).rows(*[1] * len(self._faces))
            for face, line in zip(reversed(self._faces), lines, strict=True):
                face.stand(line, canvas)
        else:
            inside = card.inset(canvas.px(10), 0)
            for face, cell in zip(
                self._faces, inside.columns(*[1] * len(self._faces)), strict=True
            ):
                face.stand(cell.inset(0, canvas.px(20)), canvas)
                face.hit = cell

    def _stand_numbers(self, card: Rect, canvas: Canvas) -> None:
        inside = card.inset(canvas.px(16), canvas.px(16))
        ends, inside = inside.cut_bottom(canvas.px(_ENDS), canvas.px(4))
        across = _across(card.width / canvas.unit, large=canvas.large)
        for key, cell in zip(
            self._numbers, inside.grid(_NUMBERS, across, gap=canvas.px(8)), strict=True
        ):
            key.place(cell, canvas.type)
        for end, half in zip(self._ends, ends.columns(1, 1, gap=canvas.px(12)), strict=True):
            end.place(half, canvas.type)


def _across(width: float, *, large: bool) -> int:
    """Return how many numbers stand in a row of so many units."""
    if large:
        return 4 if width < 700 else 6
    return _NUMBERS if width >= _NUMBERS * (theme.TARGET + 8) + 32 else 6
