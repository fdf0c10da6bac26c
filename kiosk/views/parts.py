"""What screens are made of: boxes, texts, icons, buttons, codes. Built once, then changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import segno
from kivy.core.text import Label as Lettering
from kivy.graphics import BorderImage, Color, InstructionGroup, Rectangle
from kivy.graphics.texture import Texture

from kiosk.events import Event
from kiosk.layout import Rect
from kiosk.views import paint, theme
from kiosk.views.theme import Colour, Style

NOWHERE = Rect(0, 0, 0, 0)
Act = Callable[[], Sequence[Event] | None]
"""What a part does itself when it is touched; what it returns goes to the flow."""
# Lines of a broken text are made this much longer than a fair share, until it fits.
_BALANCE = (1.04, 1.12, 1.2, 1.3)
# Text that does not fit is set smaller, in these steps.
_SHRINK = (1.0, 0.92, 0.85, 0.78, 0.7, 0.62, 0.55, 0.48, 0.42, 0.36)
# But not below so many units, or pixels unless the window is tiny: then its end is left out.
_LEAST_UNITS = 9
_LEAST_PIXELS = 8
_TINY_PIXELS = (7, 6)
_LEFT_OUT = "…"


class Part:
    """Something drawn in a rectangle."""

    radius: float | None = theme.RADIUS  # as a `Touchable` has it

    def __init__(self) -> None:
        self.group = InstructionGroup()
        self.parts: list[Part] = []
        self.rect = NOWHERE
        self.unit = 1.0

    def place(self, rect: Rect, unit: float) -> None:
        """Move to a rectangle of a window whose unit has that many pixels."""
        self.rect, self.unit = rect, unit
        self.draw()

    def draw(self) -> None:
        """Bring what is drawn up to date."""

    def add(self, *parts: Part) -> None:
        """Draw other parts above this one."""
        for part in parts:
            self.parts.append(part)
            self.group.add(part.group)

    def drop(self, *parts: Part) -> None:
        """Draw them no longer."""
        for part in parts:
            self.parts.remove(part)
            self.group.remove(part.group)

    def only(self, *parts: Part) -> None:
        """Draw these above this one and no others."""
        if list(parts) != self.parts:
            self.drop(*self.parts)
            self.add(*parts)


class Box(Part):
    """A rectangle with round corners, a thin line around it, and perhaps a shadow."""

    def __init__(
        self,
        fill: Colour = theme.CARD,
        line: Colour = theme.LINE,
        *,
        radius: float | None = theme.RADIUS,
        shadow: bool = False,
    ) -> None:
        """`radius` None makes a pill."""
        super().__init__()
        self.radius = radius
        self._shadow = BorderImage(auto_scale="off") if shadow else None
        if self._shadow:
            self.group.add(Color(*theme.SHADOW))
            self.group.add(self._shadow)
        self._line, self._edge = Color(*line), BorderImage(auto_scale="off")
        self._fill, self._inner = Color(*fill), BorderImage(auto_scale="off")
        for instruction in (self._line, self._edge, self._fill, self._inner):
            self.group.add(instruction)

    def colour(self, fill: Colour, line: Colour) -> None:
        """Change the colours."""
        self._fill.rgba, self._line.rgba = fill, line

    def draw(self) -> None:
        """Put the nine-patches in their place."""
        # Two rows stay straight: a nine-patch without a middle draws a speck at its right edge.
        half = max(0, min(self.rect.width, self.rect.height) - 2) // 2
        radius = half if self.radius is None else min(half, round(self.radius * self.unit))
        thin = max(1, round(self.unit * 1.2))
        _patch(self._edge, paint.rounded(max(1, radius)), self.rect, radius)
        inner = max(1, radius - thin)
        _patch(self._inner, paint.rounded(inner), self.rect.inset(thin), inner)
        if self._shadow:
            blur = round(14 * self.unit)
            rect = self.rect.inset(-blur)
            dropped = Rect(rect.x, rect.y - round(5 * self.unit), rect.width, rect.height)
            _patch(self._shadow, paint.shadow(radius, blur), dropped, radius + blur)


def _patch(image: BorderImage, texture: Texture, rect: Rect, border: int) -> None:
    image.texture = texture
    image.border = (border,) * 4
    image.pos, image.size = (rect.x, rect.y), (rect.width, rect.height)


class Disc(Part):
    """A disc that fills its rectangle's smaller side, perhaps with a line around it."""

    def __init__(self, fill: Colour, line: Colour | None = None) -> None:
        super().__init__()
        self._line, self._edge = Color(*(line or fill)), Rectangle(texture=paint.disc())
        self._fill, self._inner = Color(*fill), Rectangle(texture=paint.disc())
        for instruction in (self._line, self._edge, self._fill, self._inner):
            self.group.add(instruction)

    def colour(self, fill: Colour, line: Colour) -> None:
        """Change the colours."""
        self._fill.rgba, self._line.rgba = fill, line

    def draw(self) -> None:
        """Put it in the middle."""
        side = min(self.rect.width, self.rect.height)
        outer = self.rect.middle(side, side)
        inner = outer.inset(max(1, round(2.5 * self.unit)))
        for image, rect in ((self._edge, outer), (self._inner, inner)):
            image.pos, image.size = (rect.x, rect.y), (rect.width, rect.height)


