"""The stage: the one screen that is shown within its frame, and the one finger."""

from __future__ import annotations

import time
from collections.abc import Callable

from kivy.clock import Clock
from kivy.graphics import Color, InstructionGroup, Rectangle
from kivy.input import MotionEvent
from kivy.uix.widget import Widget

from kiosk.events import Event, Picture, StaffHeld, State
from kiosk.layout import Canvas, Rect
from kiosk.staff import StaffEvent
from kiosk.views import theme
from kiosk.views.attract import Attract
from kiosk.views.case import Case
from kiosk.views.closed import Closed
from kiosk.views.closing import CannotAccept, Thanks
from kiosk.views.contact import Contact
from kiosk.views.entrance import Entrance
from kiosk.views.frame import Frame, Place
from kiosk.views.lookup import Lookup
from kiosk.views.note import Note
from kiosk.views.parts import Icon, Part, Ring, Text
from kiosk.views.reasons import Reasons
from kiosk.views.receipt import Receipt
from kiosk.views.screen import Screen, Touchable
from kiosk.views.staff import StaffScreen
from kiosk.views.warning import StillThere
from protocols.survey import Brand

# A finger whose end got lost (a panel unplugged) must not block the kiosk for good.
_FORGET_FINGER_S = 3.0
# A panel that bounces reports a second touch of the same thing this soon after the first, or after
# the finger has left; no finger is as quick.
_BOUNCE_S = 0.06
_BOUNCE_AFTER_LIFT_S = 0.03
HOLD_S = 5.0
"""So long staff hold the store's name."""
_HOLD_SHOWN_AFTER_S = 0.8


def _screens(place: Place, tell: Callable[[StaffEvent], None]) -> dict[State, Screen]:
    return {
        State.ATTRACT: Attract(place),
        State.REASONS: Reasons(),
        State.NOTE: Note(place.note_url),
        State.CONTACT: Contact(),
        State.THANKS: Thanks(place.track_url),
        State.CANNOT_ACCEPT: CannotAccept(),
        State.CLOSED: Closed(),
        State.LOOKUP: Lookup(),
        State.CASE: Case(),
        State.RECEIPT: Receipt(),
        State.STAFF: StaffScreen(tell),
    }


