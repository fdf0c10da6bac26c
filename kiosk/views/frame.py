"""The frame around every screen: whose kiosk it is, the language, large text, and no camera."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kivy.graphics import Color, Rectangle

from kiosk.events import Event, LanguageTapped, LargeTextTapped, Picture, State
from kiosk.layout import Canvas, Rect
from kiosk.texts import LANGUAGES
from kiosk.views import theme
from kiosk.views.logo import texture_of
from kiosk.views.parts import Act, Box, Button, Icon, Part, Text
from kiosk.views.screen import Touchable


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What this kiosk is called and where its codes lead."""

    store_name: Mapping[str, str]
    touchpoint: str
    touchpoint_name: dict[str, str]
    track_url: str | None
    note_url: str | None

    def title(self, language: str, brand: Mapping[str, str] | None = None) -> str:
        """Return brand, store and touchpoint in a language, or in the one that there is."""
        names = (brand or {}, self.store_name, self.touchpoint_name)
        first, *rest = (name.get(language) or next(iter(name.values()), "") for name in names)
        said = rest if rest[0].startswith(first) else [first, *rest]
        return " · ".join(words for words in said if words)


HOLDABLE = (State.ATTRACT, State.CLOSED, State.CANNOT_ACCEPT)
"""Where staff get in by holding the store's name."""


class Mark(Part):
    """The chain's logo, or a tick in its colour."""

    HIGH = 34
    WIDEST = 150

    def __init__(self, logo: str | None) -> None:
        super().__init__()
        self._texture = texture_of(logo)
        self._box = Box(theme.look().accent, theme.look().accent, radius=9)
        self._tick = Icon("check", 24, colour=theme.CARD)
        self._image = Rectangle(texture=self._texture, size=(0, 0))
        if self._texture:
            self.group.add(Color(1, 1, 1, 1))
            self.group.add(self._image)
        else:
            self.add(self._box, self._tick)

    @property
    def units(self) -> float:
        """Return how wide it wants to be."""
        if not self._texture:
            return self.HIGH
        width, height = self._texture.size
        return min(self.WIDEST, self.HIGH * float(width) / float(height))

    def draw(self) -> None:
        """Place it, undistorted."""
        room = self.rect.middle(self.rect.width, self.HIGH * self.unit)
        if self._texture:
            width, height = self._texture.size
            scale = min(room.width / width, room.height / height)
            fit = room.middle(width * scale, height * scale)
            self._image.pos, self._image.size = (fit.x, fit.y), (fit.width, fit.height)
            return
        self._box.place(room, self.unit)
        self._tick.place(room, self.unit)


class Name(Part):
    """The store's name; who holds it for five seconds is staff, and sees a line grow meanwhile."""

    name = "staff"

    def __init__(self) -> None:
        super().__init__()
        self.event: Event | None = None
        self.act: Act | None = None
        self.enabled = True
        self.hit = self.rect
        self.words = Text(18, font=theme.BOLD, align="left")
        self._line = Box(theme.look().accent, theme.look().accent, radius=None)
        self.add(self.words)

    def draw(self) -> None:
        """Place the words."""
        self.hit = self.rect
        self.words.place(self.rect, self.unit)
        self.hold(0)

    def hold(self, share: float) -> None:
        """Show for what share of the time it was held; 0 shows nothing."""
        self.only(*((self.words, self._line) if share > 0 else (self.words,)))
        rect = self.rect.cut_bottom(8 * self.unit)[0].cut_top(4 * self.unit)[0]
        width = max(rect.height, round(min(1.0, share) * rect.width))
        self._line.place(Rect(rect.x, rect.y, width, rect.height), self.unit)

    def press(self, pressed: bool) -> None:
        """Show nothing at once: shoppers touch names too."""
        if not pressed:
            self.hold(0)


class Frame(Part):
    """Name above; language and large text above in a wide window, below within reach in a tall."""

    def __init__(self, place: Place, logo: str | None) -> None:
        super().__init__()
        self._place = place
        self._mark = Mark(logo)
        self.title = Name()
        self._eye = Icon("camera-off", 20, colour=theme.MUTED)
        self._private = Text(theme.SMALL, colour=theme.MUTED, align="left", lines=1)
        self.language = Button("language", LanguageTapped(), size=17)
        self.large = Button("large_text", LargeTextTapped(), size=17)
        self._pills: tuple[Button, ...] = ()
        self._holdable = False
        self._area, self._canvas = self.rect, Canvas(0, 0)

    def touchables(self) -> list[Touchable]:
        """Return what can be touched, the name last: a keypad passes it by."""
        return [*self._pills, self.title] if self._holdable else [*self._pills]

    def show(self, picture: Picture, *, night: bool) -> None:
        """Say names and keys in the picture's language."""
        several = len(picture.languages) > 1
        self._pills = (self.large, self.language) if several else (self.large,)
        if picture.state is State.STAFF:
            self._pills = ()  # staff work in the language that was chosen before
        self._holdable = picture.state in HOLDABLE
        for pill in self._pills:
            pill.dress(theme.QUIET if night else theme.PLAIN)
        ink, muted = theme.INK, theme.MUTED
        if night:
            ink, muted = theme.NIGHT_INK, theme.NIGHT_MUTED
        self.title.words.colour.rgba = ink
        self._private.colour.rgba = self._eye.colour.rgba = muted
        self.title.words.say(self._place.title(picture.language, picture.brand.name))
        self._private.say(picture.say("private"))
        self.large.say(picture.say("text_normal" if picture.large else "text_large"))
        self.language.say(LANGUAGES[_following(picture)])
        self.only(self._mark, self.title, self._eye, self._private, *self._pills)
        self._lay()

    def arrange(self, canvas: Canvas) -> Rect:
        """Take a window and return the area that is left for the screen."""
        self._canvas = canvas
        area = canvas.rect.cut_top(canvas.px(theme.HEADER))[1]
        if not canvas.wide:
            area = area.cut_bottom(canvas.px(theme.FOOTER))[1]
        low = 12 if canvas.wide else 4
        self._area = area
        inside = area.inset(canvas.px(theme.MARGIN), 0)
        return inside.cut_bottom(canvas.px(low))[1].cut_top(canvas.px(4))[1]

    def _lay(self) -> None:
        canvas = self._canvas
        head = canvas.rect.cut_top(canvas.px(theme.HEADER))[0].inset(canvas.px(theme.MARGIN), 0)
        foot = canvas.rect.cut_bottom(canvas.px(theme.FOOTER))[0]
        foot = foot.inset(canvas.px(theme.MARGIN), canvas.px(8))
        line = head.inset(0, canvas.px(4)) if canvas.wide else foot
        for pill in reversed(self._pills):
            cell, line = line.cut_right(canvas.px(theme.PILL), canvas.px(10))
            pill.place(cell, canvas.type)
        if canvas.wide:
            private, head = line.cut_right(canvas.px(170), canvas.px(10))
        else:
            private = line
        mark, name = head.cut_left(canvas.px(self._mark.units), canvas.px(12))
        self._mark.place(mark, canvas.unit)
        self.title.place(name, canvas.type)
        eye, words = private.cut_left(canvas.px(24), canvas.px(6))
        self._eye.place(eye, canvas.unit)
        self._private.place(words, canvas.type)


def _following(picture: Picture) -> str:
    languages = picture.languages
    at = languages.index(picture.language) + 1 if picture.language in languages else 0
    return languages[at % len(languages)]
