"""The five faces, drawn by code: brows, eyes and mouths tell them apart, not the colour alone."""

from __future__ import annotations

from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.graphics.texture import Texture

from kiosk.views import paint, theme
from kiosk.views.parts import Part

_PEN = 0.10
Shape = tuple[Texture, float, float]


class Face(Part):
    """The face of a score; it fills the smaller side of its rectangle."""

    def __init__(self, score: int) -> None:
        super().__init__()
        self._score = score
        self._pressed = False

    def become(self, score: int) -> None:
        """Show the face of another score."""
        if score != self._score:
            self._score = score
            self.draw()

    def press(self, pressed: bool) -> None:
        """Shrink a little under the finger."""
        if pressed != self._pressed:
            self._pressed = pressed
            self.draw()

    def draw(self) -> None:
        """Draw shadow, disc and features."""
        self.group.clear()
        radius = min(self.rect.width, self.rect.height) / 2 * (0.93 if self._pressed else 1.0)
        if radius <= 0:
            return
        sheet = _Sheet(self.group, self.rect.centre, radius)
        red, green, blue, _ = theme.FACES[self._score - 1]
        sheet.colour((*theme.SHADOW[:3], 0.28))
        sheet.put((paint.soft_disc(), 2.5, 2.5), 0, -0.10)
        sheet.colour((red * 0.84, green * 0.84, blue * 0.84, 1.0))
        sheet.put((paint.disc(), 2.0, 2.0), 0, 0)
        sheet.colour((red, green, blue, 1.0))
        sheet.put((paint.disc(), 1.95, 1.93), 0, 0.03)
        sheet.colour(theme.FACE_INK)
        _FEATURES[self._score](sheet)


class _Sheet:
    """Puts shapes on a face; lengths are in face radii, y upwards from the middle."""

    def __init__(self, group: InstructionGroup, centre: tuple[float, float], radius: float) -> None:
        self._group = group
        self._centre = centre
        self._radius = radius

    def colour(self, colour: theme.Colour) -> None:
        self._group.add(Color(*colour))

    def put(
        self, shape: Shape, x: float, y: float, *, over: bool = False, mirror: bool = False
    ) -> None:
        """Put a shape around a point: `over` turns it upside down, `mirror` left for right."""
        texture, width, height = shape
        across, along = width * self._radius, height * self._radius
        # A mipmapped texture may be a part of a larger one: its edges are not always 0 and 1.
        left, low, _, _, right, high, _, _ = texture.tex_coords
        left, right = (right, left) if mirror else (left, right)
        low, high = (high, low) if over else (low, high)
        self._group.add(
            Rectangle(
                texture=texture,
                pos=(
                    self._centre[0] + x * self._radius - across / 2,
                    self._centre[1] + y * self._radius - along / 2,
                ),
                size=(across, along),
                tex_coords=(left, low, right, low, right, high, left, high),
            )
        )

    def eyes(self, height: float = 0.27) -> None:
        for side in (-1, 1):
            self.put((paint.disc(), 0.19, height), 0.34 * side, 0.22)

    def brows(self, slope: float, y: float) -> None:
        self.put(paint.stroke(0.34, slope, _PEN), 0.36, y)
        self.put(paint.stroke(0.34, slope, _PEN), -0.36, y, mirror=True)


def _angry(sheet: _Sheet) -> None:
    sheet.brows(0.19, 0.52)
    sheet.eyes()
    sheet.put(paint.arc(0.42, 66, _PEN * 1.15), 0, -0.42, over=True)


def _sad(sheet: _Sheet) -> None:
    sheet.brows(-0.12, 0.55)
    sheet.eyes()
    sheet.put(paint.arc(0.62, 40, _PEN), 0, -0.42, over=True)


def _even(sheet: _Sheet) -> None:
    sheet.eyes()
    sheet.put(paint.stroke(0.72, 0.0, _PEN), 0, -0.36)


def _glad(sheet: _Sheet) -> None:
    sheet.eyes()
    sheet.put(paint.arc(0.56, 56, _PEN), 0, -0.33)


def _delighted(sheet: _Sheet) -> None:
    for side in (-1, 1):
        sheet.put(paint.arc(0.17, 72, _PEN), 0.36 * side, 0.25, over=True)
    sheet.put(paint.open_mouth(), 0, -0.30)


_FEATURES = {1: _angry, 2: _sad, 3: _even, 4: _glad, 5: _delighted}
