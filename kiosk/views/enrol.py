"""The screen that sets a kiosk up: what to scan, two fields, and the keys that fill them."""

from __future__ import annotations

from collections.abc import Callable

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.input import MotionEvent
from kivy.uix.widget import Widget

from kiosk.enrolment.flow import (
    Entered,
    Erased,
    Event,
    Field,
    FieldTapped,
    KeyTapped,
    LanguageTapped,
    Picture,
    Trouble,
)
from kiosk.enrolment.texts import enrolment_text
from kiosk.layout import Canvas, Rect
from kiosk.texts import LANGUAGES
from kiosk.views import theme
from kiosk.views.lookup import grouped
from kiosk.views.parts import Box, Button, Icon, Part, Text
from kiosk.views.theme import Style
from protocols.case_code import ALPHABET

_ADDRESS_KEYS = "123456789.0:"
_ICONS = {Trouble.UNREACHABLE: "wifi-off", Trouble.NO_GATEWAY: "wifi-off"}


class Key(Button):
    """A button that reports by itself what it means here."""

    def __init__(
        self,
        name: str,
        tap: Callable[[], None],
        *,
        style: Style = theme.PLAIN,
        size: float = theme.LABEL,
    ) -> None:
        super().__init__(name, style=style, size=size)
        self.tap = tap


class Entry(Key):
    """A field with its name, and what is typed in it."""

    def __init__(self, field: Field, report: Callable[[Event], None]) -> None:
        super().__init__(f"field:{field}", lambda: report(FieldTapped(field)))
        self.rounded()
        self.field = field
        self._name = Text(theme.SMALL, colour=theme.MUTED, align="left", lines=1)
        self._typed = Text(26, font=theme.BOLD, align="left", lines=1)
        self._such_as = Text(theme.LABEL, colour=theme.MUTED, align="left", lines=1)
        self.drop(self.label)
        self.add(self._name, self._typed, self._such_as)

    def show(self, picture: Picture, typed: str) -> None:
        """Show what is typed; a bar stands where the next character goes."""
        language, here = picture.language, picture.field is self.field and not picture.busy
        self._name.say(enrolment_text(language, self.field))
        self._typed.say(f"{typed}|" if here else typed)
        such_as = "" if typed or here else enrolment_text(language, f"{self.field}_such_as")
        self._such_as.say(such_as)
        self.box.colour(theme.CARD, theme.look().accent if here else theme.LINE)

    def draw(self) -> None:
        """Place the name above what is typed."""
        self.hit = self.rect
        self.box.place(self.rect, self.unit)
        name, typed = self.rect.inset(16 * self.unit, 6 * self.unit).rows(0.8, 1.2)
        self._name.place(name, self.unit)
        self._typed.place(typed, self.unit)
        self._such_as.place(typed, self.unit)


