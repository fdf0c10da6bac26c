"""The stage: the frame around the screens, the one screen that is shown, and the one finger."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.input import MotionEvent
from kivy.uix.widget import Widget

from kiosk.events import Event, LanguageTapped, Picture, State
from kiosk.layout import Canvas, Rect
from kiosk.texts import LANGUAGES
from kiosk.views import theme
from kiosk.views.attract import Attract
from kiosk.views.closing import CannotAccept, Thanks
from kiosk.views.contact import Contact
from kiosk.views.note import Note
from kiosk.views.parts import Box, Button, Icon, Text
from kiosk.views.reasons import Reasons
from kiosk.views.screen import Screen, Touchable
from protocols.survey import Survey

# A finger whose end got lost (a panel unplugged) must not block the kiosk for good.
_FORGET_FINGER_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What this kiosk is called and where its codes lead."""

    store_name: Mapping[str, str]
    touchpoint: str
    touchpoint_name: dict[str, str]
    track_url: str | None
    note_url: str | None

    def title(self, language: str) -> str:
        """Return store and touchpoint in a language, or in the one that there is."""
        names = (self.store_name, self.touchpoint_name)
        words = (name.get(language) or next(iter(name.values()), "") for name in names)
        return " · ".join(word for word in words if word)


class Stage(Widget):  # type: ignore[misc]
    """Fills the window; one screen at a time, one finger at a time."""

    def __init__(self, survey: Survey, place: Place, tapped: Callable[[Event], None]) -> None:
        super().__init__()
        self._survey = survey
        self._place = place
        self._tapped = tapped
        self._picture: Picture | None = None
        self._screen: Screen | None = None
        self._finger: tuple[object, Touchable, float] | None = None
        self._box = Box(theme.ACCENT, theme.ACCENT, radius=8)
        self._tick = Icon("check", 22, colour=theme.CARD)
        self._title = Text(18, font=theme.BOLD, align="left", lines=1)
        self._language = Button("language", LanguageTapped(), size=17)
        self._thanks = Thanks(place.track_url)
        touchpoints = {place.touchpoint: place.touchpoint_name} if place.touchpoint_name else {}
        reasons = Reasons(survey)
        self._screens: dict[State, Screen] = {
            State.ATTRACT: Attract(survey, place.note_url, touchpoints),
            State.REASONS: reasons,
            State.NOTE: Note(place.note_url),
            State.CONTACT: Contact(),
            State.THANKS: self._thanks,
            State.CANNOT_ACCEPT: CannotAccept(),
        }
        with self.canvas:
            Color(*theme.BACKGROUND)
            self._ground = Rectangle()
        for part in (self._box, self._tick, self._title, self._language):
            self.canvas.add(part.group)
        # Width and height change one after the other: arrange once, before the next frame.
        self.bind(size=Clock.create_trigger(self._arrange, -1))

    @property
    def touchables(self) -> list[Touchable]:
        """Return what can be touched now."""
        if self._picture is None or self._picture.state is State.SAVING:
            return []
        own = [self._language] if len(self._survey.languages) > 1 else []
        on_screen = self._screen.touchables() if self._screen else ()
        return [one for one in (*on_screen, *own) if one.enabled and one.hit.width]

    def show(self, picture: Picture) -> None:
        """Draw a picture; while the last revision is saved, the screen stays as it is."""
        before, self._picture = self._picture, picture
        if picture.state is State.SAVING:
            return
        if before is None or before.language != picture.language:
            self._speak(picture.language)
        leaving = self._screen
        screen = self._screens[picture.state]
        if leaving is not screen:
            if leaving:
                leaving.show(picture)  # so that nothing a shopper typed stays in it
                self.canvas.remove(leaving.group)
            self._screen = screen
            screen.show(picture)
            self.canvas.add(screen.group)
            self._lift()
        else:
            screen.show(picture)

    def count_down(self, seconds: int) -> None:
        """Say how long the thanks stay."""
        self._thanks.count_down(seconds)

    def _speak(self, language: str) -> None:
        self._title.say(self._place.title(language))
        languages = self._survey.languages
        following = languages[(languages.index(language) + 1) % len(languages)]
        self._language.label.say(LANGUAGES[following])

    def _arrange(self, *_: object) -> None:
        canvas = Canvas(round(self.width), round(self.height))
        if canvas.unit <= 0:
            return
        self._ground.size = self.size
        unit, margin = canvas.unit, canvas.px(theme.MARGIN)
        head, area = canvas.rect.cut_top(canvas.px(theme.HEADER))
        head = head.inset(margin, 0)
        pill = canvas.px(118)
        if canvas.wide:
            language, head = head.cut_right(pill, margin)
            language = language.middle(pill, canvas.px(theme.TARGET))
            area = area.inset(margin, canvas.px(10))
        else:
            foot, area = area.cut_bottom(canvas.px(theme.FOOTER))
            language = foot.inset(margin, canvas.px(8)).cut_right(pill)[0]
            area = area.inset(margin, canvas.px(4))
        mark, title = head.cut_left(canvas.px(32), canvas.px(12))
        mark = mark.middle(mark.width, mark.width)
        self._box.place(mark, unit)
        self._tick.place(mark, unit)
        self._title.place(title, unit)
        self._language.place(language, unit)
        for screen in self._screens.values():
            screen.arrange(area, canvas)

    # --- the finger ------------------------------------------------------------------------------

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Take the first finger, and no other before it has left."""
        now = time.monotonic()
        if self._finger and now - self._finger[2] < _FORGET_FINGER_S:
            return True
        self._lift()
        if getattr(touch, "button", "left") != "left":
            return True
        for one in self.touchables:
            if one.hit.holds(touch.x, touch.y):
                self._finger = (touch.uid, one, now)
                one.press(True)
                break
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        """Count the touch when the finger leaves where it began."""
        if self._finger and self._finger[0] == touch.uid:
            touched = self._finger[1]
            self._lift()
            if touched in self.touchables and self._near(touched.hit, touch):
                self._report(touched)
        return True

    def _near(self, hit: Rect, touch: MotionEvent) -> bool:
        slack = Canvas(round(self.width), round(self.height)).px(16)
        return hit.inset(-slack).holds(touch.x, touch.y)

    def _lift(self) -> None:
        if self._finger:
            self._finger[1].press(False)
        self._finger = None

    def _report(self, touched: Touchable) -> None:
        if touched.event is not None:
            self._tapped(touched.event)
        elif touched.act is not None:
            touched.act()