class Stage(Widget):  # type: ignore[misc]
    """Fills the window; one screen at a time, one finger at a time."""

    def __init__(
        self,
        place: Place,
        tapped: Callable[[Event], None],
        tell: Callable[[StaffEvent], None],
    ) -> None:
        """`tell` hears what staff touch behind the long press."""
        super().__init__()
        self._tell = tell
        self._place = place
        self._tapped = tapped
        self._picture: Picture | None = None
        self._screen: Screen | None = None
        self._finger: tuple[object, Touchable, float] | None = None
        self._touched: tuple[Touchable | None, float] = (None, 0.0)
        self._lifted = 0.0
        self._focus: str | None = None
        self._brand: Brand | None = None
        self._ground = Rectangle()
        self._ground_colour = Color(*theme.BACKGROUND)
        self._entrance = Entrance()
        self._above = InstructionGroup()
        self._holding = Clock.schedule_interval(self._hold, 0.1)
        self._holding.cancel()
        # Width and height change one after the other: arrange once, before the next frame.
        self.bind(size=Clock.create_trigger(self._resized, -1))

    @property
    def touchables(self) -> list[Touchable]:
        """Return what can be touched now, in the order of reading."""
        if self._picture is None or self._picture.state is State.SAVING:
            return []
        if self._picture.warning:
            return [self._still_there.key]
        on_screen = self._screen.touchables() if self._screen else ()
        around = self._frame.touchables() if self._picture.state is not State.STAFF else []
        return [one for one in (*on_screen, *around) if one.enabled and one.hit.width]

    @property
    def focused(self) -> str | None:
        """Return the name of what the ring is around."""
        return self._focus

    def show(self, picture: Picture) -> None:
        """Draw a picture; while the last revision is saved, the screen stays as it is."""
        before, self._picture = self._picture, picture
        if picture.state is State.SAVING:
            return
        if picture.brand != self._brand:
            self._build(picture.brand)
        leaving, screen = self._screen, self._screens[picture.state]
        if leaving is not screen:
            if leaving:
                leaving.show(picture)  # so that nothing a shopper typed stays in it
            self._entrance.change(leaving.group if leaving else None, screen.group)
            self._screen = screen
            self._lift()
        if before is None or leaving is not screen or before.large != picture.large:
            self._arrange()
        self._draw()
        if leaving and leaving is not screen and not picture.large:
            self._entrance.play(self._canvas, self._ground_colour.rgba)

    def rehearse(self, picture: Picture) -> None:
        """Set the words of a screen that is not shown, so that nobody waits for them later."""
        screen = self._screens[picture.state]
        if screen is not self._screen:
            screen.arrange(self._frame.arrange(self._canvas), self._canvas)
            screen.show(picture)

    def count_down(self, seconds: int) -> None:
        """Say how long the screen stays as it is."""
        if self._picture is None or self._screen is None:
            return
        if self._picture.warning:
            self._still_there.count_down(self._picture, seconds)
        else:
            self._screen.count_down(self._picture, seconds)

    def focus(self, name: str | None) -> None:
        """Draw a ring around what has this name, or around nothing."""
        self._focus = name
        self._draw_above()

    def touch(self, name: str) -> None:
        """Do what a touch of this name does; nothing when it is not on the screen."""
        for one in self.touchables:
            if one.name == name:
                self._report(one)
                return

    def words_of(self, name: str) -> str:
        """Return what is written on what has this name; "" for nothing."""
        found = (one for one in self.touchables if one.name == name and isinstance(one, Part))
        return next(map(_written, found), "")

    def settle(self) -> None:
        """End the entrance of a screen at once."""
        self._entrance.settle()

    @property
    def at_rest(self) -> bool:
        """Return whether nothing moves: no frame is asked for."""
        return not self._entrance.moving and not self._holding.is_triggered

    # --- what is drawn ---------------------------------------------------------------------------

    def _build(self, brand: Brand) -> None:
        """Build everything in a chain's colours: once, and when HQ sends others."""
        theme.wear(theme.look_of(brand.colour))
        self._brand = brand
        self._screens = _screens(self._place, self._tell)
        self._frame = Frame(self._place, brand.logo)
        self._still_there = StillThere()
        self._ring = Ring(theme.FOCUS)
        self._entrance = Entrance()
        self._screen = None
        self._lift()
        self.canvas.clear()
        for drawn in (self._ground_colour, self._ground, self._frame.group, self._entrance.group):
            self.canvas.add(drawn)
        self.canvas.add(self._above)

    @property
    def _canvas(self) -> Canvas:
        large = self._picture is not None and self._picture.large
        return Canvas(round(self.width), round(self.height), large=large)

    def _resized(self, *_: object) -> None:
        if self._picture and self._screen and self._canvas.unit > 0:
            self._entrance.settle()
            self._arrange()
            self._draw()

    def _arrange(self) -> None:
        if self._screen:
            self._screen.arrange(self._frame.arrange(self._canvas), self._canvas)

    def _draw(self) -> None:
        picture, screen = self._picture, self._screen
        if picture is None or screen is None:
            return
        self._ground.size = self.size
        self._ground_colour.rgba = theme.NIGHT if screen.night else theme.BACKGROUND
        self._frame.show(picture, night=screen.night)
        screen.show(picture)
        if picture.warning:
            self._still_there.show(picture, self._canvas)
        self._draw_above()

    def _draw_above(self) -> None:
        self._above.clear()
        if self._picture and self._picture.warning:
            self._above.add(self._still_there.group)
        focused = next((one for one in self.touchables if one.name == self._focus), None)
        if focused:
            self._ring.radius = focused.radius
            self._ring.place(focused.rect, self._canvas.unit)
            self._above.add(self._ring.group)

    # --- the finger ------------------------------------------------------------------------------

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Take the first finger, and no other before it has left."""
        now = time.monotonic()
        if self._finger and now - self._finger[2] < _FORGET_FINGER_S:
            return True
        self._lift()
        if getattr(touch, "button", "left") != "left":
            return True
        if self._screen:
            self._screen.stroke(touch.x, touch.y)
        for one in self.touchables:
            if one.hit.holds(touch.x, touch.y):
                if self._bounces(one, now):
                    break
                self._touched = one, now
                self._finger = (touch.uid, one, now)
                one.press(True)
                if self._picture and one is self._frame.title:
                    self._holding()
                break
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        """Let a touch test follow the finger."""
        if self._screen:
            self._screen.stroke(touch.x, touch.y)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        """Count the touch when the finger leaves where it began."""
        if self._finger and self._finger[0] == touch.uid:
            touched = self._finger[1]
            self._lifted = time.monotonic()
            self._lift()
            if touched in self.touchables and self._near(touched.hit, touch):
                self._report(touched)
        return True

    def _bounces(self, one: Touchable, now: float) -> bool:
        last, began = self._touched
        soon = now - began < _BOUNCE_S or now - self._lifted < _BOUNCE_AFTER_LIFT_S
        return one is last and soon

    def _near(self, hit: Rect, touch: MotionEvent) -> bool:
        return hit.inset(-self._canvas.px(16)).holds(touch.x, touch.y)

    def _lift(self) -> None:
        self._holding.cancel()
        if self._finger:
            self._finger[1].press(False)
        self._finger = None

    def _hold(self, _: float) -> bool:
        """Show how long the name is held; at the end it is staff who hold it."""
        if not self._finger or self._finger[1] is not self._frame.title:
            return False
        held = time.monotonic() - self._finger[2]
        if held > _HOLD_SHOWN_AFTER_S:
            self._frame.title.hold((held - _HOLD_SHOWN_AFTER_S) / (HOLD_S - _HOLD_SHOWN_AFTER_S))
        if held < HOLD_S:
            return True
        self._lift()
        self._tapped(StaffHeld())
        return False

    def _report(self, touched: Touchable) -> None:
        if touched.event is not None:
            self._tapped(touched.event)
        elif touched.act is not None:
            for event in touched.act() or ():
                self._tapped(event)


def _written(part: Part) -> str:
    """Return the first words on a part; icons have none."""
    if isinstance(part, Text):
        return "" if isinstance(part, Icon) else part.said
    return next(filter(None, map(_written, part.parts)), "")
