"""The note: the shopper's own words, by keys and ready phrases, or on the phone."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import BackTapped, DoneTapped, KeyTapped, Picture, State
from kiosk.layout import Canvas, Rect
from kiosk.texts import phrases, text
from kiosk.views import theme
from kiosk.views.keyboard import Keyboard
from kiosk.views.parts import Box, Button, Paragraph, QrCode, Text
from kiosk.views.screen import Bar, Screen, Touchable
from protocols.messages import MAX_NOTE_CHARACTERS

_CARET = "|"


class PhraseRow(Screen):
    """Ready phrases to touch: the short way to a note in a script that has no keys here."""

    MOST = 6

    def __init__(self) -> None:
        super().__init__()
        self._buttons = [
            Button(f"phrase:{n}", size=16, font=theme.REGULAR) for n in range(1, self.MOST + 1)
        ]
        self._count = 0

    def touchables(self) -> Sequence[Touchable]:
        """Return the phrases that are shown."""
        return self._buttons[: self._count]

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Place the phrases in one row, or in two where the window is narrow."""
        self.rect = area
        across = self._count if canvas.wide else -(-self._count // 2)
        if across:
            cells = area.grid(self._count, across, gap=canvas.px(8))
            for button, cell in zip(self._buttons, cells, strict=False):
                button.place(cell, canvas.unit)

    def offer(self, offered: Sequence[str], canvas: Canvas) -> None:
        """Change the phrases."""
        for button in self._buttons[: self._count]:
            self.group.remove(button.group)
        self._count = min(len(offered), self.MOST)
        shown = self._buttons[: self._count]
        self.add(*shown)
        for button, phrase in zip(shown, offered, strict=False):
            button.event = KeyTapped(phrase)
            button.label.say(phrase.strip().rstrip("，"))
        self.arrange(self.rect, canvas)


class Note(Screen):
    """A field, phrases and a keyboard."""

    def __init__(self, note_url: str | None) -> None:
        super().__init__()
        self._title = Text(theme.TITLE, font=theme.BOLD, lines=1)
        self._field = Box(line=theme.ACCENT)
        self._words = Paragraph(22)
        self._invitation = Paragraph(19, colour=theme.MUTED)
        self._count = Text(theme.SMALL, colour=theme.MUTED, align="right", lines=1)
        self._code = QrCode() if note_url else None
        self._phone = Text(theme.SMALL, colour=theme.MUTED, lines=1)
        self._phrases = PhraseRow()
        self._offered: tuple[str, ...] = ()
        self._keyboard = Keyboard()
        self._bar = Bar(("back", BackTapped()), ("done", DoneTapped()))
        self._canvas = Canvas(0, 0)
        self.add(self._title, self._field, self._words, self._invitation, self._count)
        if self._code and note_url:
            self._code.lead_to(note_url)
            self.add(self._code, self._phone)
        self.add(self._phrases, self._keyboard, self._bar)

    def touchables(self) -> Sequence[Touchable]:
        """Return phrases, keys and steps."""
        return [*self._phrases.touchables(), *self._keyboard.keys(), *self._bar.buttons]

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Place the field above, the keys below; in a wide window the steps stand beside."""
        self._canvas = canvas
        unit, gap = canvas.unit, canvas.px(theme.GAP)
        if canvas.wide:
            keyboard, area = area.cut_bottom(canvas.px(272), gap)
            phrases_row, area = area.cut_bottom(canvas.px(theme.TARGET), gap)
            bar, area = area.cut_right(canvas.px(340), canvas.px(16))
            bar = bar.cut_bottom(canvas.px(theme.BAR))[0]
            title, field = area.cut_top(canvas.px(44), canvas.px(6))
        else:
            bar, area = area.cut_bottom(canvas.px(theme.BAR), gap)
            keyboard, area = area.cut_bottom(canvas.px(300), gap)
            keyboard = keyboard.inset(-canvas.px(theme.MARGIN - 8), 0)
            phrases_row, area = area.cut_bottom(canvas.px(2 * theme.TARGET + 8), gap)
            title, field = area.cut_top(canvas.px(52), canvas.px(6))
        self._title.align = "left" if canvas.wide else "center"
        self._title.place(title, unit)
        self._bar.place(bar, unit)
        self._keyboard.place(keyboard, unit)
        self._phrases.arrange(phrases_row, canvas)
        self._field.place(field, unit)
        self._place_words(field.inset(canvas.px(16), canvas.px(12)), canvas)

    def _place_words(self, inside: Rect, canvas: Canvas) -> None:
        unit = canvas.unit
        if self._code:
            side, inside = inside.cut_right(canvas.px(112), canvas.px(14))
            words, code = side.cut_bottom(canvas.px(22))
            self._code.place(code, unit)
            self._phone.place(words, unit)
        count, text_area = inside.cut_bottom(canvas.px(20))
        self._count.place(count, unit)
        self._words.place(text_area, unit)
        self._invitation.place(text_area, unit)

    def show(self, picture: Picture) -> None:
        """Show what is written so far."""
        language = picture.language
        self._title.say(text(language, "note_title"))
        self._words.say(picture.note + _CARET if picture.note else "")
        self._invitation.say("" if picture.note else text(language, "note_empty"))
        self._count.say(f"{len(picture.note)}/{MAX_NOTE_CHARACTERS}")
        self._phone.say(text(language, "note_phone"))
        self._bar.speak(picture.say)
        self._keyboard.speak(language)
        if picture.state is not State.NOTE:
            self._keyboard.reset()
        offered = phrases(language, picture.rating or 1)
        if offered != self._offered:
            self._offered = offered
            self._phrases.offer(offered, self._canvas)
