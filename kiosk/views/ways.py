"""The ways beside the faces: to the shopper's own phone, to the mailbox, to a case; for staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grading.topics import TOPICS
from kiosk.events import LookupTapped, MailboxTapped, Picture
from kiosk.layout import Canvas, Rect
from kiosk.views import theme
from kiosk.views.parts import Box, Button, Icon, Part, QrCode, Text
from kiosk.views.screen import Touchable

KEYS = 64
_AROUND_CODE = 6


class PhoneCard(Part):
    """The code that leads to the phone."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._box = Box()
        self._code = QrCode()
        self._code.lead_to(address)
        self._title = Text(19, font=theme.BOLD, align="left")
        self._hint = Text(theme.SMALL, colour=theme.MUTED, align="left")
        self.add(self._box, self._code, self._title, self._hint)

    def stand(self, rect: Rect, canvas: Canvas) -> None:
        """Place the code beside its words."""
        self.rect = rect
        self._box.place(rect, canvas.unit)
        inside = rect.inset(canvas.px(_AROUND_CODE))
        code, words = inside.cut_left(inside.height, canvas.px(10))
        self._code.place(code, canvas.unit)
        title, hint = words.middle(words.width, canvas.px(94)).rows(1.2, 1)
        self._title.place(title, canvas.type)
        self._hint.place(hint, canvas.type)

    def fits(self, rect: Rect, canvas: Canvas) -> bool:
        """Return whether a camera could read the code on a card of that height."""
        return self._code.fits(rect.inset(canvas.px(_AROUND_CODE)).height)

    def show(self, picture: Picture) -> None:
        """Say the words."""
        self._title.say(picture.say("qr_title"))
        self._hint.say(picture.say("qr_hint"))


class Ways(Part):
    """The card for the phone, and the keys "mailbox" and "follow a case"."""

    def __init__(self, note_url: str | None) -> None:
        super().__init__()
        self._phone = PhoneCard(note_url) if note_url else None
        self._mailbox = Button("mailbox", MailboxTapped(), size=17).rounded().with_icon("mail")
        self._lookup = Button("lookup", LookupTapped(), size=17).rounded().with_icon("search")
        accent = theme.look().accent
        self._keys: list[Button] = []
        self._with_phone = False
        for key in (self._mailbox, self._lookup):
            key.tint_icon(accent)

    def touchables(self) -> Sequence[Touchable]:
        """Return the keys."""
        return self._keys

    @property
    def has_phone(self) -> bool:
        """Return whether there is a card for the phone."""
        return self._phone is not None

    def show(self, picture: Picture, *, phone: bool) -> None:
        """Say the words; `phone` is whether there is room for the card."""
        self._with_phone = phone and self._phone is not None
        self._keys = [self._mailbox, self._lookup] if picture.mailbox else [self._lookup]
        if picture.mailbox:
            name = picture.mailbox.name
            self._mailbox.say(name.get(picture.language) or next(iter(name.values()), ""))
        self._lookup.say(picture.say("lookup"))
        if self._phone:
            self._phone.show(picture)
        self.only(*([self._phone] if self._with_phone and self._phone else []), *self._keys)

    def stand(self, rect: Rect, canvas: Canvas, *, stacked: bool) -> None:
        """Place the card first; the keys one below the other, or beside each other."""
        self.rect = rect
        card, keys = rect.columns(
            *((1.45, 1) if stacked else (1.3, len(self._keys))), gap=canvas.px(theme.GAP)
        )
        if self._with_phone and self._phone and self._phone.fits(card, canvas):
            self._phone.stand(card, canvas)
        else:
            keys = rect
            self.only(*self._keys)
        count, gap = len(self._keys), canvas.px(10)
        cells = keys.rows(*[1] * count, gap=gap) if stacked else keys.columns(*[1] * count, gap=gap)
        for key, cell in zip(self._keys, cells, strict=True):
            key.place(cell, canvas.type)

    def stand_apart(self, rect: Rect, canvas: Canvas) -> None:
        """Place the keys below the card."""
        self.rect = rect
        keys, card = rect.cut_bottom(canvas.px(KEYS), canvas.px(theme.GAP))
        if self._phone:
            self._phone.stand(card, canvas)
        for key, cell in zip(
            self._keys, keys.columns(*[1] * len(self._keys), gap=canvas.px(10)), strict=True
        ):
            key.place(cell, canvas.type)


class Strip(Part):
    """A thin line for staff."""

    def __init__(self, icon: str, fill: theme.Colour, ink: theme.Colour) -> None:
        super().__init__()
        self._box = Box(fill, fill, radius=10)
        self._icon = Icon(icon, 22, colour=ink)
        self._text = Text(17, colour=ink, font=theme.BOLD, align="left", lines=1)
        self.add(self._box, self._icon, self._text)

    def draw(self) -> None:
        """Place icon and text."""
        self._box.place(self.rect, self.unit)
        icon, rest = self.rect.inset(12 * self.unit, 0).cut_left(28 * self.unit, 8 * self.unit)
        self._icon.place(icon, self.unit)
        self._text.place(rest, self.unit)

    def say(self, words: str) -> None:
        """Change the text."""
        self._text.say(words)


class Strips(Part):
    """What staff should know: the newest alarm, and what the store is told to do."""

    def __init__(self, touchpoints: Mapping[str, dict[str, str]]) -> None:
        """`touchpoints` gives known touchpoints their names."""
        super().__init__()
        self._touchpoints = touchpoints
        self._alarm = Strip("alert-triangle", theme.DANGER, theme.CARD)
        self._instruction = Strip("bell-ringing", theme.NOTICE, theme.INK)

    def show(self, picture: Picture) -> None:
        """Say them."""
        shown = []
        if picture.alarm:
            self._alarm.say(self._alarm_words(picture))
            shown.append(self._alarm)
        if picture.instruction:
            words = picture.instruction.text
            told = words.get(picture.language) or next(iter(words.values()), "")
            self._instruction.say(f"{picture.say('staff_instruction')} · {told[:80]}")
            shown.append(self._instruction)
        self.only(*shown)

    def stand(self, area: Rect, canvas: Canvas) -> Rect:
        """Place them at the top of an area and return what is left of it."""
        for strip in self.parts:
            line, area = area.cut_top(canvas.px(theme.STRIP), canvas.px(8))
            strip.place(line, canvas.unit)
        return area

    def _alarm_words(self, picture: Picture) -> str:
        """Return where, what about and which case; never what the shopper wrote."""
        alarm, language = picture.alarm, picture.language
        if alarm is None:
            return ""
        place = self._touchpoints.get(alarm.touchpoint or "", {}).get(language, alarm.touchpoint)
        topics = [TOPICS[reason] for reason in alarm.reasons if reason in TOPICS]
        about = picture.say("alarm_general")
        if topics:
            about = topics[0].en if language == "en" else topics[0].zh
        parts = [picture.say("staff_alarm"), place, about, alarm.code]
        if picture.alarms > 1:
            parts.append(picture.say("staff_more", count=picture.alarms))
        return " · ".join(part for part in parts if part)
