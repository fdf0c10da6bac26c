"""The note: the shopper's own words, on the phone, by ready phrases, or by keys."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.events import BackTapped, DoneTapped, Event, KeyTapped, Picture
from kiosk.layout import Canvas, Rect
from kiosk.texts import phrases
from kiosk.views import theme
from kiosk.views.keyboard import Keyboard
from kiosk.views.parts import Box, Button, Icon, Paragraph, Part, QrCode, Text
from kiosk.views.screen import Bar, Screen, Touchable
from protocols.messages import MAX_NOTE_CHARACTERS

_CARET = "|"
_WORDS = 22
_KEY = 58
_LARGE_KEY = 60


class PhoneCard(Part):
    """The first way to write: a code that opens a page on the shopper's own phone."""

    def __init__(self, note_url: str) -> None:
        super().__init__()
        self._note_url = note_url.rstrip("/")
        soft = theme.look().accent_soft
        self._box = Box(soft, soft, radius=theme.CARD_RADIUS)
        self._code = QrCode()
        self._icon = Icon("device-mobile", 30)
        self._title = Text(theme.LEAD, font=theme.BOLD, align="left", lines=3)
        self._hint = Text(theme.BODY, colour=theme.MUTED, align="left", lines=4)

    def show(self, picture: Picture) -> None:
        """Lead to this visit's own page, so that the words join it."""
        visit = f"/{picture.response}" if picture.response else ""
        self._code.lead_to(f"{self._note_url}{visit}")
        self._title.say(picture.say("note_phone_title"))
        self._hint.say(picture.say("note_phone_hint"))

    def stand(self, area: Rect, canvas: Canvas) -> None:
        """Place the code before the words."""
        self._box.place(area, canvas.unit)
        inside = area.inset(canvas.px(10))
        side = min(inside.height, canvas.px(152))
        code, words = inside.cut_left(side, canvas.px(14))
        self._code.place(code, canvas.unit)
        if canvas.wide and canvas.large:  # room for few, but large words
            self.only(self._box, self._code, self._title)
            self._title.place(words, canvas.type)
            return
        high = 140 if canvas.wide else 104
        title, hint = words.middle(words.width, canvas.px(high)).rows(1.1, 1)
        if canvas.wide:
            self.only(self._box, self._code, self._title, self._hint)
        else:
            icon, title = title.cut_left(canvas.px(34), canvas.px(6))
            self._icon.place(icon, canvas.unit)
            self.only(self._box, self._code, self._icon, self._title, self._hint)
        self._title.place(title, canvas.type)
        self._hint.place(hint, canvas.type)


