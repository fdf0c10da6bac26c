"""The first screen: five faces, a way to the phone, and the strips for staff."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from grading.topics import TOPICS
from kiosk.events import Event, Picture, Rated
from kiosk.layout import Canvas, Rect
from kiosk.texts import text
from kiosk.views import theme
from kiosk.views.face import Face
from kiosk.views.parts import Box, Icon, Part, QrCode, Text
from kiosk.views.screen import Screen, Touchable
from protocols.messages import Alarm
from protocols.survey import Survey


class FaceButton(Part):
    """A face with its words; the whole column can be touched."""

    def __init__(self, score: int) -> None:
        super().__init__()
        self.name = f"face:{score}"
        self.event: Event | None = Rated(score)
        self.act: Callable[[], None] | None = None
        self.enabled = True
        self.hit = self.rect
        self._face = Face(score)
        self.label = Text(17, font=theme.BOLD, colour=theme.MUTED)
        self.add(self._face, self.label)

    def draw(self) -> None:
        """Place the face above its words."""
        self.hit = self.rect
        words, above = self.rect.cut_bottom(44 * self.unit, 6 * self.unit)
        self._face.place(above.middle(above.width * 0.92, above.height * 0.94), self.unit)
        self.label.place(words, self.unit)

    def press(self, pressed: bool) -> None:
        """Shrink the face under the finger."""
        self._face.press(pressed)


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


class PhoneCard(Part):
    """The code that leads to the phone."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._box = Box()
        self._code = QrCode()
        self._code.lead_to(address)
        self._title = Text(19, font=theme.BOLD, align="left", lines=1)
        self._hint = Text(theme.SMALL, colour=theme.MUTED, align="left", lines=1)
        self.add(self._box, self._code, self._title, self._hint)

    def draw(self) -> None:
        """Place the code beside its words."""
        self._box.place(self.rect, self.unit)
        inside = self.rect.inset(12 * self.unit)
        code, words = inside.cut_left(inside.height, 16 * self.unit)
        self._code.place(code, self.unit)
        title, hint = words.middle(words.width, 64 * self.unit).rows(1.2, 1)
        self._title.place(title, self.unit)
        self._hint.place(hint, self.unit)

    def speak(self, language: str) -> None:
        """Say the words."""
        self._title.say(text(language, "qr_title"))
        self._hint.say(text(language, "qr_hint"))


class Attract(Screen):
    """Five faces."""

    def __init__(
        self, survey: Survey, note_url: str | None, touchpoints: Mapping[str, dict[str, str]]
    ) -> None:
        """`touchpoints` gives known touchpoints their names for the alarm strip."""
        super().__init__()
        self._survey = survey
        self._touchpoints = touchpoints
        self._ask = Text(42, font=theme.BOLD)
        self._hint = Text(18, colour=theme.MUTED, lines=1)
        self._card = Box(line=theme.CARD, radius=theme.CARD_RADIUS, shadow=True)
        self._faces = [FaceButton(score) for score in range(1, 6)]
        self._phone = PhoneCard(note_url) if note_url else None
        self._alarm = Strip("alert-triangle", theme.DANGER, theme.CARD)
        self._instruction = Strip("bell-ringing", theme.NOTICE, theme.INK)
        self._area, self._canvas = self.rect, Canvas(0, 0)
        self._strips: list[Strip] = []
        self.add(self._ask, self._hint, self._card, *self._faces)
        if self._phone:
            self.add(self._phone)

    def touchables(self) -> Sequence[Touchable]:
        """Return the faces."""
        return self._faces

    def arrange(self, area: Rect, canvas: Canvas) -> None:
        """Place strips, question, faces and phone card."""
        self._area, self._canvas = area, canvas
        unit = canvas.unit
        for strip in self._strips:
            line, area = area.cut_top(canvas.px(theme.STRIP), canvas.px(8))
            strip.place(line, unit)
        if self._phone:
            foot, area = area.cut_bottom(canvas.px(100 if canvas.wide else 116), canvas.px(18))
            self._phone.place(foot, unit)
        if canvas.wide:
            block = area
            ask, block = block.cut_top(min(canvas.px(84), area.height * 0.22))
            hint, block = block.cut_top(canvas.px(34), canvas.px(14))
        else:
            block = area.middle(area.width, canvas.px(446))
            ask, block = block.cut_top(canvas.px(110), canvas.px(4))
            hint, block = block.cut_top(canvas.px(40), canvas.px(48))
        self._ask.place(ask, unit)
        self._hint.place(hint, unit)
        self._card.place(block, unit)
        inside = block.inset(canvas.px(10), canvas.px(24))
        for face, cell in zip(self._faces, inside.columns(*[1] * 5), strict=True):
            face.place(cell, unit)
            face.hit = Rect(cell.x, block.y, cell.width, block.height)

    def show(self, picture: Picture) -> None:
        """Say the survey's question, and what staff should know."""
        language = picture.language
        self._ask.say(self._survey.ask[language])
        self._hint.say(text(language, "hint"))
        for face, words in zip(self._faces, self._survey.faces, strict=True):
            face.label.say(words[language])
        if self._phone:
            self._phone.speak(language)
        if picture.alarm:
            self._alarm.say(self._alarm_words(picture.alarm, picture.alarms, language))
        if picture.instruction:
            words = picture.instruction.text
            told = words.get(language) or next(iter(words.values()), "")
            self._instruction.say(f"{text(language, 'staff_instruction')} · {told[:80]}")
        self._show_strips(picture)

    def _show_strips(self, picture: Picture) -> None:
        wanted = [self._alarm] if picture.alarm else []
        wanted += [self._instruction] if picture.instruction else []
        if wanted == self._strips:
            return
        for strip in self._strips:
            self.group.remove(strip.group)
        self._strips = wanted
        self.add(*wanted)
        self.arrange(self._area, self._canvas)

    def _alarm_words(self, alarm: Alarm, count: int, language: str) -> str:
        """Return where, what about and which case; never what the shopper wrote."""
        place = self._touchpoints.get(alarm.touchpoint or "", {}).get(language, alarm.touchpoint)
        topics = [TOPICS[reason] for reason in alarm.reasons if reason in TOPICS]
        about = text(language, "alarm_general")
        if topics:
            about = topics[0].en if language == "en" else topics[0].zh
        parts = [text(language, "staff_alarm"), place, about, alarm.code]
        if count > 1:
            parts.append(text(language, "staff_more").format(count=count))
        return " · ".join(part for part in parts if part)
