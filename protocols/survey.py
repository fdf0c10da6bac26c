"""What a kiosk asks and how it looks: one versioned document, data and never code.

Texts are by language ({"zh-CN": …, "en": …}). `wire.decode_survey` reads it from JSON; a version
that this program does not understand is refused whole, and the last good one stays. What types
cannot say, such as that each text is there in each language, `survey_check.complaint` says.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+\Z")]
Pattern = Annotated[
    str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:*?-]+\Z")
]
"""Touchpoint ids, with * and ? as in a shell: "till-*"."""
TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z|^24:00\Z")]
"""Local time as HH:MM; "24:00" is the end of the day."""
Seconds = Annotated[float, msgspec.Meta(ge=1, le=600)]
MAX_LOGO_BYTES = 64 * 1024


class Scale(StrEnum):
    """How a question is answered."""

    FACES_5 = "faces5"
    """Scores 1 to 5."""
    FACES_4 = "faces4"
    """No middle: scores 1, 2, 4 and 5, so that they compare with five faces."""
    NPS = "nps"
    """0 to 10, "how likely are you to recommend us"; it gives a Response `nps` and no rating."""


class ReasonChoice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chip on the reasons screen."""

    id: Id
    topic: Id
    icon: Id
    """Name of a Tabler icon."""
    label: dict[str, str]
    urgent: bool = False


Choices = Annotated[tuple[ReasonChoice, ...], msgspec.Meta(min_length=1, max_length=12)]


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question that takes the place of the survey's own one at some touchpoints (R006)."""

    id: Id
    touchpoints: Annotated[tuple[Pattern, ...], msgspec.Meta(min_length=1, max_length=64)]
    """Where it is asked; the first question that fits is."""
    ask: dict[str, str]
    scale: Scale = Scale.FACES_5
    faces: tuple[dict[str, str], ...] = ()
    """Labels of the faces, or of both ends of 0 to 10; the survey's own when empty."""
    unhappy: Annotated[tuple[ReasonChoice, ...], msgspec.Meta(max_length=12)] = ()
    """The survey's own when empty; so are `happy`."""
    happy: Annotated[tuple[ReasonChoice, ...], msgspec.Meta(max_length=12)] = ()


class Mailbox(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The experience officers' mailbox: the one detail a shopper would most like mended (R007)."""

    id: Id = "one-detail"
    """The question id that such a Response carries."""
    name: dict[str, str]
    ask: dict[str, str]


class Hours(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When the kiosk takes feedback on some days of the week."""

    days: Annotated[str, msgspec.Meta(pattern=r"^[1-7]{1,7}\Z")] = "1234567"
    """1 is Monday."""
    opens: TimeOfDay
    closes: TimeOfDay
    """Earlier than `opens`: on the next day."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How long a screen waits for the next touch, in seconds; three times as long in large text."""

    reasons: Seconds = 20
    note: Seconds = 60
    contact: Seconds = 45
    thanks: Seconds = 6
    warn: Seconds = 8
    """So long before the end of a wait the screen asks whether somebody is still there."""


class Brand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the chain looks."""

    name: dict[str, str] = {}
    """Shown before the store's name."""
    colour: Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-fA-F]{6}\Z")] | None = None
    """Of buttons; a kiosk darkens what would be unreadable under white letters."""
    logo: Annotated[str, msgspec.Meta(max_length=MAX_LOGO_BYTES * 4 // 3 + 4)] | None = None
    """A PNG in Base64, at most MAX_LOGO_BYTES."""


class Survey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The whole document."""

    survey: Id
    version: Annotated[int, msgspec.Meta(ge=1)]
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    question: Id
    ask: dict[str, str]
    scale: Scale = Scale.FACES_5
    faces: Annotated[tuple[dict[str, str], ...], msgspec.Meta(min_length=2, max_length=5)]
    """Labels from very dissatisfied to very satisfied: 5, 4, or the two ends of 0 to 10."""
    unhappy: Choices
    """Chips for scores 1 to 3, and 0 to 6."""
    happy: Choices
    """Chips for scores 4 and 5, and 7 to 10."""
    questions: Annotated[tuple[Question, ...], msgspec.Meta(max_length=32)] = ()
    mailbox: Mailbox | None = None
    hours: Annotated[tuple[Hours, ...], msgspec.Meta(max_length=14)] = ()
    """None: feedback is always taken."""
    texts: dict[str, dict[str, str]] = {}
    """By language: texts of the screens that read otherwise in this chain, by their key."""
    limits: Limits = Limits()
    brand: Brand = Brand()
