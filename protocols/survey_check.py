"""What a survey may not say although its types allow it: HQ asks before it publishes, a kiosk
before it shows.
"""

from __future__ import annotations

import base64
import binascii
import string
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import chain

from protocols import png
from protocols.survey import (
    MAX_LOGO_BYTES,
    Brand,
    Hours,
    Limits,
    Question,
    ReasonChoice,
    Scale,
    Survey,
)

LONGEST_TEXT = 200
_FACES = {Scale.FACES_5: 5, Scale.FACES_4: 4, Scale.NPS: 2}
_DAY_MINUTES = 24 * 60
_WEEK_MINUTES = 7 * _DAY_MINUTES

Texts = tuple[str, Mapping[str, str]]
"""Where it stands in the survey, and what it is by language."""


def complaint(
    survey: Survey,
    languages: Iterable[str],
    screens: Mapping[str, str] | None = None,
    *,
    icons: Container[str] | None = None,
) -> str | None:
    """Return what is wrong with a survey, beginning with the field at fault, or None.

    `languages` are those that the screens speak. `screens` are their own texts by key, of any
    language: a text that takes the place of one may hold the same {names}, and no others.
    `icons` are the names that kiosks draw. Without them any name will do: a kiosk draws a speech
    bubble for one of a newer HQ.
    """
    wrong = _complaints(survey, tuple(languages), screens)
    unknown = _wrong_icons(survey, icons) if icons is not None else ()
    return next(chain(wrong, unknown), None)


def _complaints(
    survey: Survey, languages: tuple[str, ...], screens: Mapping[str, str] | None
) -> Iterator[str]:
    for language in survey.languages:
        if language not in languages:
            yield f"languages: {language!r}: the screens speak {', '.join(languages)}"
    yield from _twice("languages", survey.languages)
    yield from _wrong_faces(survey)
    for name, texts in _all_texts(survey):
        yield from _wrong_texts(name, texts, survey.languages)
    for name, choices in _sets(survey):
        yield from _twice(name, [choice.id for choice in choices])
    mailbox = [survey.mailbox.id] if survey.mailbox else []
    asked = [survey.question, *(question.id for question in survey.questions), *mailbox]
    yield from _twice("question, questions and mailbox", asked)
    yield from _never_asked(survey.questions)
    yield from _wrong_screens(survey, languages, screens)
    yield from _wrong_hours(survey.hours)
    yield from _wrong_limits(survey.limits)
    yield from _wrong_logo(survey.brand)


def _twice(name: str, ids: Iterable[str]) -> Iterator[str]:
    for one, count in Counter(ids).items():
        if count > 1:
            yield f"{name}: {one!r} is there {count} times"


def _never_asked(questions: Iterable[Question]) -> Iterator[str]:
    """Look for touchpoints that an earlier question has: the first that fits is asked."""
    taken: list[tuple[str, str]] = []
    for question in questions:
        for pattern in question.touchpoints:
            by = [other for earlier, other in taken if _covers(earlier, pattern)]
            if by:
                name = f"questions, {question.id}: touchpoints"
                yield f"{name}: {pattern} is asked {by[0]!r} already, which stands before it"
        taken += [(pattern, question.id) for pattern in question.touchpoints]


def _covers(pattern: str, other: str) -> bool:
    """Whether all that `other` stands for fits `pattern`; ~ is a sign that no pattern names."""
    tries = (other.replace("?", "~").replace("*", some) for some in ("", "~", "~~~"))
    return all(fnmatchcase(one, pattern) for one in tries)


def _wrong_icons(survey: Survey, icons: Container[str]) -> Iterator[str]:
    for name, choices in _sets(survey):
        for choice in choices:
            if choice.icon not in icons:
                yield f"{name}: chip {choice.id}: icon {choice.icon} is not known to kiosks"


def _wrong_faces(survey: Survey) -> Iterator[str]:
    asked = [("faces", survey.scale, survey.faces)]
    for question in survey.questions:
        faces = question.faces or survey.faces
        asked.append((f"questions, {question.id}: faces", question.scale, faces))
    for name, scale, faces in asked:
        if len(faces) != _FACES[scale]:
            needed = _FACES[scale]
            yield f"{name}: {needed} labels are needed for scale {scale}, not {len(faces)}"


def _sets(survey: Survey) -> Iterator[tuple[str, tuple[ReasonChoice, ...]]]:
    yield "unhappy", survey.unhappy
    yield "happy", survey.happy
    for question in survey.questions:
        yield f"questions, {question.id}: unhappy", question.unhappy
        yield f"questions, {question.id}: happy", question.happy