class Keys(Part):
    """The characters of a field, and one key that erases."""

    def __init__(
        self, characters: str, across: tuple[int, int], report: Callable[[Event], None]
    ) -> None:
        """`across`: how many stand in a row, in a tall and in a wide window."""
        super().__init__()
        self._across = across
        self.wide = False
        self.keys = [
            Key(f"key:{character}", self._typing(character, report), size=24)
            for character in characters
        ]
        for key, character in zip(self.keys, characters, strict=True):
            key.label.say(character)
        self.erase = Key("erase", lambda: report(Erased()), size=18)
        for key in (*self.keys, self.erase):
            key.rounded(10)
        self.add(*self.keys, self.erase)

    @staticmethod
    def _typing(character: str, report: Callable[[Event], None]) -> Callable[[], None]:
        return lambda: report(KeyTapped(character))

    def draw(self) -> None:
        """Place the keys; the last one, which erases, takes what is left of its row."""
        across, gap = self._across[self.wide], 8 * self.unit
        rows = -(-(len(self.keys) + 1) // across)
        cells = self.rect.grid(rows * across, across, gap=gap)
        for key, cell in zip(self.keys, cells, strict=False):
            key.place(cell, self.unit)
        first, last = cells[len(self.keys)], cells[-1]
        self.erase.place(Rect(first.x, first.y, last.right - first.x, first.height), self.unit)


class Told(Part):
    """One line that says how it goes, with an icon before it."""

    def __init__(self) -> None:
        super().__init__()
        self._box = Box(theme.DANGER_SOFT, theme.DANGER_SOFT, radius=12)
        self._icon = Icon("alert-triangle", 24, colour=theme.DANGER)
        self._words = Text(theme.LABEL, font=theme.BOLD, align="left", lines=2)
        self.add(self._box, self._icon, self._words)

    def show(self, picture: Picture) -> None:
        """Say the trouble, or that the gateway is asked."""
        trouble, language = picture.trouble, picture.language
        if trouble is not None:
            self.only(self._box, self._icon, self._words)
            self._icon.become(_ICONS.get(trouble, "alert-triangle"))
            words = enrolment_text(language, trouble, seconds=picture.wait_s)
            self._words.colour.rgba = theme.DANGER
            self._words.say(f"{words} ({picture.detail})" if picture.detail else words)
        else:
            self.only(self._words)
            self._words.colour.rgba = theme.MUTED
            self._words.say(enrolment_text(language, "asking" if picture.busy else "or_type"))
        self.draw()

    def draw(self) -> None:
        """Place the icon before the words."""
        self._box.place(self.rect, self.unit)
        inside = self.rect.inset(14 * self.unit, 4 * self.unit)
        if self._icon in self.parts:
            icon, inside = inside.cut_left(26 * self.unit, 12 * self.unit)
            self._icon.place(icon, self.unit)
        self._words.place(inside, self.unit)


class EnrolScreen(Widget):  # type: ignore[misc]
    """Fills the window."""

    def __init__(self, report: Callable[[Event], None]) -> None:
        super().__init__()
        self._picture = Picture()
        self._finger: Key | None = None
        self._ground = Rectangle()
        self._title = Text(32, font=theme.BOLD, align="left", lines=1)
        self._qr = Icon("qrcode", 54)
        self._scan = Text(theme.LEAD, align="left", lines=3)
        self._entries = {field: Entry(field, report) for field in Field}
        self._told = Told()
        self._keys = {
            Field.CODE: Keys(ALPHABET, (6, 7), report),
            Field.GATEWAY: Keys(_ADDRESS_KEYS, (3, 3), report),
        }
        self._shown_keys = Part()
        self._language = Key("language", lambda: report(LanguageTapped()), size=18)
        self._set_up = Key("set_up", lambda: report(Entered()), style=theme.look().primary)
        self._tick = Icon("circle-check", 96)
        self._done = Text(34, font=theme.BOLD, lines=1)
        self._place_name = Text(theme.LEAD, colour=theme.MUTED, lines=2)
        self._all = Part()
        self.canvas.add(Color(*theme.BACKGROUND))
        self.canvas.add(self._ground)
        self.canvas.add(self._all.group)
        self.bind(size=Clock.create_trigger(lambda _: self._draw(), -1))

    @property
    def touchables(self) -> list[Key]:
        """Return what can be touched now, in the order of reading."""
        if self._picture.place is not None:
            return []
        keys = self._keys[self._picture.field]
        entries = list(self._entries.values())
        found = [*entries, *keys.keys, keys.erase, self._language, self._set_up]
        return [one for one in found if one.enabled]

    def show(self, picture: Picture) -> None:
        """Draw a picture."""
        self._picture = picture
        self._draw()

    # --- what is drawn ---------------------------------------------------------------------------

    def _draw(self) -> None:
        self._ground.size = self.size
        canvas = Canvas(round(self.width), round(self.height))
        if canvas.unit <= 0:
            return
        if self._picture.place is not None:
            self._say_done(canvas)
            return
        self._say()
        self._lay(canvas)
        self._told.show(self._picture)

    def _say(self) -> None:
        picture = self._picture
        language, keys = picture.language, self._keys[picture.field]
        self._shown_keys.only(keys)
        self._all.only(
            *(self._title, self._qr, self._scan, *self._entries.values(), self._told),
            *(self._shown_keys, self._language, self._set_up),
        )
        self._title.say(enrolment_text(language, "title"))
        self._scan.say(enrolment_text(language, "scan"))
        typed = {Field.CODE: grouped(picture.code), Field.GATEWAY: picture.gateway}
        for field, entry in self._entries.items():
            entry.show(picture, typed[field])
        keys.erase.label.say(enrolment_text(language, "erase"))
        known = list(LANGUAGES)
        other = known[(known.index(language) + 1) % len(known)]
        self._language.label.say(LANGUAGES[other])
        self._set_up.label.say(enrolment_text(language, "set_up"))
        ready = not picture.busy
        self._set_up.dress(theme.look().primary if ready else theme.OFF, enabled=ready)

    def _lay(self, canvas: Canvas) -> None:
        """Place the fields beside the keys in a wide window, above them in a tall one."""
        unit, gap = canvas.unit, canvas.px(theme.GAP)
        area = canvas.rect.inset(canvas.px(theme.MARGIN))
        bar, area = area.cut_bottom(canvas.px(theme.BAR), canvas.px(16))
        language, set_up = bar.columns(1, 2.2, gap=gap)
        self._language.place(language, unit)
        self._set_up.place(set_up, unit)
        if canvas.wide:
            fields, keys = area.columns(1, 1, gap=canvas.px(28))
            fields = fields.middle(fields.width, canvas.px(440))
            keys = keys.middle(keys.width, canvas.px(440))
        else:
            area = area.middle(area.width, canvas.px(800))
            fields, keys = area.cut_top(canvas.px(400), canvas.px(20))
        title, fields = fields.cut_top(canvas.px(48), canvas.px(6))
        scan, fields = fields.cut_top(canvas.px(84), canvas.px(14))
        qr, scan = scan.cut_left(canvas.px(60), canvas.px(14))
        code, fields = fields.cut_top(canvas.px(78), gap)
        gateway, fields = fields.cut_top(canvas.px(78), gap)
        for part, rect in (
            (self._title, title),
            (self._qr, qr),
            (self._scan, scan),
            (self._entries[Field.CODE], code),
            (self._entries[Field.GATEWAY], gateway),
            (self._told, fields.cut_top(canvas.px(64))[0]),
        ):
            part.place(rect, unit)
        shown = self._keys[self._picture.field]
        shown.wide = canvas.wide
        shown.place(keys, unit)

    def _say_done(self, canvas: Canvas) -> None:
        picture, names = self._picture, self._picture.place or {}
        name = names.get(picture.language) or next(iter(names.values()), "")
        self._done.say(enrolment_text(picture.language, "done"))
        self._place_name.say(enrolment_text(picture.language, "done_place", place=name))
        self._all.only(self._tick, self._done, self._place_name)
        block = canvas.rect.middle(canvas.px(480), canvas.px(290))
        tick, block = block.cut_top(canvas.px(120), canvas.px(20))
        done, block = block.cut_top(canvas.px(60), canvas.px(8))
        self._tick.place(tick, canvas.unit)
        self._done.place(done, canvas.unit)
        self._place_name.place(block.cut_top(canvas.px(70))[0], canvas.unit)

    # --- the finger ------------------------------------------------------------------------------

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Take a finger."""
        self._lift()
        self._finger = next(
            (one for one in self.touchables if one.hit.holds(touch.x, touch.y)), None
        )
        if self._finger:
            self._finger.press(True)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        """Do what was touched, if the finger leaves where it came."""
        touched = self._finger
        self._lift()
        if touched and touched in self.touchables and touched.hit.holds(touch.x, touch.y):
            touched.tap()
        return True

    def _lift(self) -> None:
        if self._finger:
            self._finger.press(False)
        self._finger = None
