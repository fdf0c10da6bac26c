"""What a survey looks like on a kiosk, roughly: two screens as a drawing. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from protocols.survey import Scale, Survey

COLOUR = "#0b6bcb"
_WIDE = 13.0
_CHIP = 7.5
_SHOWN_REASONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The first screen and the one after a low score, in one language."""

    brand: str
    colour: str
    logo: str | None
    ask: list[str]
    faces: list[str]
    nps: bool
    reasons: list[list[str]]
    mailbox: str


def preview(survey: Survey, language: str) -> Preview:
    """Return what to draw of a survey."""
    brand = survey.brand
    return Preview(
        brand=_said(brand.name, language),
        colour=brand.colour or COLOUR,
        logo=brand.logo,
        ask=lines(_said(survey.ask, language), _WIDE)[:4],
        faces=[_said(face, language) for face in survey.faces],
        nps=survey.scale is Scale.NPS,
        reasons=[
            lines(_said(choice.label, language), _CHIP)[:2]
            for choice in survey.unhappy[:_SHOWN_REASONS]
        ],
        mailbox=_said(survey.mailbox.name, language) if survey.mailbox else "",
    )


def _said(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def lines(text: str, width: float) -> list[str]:
    """Break a text into lines of so many Chinese characters; a Latin one takes half as much."""
    found: list[str] = []
    line, used = "", 0.0
    for piece in _pieces(text):
        size = sum(map(_width, piece.rstrip()))
        if line and used + size > width:
            found.append(line.rstrip())
            line, used = "", 0.0
        line += piece
        used += sum(map(_width, piece))
    return [*found, line.rstrip()] if line.strip() else found


def _pieces(text: str) -> list[str]:
    """Return what no line may end within: a word with the blank behind it, a Chinese character."""
    pieces: list[str] = []
    for character in text:
        glued = pieces and not (pieces[-1][-1].isspace() or _is_wide(pieces[-1][-1]))
        if glued and not _is_wide(character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _width(character: str) -> float:
    return 1.0 if _is_wide(character) else 0.55