class Ring(Part):
    """A line around something, with nothing in it; its corners are those of `radius`."""

    THICK = 3
    """Units."""

    def __init__(self, colour: Colour) -> None:
        super().__init__()
        self._image = BorderImage(auto_scale="off")
        self.group.add(Color(*colour))
        self.group.add(self._image)

    def draw(self) -> None:
        """Put it around its rectangle."""
        thick = max(2, round(self.THICK * self.unit))
        outer = self.rect.inset(-thick)
        corner = math.inf if self.radius is None else round(self.radius * self.unit) + thick
        radius = int(max(thick, min(corner, outer.width // 2, outer.height // 2)))
        _patch(self._image, paint.ring(radius, thick), outer, radius)


class Text(Part):
    """Text in a rectangle: broken into lines, set smaller when it does not fit, or else cut."""

    def __init__(
        self,
        size: float = theme.BODY,
        *,
        colour: Colour = theme.INK,
        font: str = theme.REGULAR,
        align: str = "center",
        lines: int = 2,
    ) -> None:
        """`lines` 1 never breaks the text."""
        super().__init__()
        self.pixels = 0
        """How high the lettering is drawn."""
        self._size = size
        self._font = font
        self.align = align
        self._lines = lines
        self._text = ""
        self._drawn: tuple[str, Rect, str, float, int] | None = None
        self.colour = Color(*colour)
        self._image = Rectangle(size=(0, 0))
        self.group.add(self.colour)
        self.group.add(self._image)

    def break_into(self, lines: int) -> None:
        """Change into how many lines it may be broken; 1 never breaks it."""
        self._lines = lines

    @property
    def shrunk(self) -> bool:
        """Return whether it had to be set much smaller to fit."""
        return self.pixels < 0.8 * self._size * self.unit

    @property
    def said(self) -> str:
        """Return the text."""
        return self._text

    @property
    def drawn(self) -> tuple[float, float]:
        """Return width and height of the lettering in pixels; 0 when nothing is drawn."""
        width, height = self._image.size
        return width, height

    def say(self, text: str) -> None:
        """Change the text."""
        self._text = text
        self.draw()

    def draw(self) -> None:
        """Set the text, unless it stands there already."""
        wanted = (self._text, self.rect, self.align, self.unit, self._lines)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        if not self._text or not self.rect.width:
            self._image.size = (0, 0)
            return
        texture = self._fitting()
        width, height = texture.size
        x = {"left": self.rect.x, "right": self.rect.right - width}.get(
            self.align, round(self.rect.x + (self.rect.width - width) / 2)
        )
        self._image.texture = texture
        self._image.size = (width, height)
        self._image.pos = (x, self._bottom(height))

    def _bottom(self, height: int) -> int:
        return round(self.rect.y + (self.rect.height - height) / 2)

    def _fitting(self) -> Texture:
        for pixels in self._heights():
            self.pixels = pixels
            texture = self._wrapped(self._text)
            if self._fits(self._text, texture):
                return self._balanced(texture)
        return self._cut() or texture

    def _heights(self) -> Iterator[int]:
        least = max(_LEAST_PIXELS, round(min(self._size * 0.48, _LEAST_UNITS) * self.unit))
        for share in _SHRINK:
            yield max(least, round(self._size * self.unit * share))
        if least == _LEAST_PIXELS:
            yield from _TINY_PIXELS

    def _wrapped(self, text: str) -> Texture:
        return self._set(text, self.rect.width if self._may_break() else None)

    def _fits(self, text: str, texture: Texture) -> bool:
        width, height = texture.size
        room = self.rect
        return bool(max(width, self._longest_word(text)) <= room.width and height <= room.height)

    def _cut(self) -> Texture | None:
        """Return as much of the beginning as fits; None when nothing does."""
        fits, longer = 0, len(self._text)
        found = None
        while longer - fits > 1:
            middle = (fits + longer) // 2
            text = self._text[:middle].rstrip() + _LEFT_OUT
            texture = self._wrapped(text)
            if self._fits(text, texture):
                fits, found = middle, texture
            else:
                longer = middle
        return found

    def _may_break(self) -> bool:
        # Kivy would break a single word too: Eras-e.
        return self._lines > 1 and not (self._text.isascii() and " " not in self._text)

    def _longest_word(self, text: str) -> int:
        """Return how wide the longest word is, which must not be broken; Chinese may be."""
        if not self._may_break() or not self._text.isascii():
            return 0
        width: int = self._set(max(text.split(), key=len), None).width
        return width

    def _balanced(self, texture: Texture) -> Texture:
        """Return the lines about equally long: none that holds a question mark alone."""
        if not self._may_break() or texture.height < 2 * self.pixels:
            return texture
        whole, word = self._set(self._text, None), self._longest_word(self._text)
        lines = round(texture.height / whole.height)
        for wider in _BALANCE:
            width = max(word, math.ceil(whole.width / lines * wider))
            if width >= self.rect.width:
                break
            narrow = self._set(self._text, width)
            if narrow.height <= texture.height:
                return narrow
        return texture

    def _set(self, text: str, width: int | None) -> Texture:
        lettering = Lettering(
            text=text,
            font_size=self.pixels,
            font_name=self._font,
            halign=self.align,
            text_size=(width, None),
            color=(1, 1, 1, 1),
        )
        lettering.refresh()
        return lettering.texture


class Paragraph(Text):
    """Text that begins at the upper left, as in a book."""

    def __init__(self, size: float = theme.BODY, *, colour: Colour = theme.INK) -> None:
        super().__init__(size, colour=colour, align="left", lines=9)

    def _bottom(self, height: int) -> int:
        return self.rect.top - height

    def _balanced(self, texture: Texture) -> Texture:
        return texture

    def _cut(self) -> Texture | None:
        return None  # who writes looks at the end


class Icon(Text):
    """An icon of the icon font."""

    def __init__(self, name: str, size: float, *, colour: Colour | None = None) -> None:
        super().__init__(size, colour=colour or theme.look().accent, font=theme.ICONS, lines=1)
        self.become(name)

    def become(self, name: str) -> None:
        """Show another icon."""
        self.say(theme.icon(name))


class Button(Part):
    """Something to touch: `event` goes to the flow, or `act` says which events do."""

    def __init__(
        self,
        name: str,
        event: Event | None = None,
        *,
        act: Act | None = None,
        style: Style = theme.PLAIN,
        size: float = theme.LABEL,
        font: str = theme.BOLD,
    ) -> None:
        super().__init__()
        self.name = name
        self.event = event
        self.act = act
        self.enabled = True
        self._style = style
        self._pressed = False
        self._icon: Icon | None = None
        self._icon_colour: Colour | None = None
        self.hit = NOWHERE
        self.radius = None
        self.box = Box(style.fill, style.line, radius=None)
        self.label = Text(size, colour=style.ink, font=font)
        self.add(self.box, self.label)

    def with_icon(self, name: str, size: float = 24) -> Button:
        """Put an icon before the words, and return it."""
        self._icon = Icon(name, size, colour=self._style.ink)
        self.add(self._icon)
        return self

    def tint_icon(self, colour: Colour) -> None:
        """Give the icon a colour of its own."""
        self._icon_colour = colour
        self._paint()

    def rounded(self, radius: float = theme.RADIUS) -> Button:
        """Give it corners instead of round ends, and return it."""
        self.box.radius = self.radius = radius
        return self

    def reach(self, hit: Rect) -> None:
        """Answer touches in a larger rectangle than the one that is drawn."""
        self.hit = hit

    def dress(self, style: Style, *, enabled: bool = True) -> None:
        """Change the colours, and whether it can be touched."""
        self._style, self.enabled = style, enabled
        self._paint()

    def press(self, pressed: bool) -> None:
        """Show that a finger is on it, or no longer."""
        self._pressed = pressed
        self._paint()

    def draw(self) -> None:
        """Place the box and the label in it."""
        self.hit = self.rect
        self.box.place(self.rect, self.unit)
        inside = self.rect.inset((6 if self._icon else 10) * self.unit, 2 * self.unit)
        if not self._icon:
            self.label.place(inside, self.unit)
            return
        _beside(self._icon, self.label, inside, self.unit)

    def say(self, words: str) -> None:
        """Change the words; an icon stays beside them."""
        self.label.say(words)
        if self._icon:
            self.draw()

    def _paint(self) -> None:
        style = self._style
        self.box.colour(style.pressed if self._pressed else style.fill, style.line)
        self.label.colour.rgba = style.ink
        if self._icon:
            self._icon.colour.rgba = self._icon_colour or style.ink


class Badge(Part):
    """A pill that says something and cannot be touched."""

    def __init__(self, icon: str, size: float = theme.LABEL) -> None:
        super().__init__()
        soft = theme.look().accent_soft
        self._box = Box(soft, soft, radius=None)
        self._icon = Icon(icon, size + 4)
        self._words = Text(size, font=theme.BOLD, lines=1)
        self.add(self._box, self._icon, self._words)

    def say(self, words: str) -> None:
        """Change the words."""
        self._words.say(words)
        self.draw()

    def draw(self) -> None:
        """Place the words in the middle."""
        self._box.place(self.rect, self.unit)
        _beside(self._icon, self._words, self.rect.inset(12 * self.unit, 2 * self.unit), self.unit)


def _beside(icon: Icon, words: Text, room: Rect, unit: float) -> None:
    """Place an icon before the words, both in the middle; long words have two lines."""
    before = 30 * unit
    for lines in (1, 2):
        words.break_into(lines)
        words.place(room.cut_left(before)[1], unit)
        if not words.shrunk:
            break
    drawn = words.rect.middle(*words.drawn)
    icon.place(Rect(drawn.x - round(before), room.y, round(24 * unit), room.height), unit)


class QrCode(Part):
    """A code to scan; not drawn where its modules would be too small for a camera."""

    # Phones fail below two pixels a module on the panels of kiosks.
    LEAST_PIXELS = 2
    _QUIET = 2

    def __init__(self) -> None:
        super().__init__()
        self.address = ""
        self._texture: Texture | None = None
        self._side = 0
        self._image = Rectangle(size=(0, 0))
        self.group.add(Color(1, 1, 1, 1))
        self.group.add(self._image)

    def lead_to(self, address: str) -> None:
        """Change where the code leads."""
        if address == self.address:
            return
        self.address = address
        # The lowest correction that there is: nothing dirties a code on a screen, and a code of
        # fewer modules has larger ones. Segno takes a higher one where it costs no module.
        rows = list(segno.make(address, error="l").matrix_iter(border=self._QUIET))
        self._side = len(rows)
        dark, light = bytes((19, 28, 43)), b"\xff\xff\xff"
        pixels = b"".join(dark if module else light for row in reversed(rows) for module in row)
        self._texture = Texture.create(size=(self._side, self._side), colorfmt="rgb")
        self._texture.mag_filter = self._texture.min_filter = "nearest"
        self._texture.blit_buffer(pixels, colorfmt="rgb", bufferfmt="ubyte")
        self.draw()

    def fits(self, side: int) -> bool:
        """Return whether a camera could read it in a square of so many pixels."""
        return self._side > 0 and side // self._side >= self.LEAST_PIXELS

    def draw(self) -> None:
        """Place the code, every module a whole number of pixels."""
        if not self._texture:
            return
        module = min(self.rect.width, self.rect.height) // self._side
        side = module * self._side if self.fits(min(self.rect.width, self.rect.height)) else 0
        middle = self.rect.middle(side, side)
        self._image.texture = self._texture
        self._image.pos, self._image.size = (middle.x, middle.y), (side, side)
