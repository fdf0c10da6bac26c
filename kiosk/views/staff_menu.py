"""The staff menu: how the terminal is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from kiosk.events import Picture
from kiosk.staff import (
    LOCK_SECONDS,
    BrightnessTurned,
    Done,
    LockAsked,
    PrintAsked,
    RestartAsked,
    SpeechSwitched,
    StaffEvent,
    StaffPicture,
    TouchTestAsked,
    VolumeTurned,
)
from kiosk.staff_texts import staff_text
from kiosk.views import theme
from kiosk.views.parts import Box, Button, Part, Text
from kiosk.views.screen import Screen, Touchable

ROWS = 10
_WARN = theme.Style(
    fill=theme.DANGER, ink=theme.CARD, line=theme.DANGER, pressed=theme.rgb("8c1d18")
)


class Row(Part):
    """A figure: its name at the left, its value at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.key = Text(theme.BODY, colour=theme.MUTED, align="left", lines=1)
        self.value = Text(theme.BODY, font=theme.BOLD, align="right", lines=1)
        self.add(self.key, self.value)

    def draw(self) -> None:
        """Place both on one line."""
        key, value = self.rect.columns(1, 1.45, gap=8 * self.unit)
        self.key.place(key, self.unit)
        self.value.place(value, self.unit)


class StaffMenu(Screen):
    """Figures, and a key for each thing that staff may do."""

    def __init__(self, tell: Callable[[StaffEvent], None]) -> None:
        super().__init__()
        self._title = Text(theme.TITLE, font=theme.BOLD, align="left", lines=1)
        self._card = Box(radius=theme.CARD_RADIUS)
        self._rows = [Row() for _ in range(ROWS)]
        self._said = Text(theme.BODY, font=theme.BOLD, align="left", lines=2)

        def key(name: str, event: StaffEvent, icon: str) -> Button:
            button = Button(name, act=partial(tell, event), size=17).rounded()
            return button.with_icon(icon, 22)

        self._touch = key("touch", TouchTestAsked(), "hand-finger")
        self._locks = [
            key(f"clean_{seconds}", LockAsked(seconds), "spray") for seconds in LOCK_SECONDS
        ]
        self._print = key("print", PrintAsked(), "printer")
        self._speech = key("speech", SpeechSwitched(), "volume")
        self._softer = key("volume_down", VolumeTurned(up=False), "volume-2")
        self._louder = key("volume_up", VolumeTurned(up=True), "volume")
        self._darker = key("brightness_down", BrightnessTurned(up=False), "sun-low")
        self._brighter = key("brightness_up", BrightnessTurned(up=True), "sun")
        self._restart = key("restart", RestartAsked(), "refresh")
        primary = theme.look().primary
        self._leave = Button("leave", act=partial(tell, Done()), style=primary)
        self._keys: list[Button] = []
        self.add(self._title, self._card, *self._rows, self._said)

    def touchables(self) -> Sequence[Touchable]:
        """Return the keys of what this terminal has, and the way out."""
        return [*self._keys, self._leave]

    def show(self, picture: Picture) -> None:
        """Say the figures, and how the last order went."""
        staff, language = picture.staff, picture.language
        if staff is None:
            return
        self._title.say(staff_text(language, "menu_title"))
        figures = staff.figures.rows(language) if staff.figures else []
        for at, row in enumerate(self._rows):
            name, value = figures[at] if at < len(figures) else ("", "")
            row.key.say(name)
            row.value.say(value)
        self._say(staff, language)
        self._offer(staff)
        self._lay()

    def _say(self, staff: StaffPicture, language: str) -> None:
        words = staff_text(language, staff.said).format(why=staff.why) if staff.said else ""
        failed = staff.said in ("print_failed", "not_kept")
        self._said.colour.rgba = theme.DANGER if failed else theme.INK
        self._said.say(words)
        for key in (self._touch, *self._locks, self._print, self._darker, self._brighter):
            key.say(staff_text(language, key.name))
        self._speech.say(
            staff_text(language, "speech_on" if staff.preferences.speech else "speech_off")
        )
        for key, level in (
            (self._softer, staff.preferences.volume),
            (self._louder, staff.preferences.volume),
            (self._darker, staff.preferences.brightness),
            (self._brighter, staff.preferences.brightness),
        ):
            key.say(f"{staff_text(language, key.name)}  {level}%")
        self._restart.say(staff_text(language, "restart_sure" if staff.sure else "restart"))
        self._restart.dress(_WARN if staff.sure else theme.PLAIN)
        self._leave.say(staff_text(language, "leave"))

    def _offer(self, staff: StaffPicture) -> None:
        has = staff.abilities
        self._keys = [self._touch, self._restart, *self._locks]
        self._keys += [self._print] if has.printer else []
        self._keys += [self._speech] if has.speech else []
        self._keys += [self._softer, self._louder] if has.speech else []
        self._keys += [self._darker, self._brighter] if has.backlight else []
        self.only(self._title, self._card, *self._rows, self._said, *self._keys, self._leave)

    def _lay(self) -> None:
        canvas, area = self.canvas, self.area
        unit, gap = canvas.unit, canvas.px(theme.GAP)
        if canvas.wide:
            left, right = area.columns(1, 1, gap=canvas.px(24))
            title, card = left.cut_top(canvas.px(44), canvas.px(6))
            leave, right = right.cut_bottom(canvas.px(theme.BAR), gap)
            said, keys = right.cut_top(canvas.px(44), canvas.px(6))
        else:
            title, area = area.cut_top(canvas.px(46), canvas.px(6))
            card, area = area.cut_top(canvas.px(300), canvas.px(8))
            leave, area = area.cut_bottom(canvas.px(theme.BAR), gap)
            said, keys = area.cut_top(canvas.px(34), canvas.px(6))
        self._title.place(title, unit)
        self._said.place(said, unit)
        self._leave.place(leave, unit)
        self._card.place(card, unit)
        lines = card.inset(canvas.px(18), canvas.px(10)).rows(*[1] * ROWS)
        for row, line in zip(self._rows, lines, strict=True):
            row.place(line, unit)
        high = -(-len(self._keys) // 2) * (canvas.px(74) + gap)
        block = keys.cut_top(min(keys.height, high))[0]
        for key, cell in zip(self._keys, block.grid(len(self._keys), 2, gap=gap), strict=True):
            key.place(cell, unit)