class PhraseRow(Part):
    """Ready phrases to touch: the short way to a note."""

    MOST = 6

    def __init__(self) -> None:
        super().__init__()
        self._buttons = [
            Button(f"phrase:{n}", size=17, font=theme.REGULAR) for n in range(1, self.MOST + 1)
        ]
        self._count = 0

    def touchables(self) -> list[Button]:
        """Return the phrases that are offered."""
        return self._buttons[: self._count]

    def offer(self, offered: Sequence[str], room: int) -> None:
        """Change the phrases; one that is longer than the room left cannot be touched."""
        self._count = min(len(offered), self.MOST)
        for button, phrase in zip(self.touchables(), offered, strict=False):
            button.event = KeyTapped(phrase)
            button.label.say(phrase.strip().rstrip("，"))
            fits = len(phrase) <= room
            button.dress(theme.PLAIN if fits else theme.OFF, enabled=fits)
        self.only(*self.touchables())

    def stand(self, area: Rect, canvas: Canvas) -> None:
        """Place the phrases in one row, or in two where the window is narrow."""
        across = self._count if canvas.wide else -(-self._count // 2)
        cells = area.grid(self._count, across, gap=canvas.px(8)) if across else []
        for button, cell in zip(self.touchables(), cells, strict=True):
            button.place(cell, canvas.type)


class Field(Part):
    """What is written so far, with a caret; of a long note the end is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._box = Box(line=theme.look().accent)
        self._words = Paragraph(_WORDS)
        self._invitation = Paragraph(19, colour=theme.MUTED)
        self.add(self._box, self._words, self._invitation)

    def show(self, note: str, invitation: str) -> None:
        """Show the note, or the invitation while it is empty."""
        self._note = note
        self._invitation.say("" if note else invitation)

    def stand(self, area: Rect, canvas: Canvas) -> None:
        """Place it, and let go of the beginning of what it cannot hold."""
        self._box.place(area, canvas.unit)
        inside = area.inset(canvas.px(14), canvas.px(8))
        self._invitation.place(inside, canvas.type)
        self._words.place(inside, canvas.type)
        # Lettering may shrink to four fifths; a Chinese character is as wide as it is high.
        side = _WORDS * canvas.type * 0.8
        held = max(1, int(inside.height / (side * 1.48))) * int(inside.width / side)
        words = self._note
        if len(words) + 1 > held and not words.isascii():
            words = "…" + words[len(words) - held + 2 :]
        self._words.say(words + _CARET if words else "")


class Note(Screen):
    """The phone, a field, phrases or candidates, and a keyboard."""

    def __init__(self, note_url: str | None) -> None:
        super().__init__()
        self._title = Text(theme.TITLE, font=theme.BOLD)
        self._count = Text(theme.BODY, colour=theme.MUTED, align="right", lines=1)
        self._card = PhoneCard(note_url) if note_url else None
        self._field = Field()
        self._phrases = PhraseRow()
        self._keyboard = Keyboard()
        self._bar = Bar(("back", BackTapped()), ("done", DoneTapped()))
        self._done = self._bar.buttons[-1]
        self._done.event, self._done.act = None, self._finish

    def touchables(self) -> Sequence[Touchable]:
        """Return phrases or candidates, keys and steps."""
        phrases = [] if self._keyboard.typist.composing else self._phrases.touchables()
        return [*phrases, *self._keyboard.touchables(), *self._bar.buttons]

    def show(self, picture: Picture) -> None:
        """Show what is written so far, and what may be written next."""
        self._keyboard.show(picture)
        typist = self._keyboard.typist
        in_mailbox = picture.in_mailbox and picture.mailbox is not None
        if in_mailbox and picture.mailbox:
            self._title.say(picture.mailbox.ask[picture.language])
        else:
            self._title.say(picture.say("note_title"))
        self._tell_length(picture)
        if self._card:
            self._card.show(picture)
        self._field.show(picture.note, picture.say("note_empty"))
        offered = phrases(picture.language, None if in_mailbox else picture.mood)
        self._phrases.offer(offered, typist.room)
        self._bar.speak(picture.say)
        fits = not typist.composing or typist.fits(typist.composer.likeliest)
        self._done.dress(theme.look().primary if fits else theme.OFF, enabled=fits)
        above = self._keyboard.candidates if typist.composing else self._phrases
        card = (self._card,) if self._card else ()
        parts = (self._title, self._count, *card, self._field, above, self._keyboard, self._bar)
        self.only(*parts)
        self._lay()

    def _tell_length(self, picture: Picture) -> None:
        length = len(picture.note)
        full = length >= MAX_NOTE_CHARACTERS
        words = f" · {picture.say('note_full')}" if full else ""
        self._count.colour.rgba = theme.DANGER if full else theme.MUTED
        self._count.say(f"{length}/{MAX_NOTE_CHARACTERS}{words}")

    def _finish(self) -> list[Event]:
        """End the note with what waits in the keyboard."""
        return [*self._keyboard.settle(), DoneTapped()]

    def _lay(self) -> None:
        """Place the field above, the keys below; in a wide window the steps stand beside."""
        if self.canvas.wide:
            self._lay_wide()
        else:
            self._lay_tall()

    def _lay_tall(self) -> None:
        canvas, area = self.canvas, self.area
        gap = canvas.px(theme.GAP)
        edge = canvas.px(theme.MARGIN - 5)
        bar, area = area.cut_bottom(canvas.px(theme.BAR), gap)
        high = 5 * (_LARGE_KEY + 5) if canvas.large else 4 * (_KEY + 5)
        keyboard, area = area.cut_bottom(canvas.px(high), gap)
        above, area = area.cut_bottom(canvas.px(2 * theme.TARGET + 8), gap)
        title, area = area.cut_top(canvas.px(46), canvas.px(6))
        count, title = title.cut_right(canvas.px(150), canvas.px(8))
        if self._card:
            high = 112 if canvas.large else 130
            card, area = area.cut_top(canvas.px(high), canvas.px(10))
            self._card.stand(card, canvas)
        self._place(title, count, area, bar)
        self._above_and_keys(above, keyboard.inset(-edge, 0))

    def _lay_wide(self) -> None:
        canvas, area = self.canvas, self.area
        gap = canvas.px(8)
        keyboard, area = area.cut_bottom(canvas.px(4 * (_KEY + 5) - 5), gap)
        above, area = area.cut_bottom(canvas.px(theme.TARGET), gap)
        if self._card:
            card, area = area.cut_left(canvas.px(340), canvas.px(14))
            self._card.stand(card, canvas)
        right, area = area.cut_right(canvas.px(190), canvas.px(14))
        title, area = area.cut_top(canvas.px(44), canvas.px(4))
        count, steps = right.cut_top(canvas.px(44), canvas.px(4))
        self._place(title, count, area, steps)
        self._above_and_keys(above, keyboard.inset(-canvas.px(theme.MARGIN - 8), 0))

    def _place(self, title: Rect, count: Rect, field: Rect, steps: Rect) -> None:
        canvas = self.canvas
        self._title.align = "left"
        self._title.place(title, canvas.type)
        self._count.place(count, canvas.type)
        self._field.stand(field, canvas)
        if canvas.wide:
            back, done = steps.rows(1, 1, gap=canvas.px(8))
            self._bar.buttons[0].place(back, canvas.type)
            self._done.place(done, canvas.type)
        else:
            self._bar.place(steps, canvas.type)

    def _above_and_keys(self, above: Rect, keys: Rect) -> None:
        self._phrases.stand(above, self.canvas)
        self._keyboard.arrange(keys, above, self.canvas)