def _all_texts(survey: Survey) -> Iterator[Texts]:
    yield "ask", survey.ask
    yield from _labels("face", survey.faces)
    for question in survey.questions:
        yield from _of_question(question)
    for name, choices in _sets(survey):
        for choice in choices:
            yield f"{name}: chip {choice.id}", choice.label
    if survey.mailbox:
        yield "mailbox: name", survey.mailbox.name
        yield "mailbox: ask", survey.mailbox.ask
    if survey.brand.name:
        yield "brand: name", survey.brand.name


def _of_question(question: Question) -> Iterator[Texts]:
    yield f"questions, {question.id}: ask", question.ask
    yield from _labels(f"questions, {question.id}: face", question.faces)


def _labels(name: str, faces: Iterable[dict[str, str]]) -> Iterator[Texts]:
    yield from ((f"{name} {number}", face) for number, face in enumerate(faces, start=1))


def _wrong_texts(name: str, texts: Mapping[str, str], languages: Iterable[str]) -> Iterator[str]:
    for language in languages:
        if not texts.get(language, "").strip():
            yield f"{name} has no text in {language}"
    for language, text in texts.items():
        if flaw := _unshowable(text):
            yield f"{name} in {language!a}: {flaw}"


def _unshowable(text: str) -> str | None:
    if len(text) > LONGEST_TEXT:
        return f"{len(text)} characters; at most {LONGEST_TEXT}"
    if any(sign != "\n" and unicodedata.category(sign).startswith("C") for sign in text):
        return "it holds characters that cannot be shown"
    return None


def _wrong_screens(
    survey: Survey, languages: tuple[str, ...], screens: Mapping[str, str] | None
) -> Iterator[str]:
    for language, own in survey.texts.items():
        if language not in languages:
            yield f"texts: language {language!a}: the screens speak {', '.join(languages)}"
        for key, text in own.items():
            flaw = _unshowable(text) or _wrong_names(text, (screens or {}).get(key))
            if flaw or not text.strip():
                yield f"texts, {language!a}, {key!a}: {flaw or 'it is empty'}"


def _wrong_names(text: str, instead_of: str | None) -> str | None:
    """Look for {names} that nobody could fill in; a text of a newer screen may have any."""
    names = _names(text)
    if names is None:
        return "a { or } stands alone: write it twice"
    if strange := [name for name in names if not name.isidentifier()]:
        return f"{{{strange[0]}}} is not a name"
    known = _names(instead_of) if instead_of else None
    if known is not None and (strange := sorted(names - known)):
        there = ", ".join(f"{{{name}}}" for name in sorted(known)) or "none"
        return f"{{{strange[0]}}} is not known here; known: {there}"
    return None


def _names(text: str) -> set[str] | None:
    """Return the names in braces, with whatever is put behind them; None: not a format."""
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        return None
    return {
        f"{name}{'!' if conversion else ''}{':' if spec else ''}"
        for _, name, spec, conversion in parsed
        if name is not None
    }


def _wrong_hours(hours: tuple[Hours, ...]) -> Iterator[str]:
    open_minutes: set[int] = set()
    for number, one in enumerate(hours, start=1):
        name = f"hours {number}"
        yield from _twice(f"{name}: days", one.days)
        opens, closes = _minute(one.opens), _minute(one.closes)
        if opens == _DAY_MINUTES:
            yield f'{name}: opens at "24:00": that is "00:00" of the next day'
        if opens == closes:
            yield f"{name}: opens and closes at {one.opens}; without hours it is always open"
        length = (closes - opens) % _DAY_MINUTES or _DAY_MINUTES
        for day in sorted(set(one.days)):
            first = (int(day) - 1) * _DAY_MINUTES + opens
            minutes = {minute % _WEEK_MINUTES for minute in range(first, first + length)}
            if minutes & open_minutes:
                yield f"{name}: day {day} overlaps other hours"
            open_minutes |= minutes


def _minute(time_of_day: str) -> int:
    hour, minute = time_of_day.split(":")
    return int(hour) * 60 + int(minute)


def _wrong_limits(limits: Limits) -> Iterator[str]:
    for name in ("reasons", "note", "contact"):
        wait = getattr(limits, name)
        if wait <= limits.warn:
            yield f"limits: warn: {limits.warn:g} s leave nothing of the {wait:g} s of {name}"


def _wrong_logo(brand: Brand) -> Iterator[str]:
    if brand.logo is None:
        return
    try:
        picture = base64.b64decode(brand.logo, validate=True)
    except (binascii.Error, ValueError):
        yield "brand: logo: it is not Base64"
        return
    if len(picture) > MAX_LOGO_BYTES:
        yield f"brand: logo: {len(picture)} bytes; at most {MAX_LOGO_BYTES}"
    elif flaw := png.flaw(picture):
        yield f"brand: logo: {flaw}"
