"""A survey as the fields of a form, and back: what people change, and the rest untouched. Pure.

A field is named by where it stands: "unhappy.2.label.en". What is half filled in is kept as it is;
whether it is fit to be shown is asked when it is saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from hq_server.errors import InputError
from hq_server.surveys.document import LANGUAGES
from protocols.survey import Limits, Scale, Survey

Fields = Mapping[str, str]
Draft = dict[str, Any]
"""A survey that somebody works on: as in its JSON, and perhaps not fit yet."""

REST = "rest"
LIMITS = tuple(field.name for field in msgspec.structs.fields(Limits))
_CHOICES = ("unhappy", "happy")
ROWS = ("unhappy", "happy", "questions", "hours")
_FACES = {Scale.FACES_5: 5, Scale.FACES_4: 4, Scale.NPS: 2}
_IN_FORM = ("ask", "question", "scale", "faces", *ROWS, "mailbox", "limits", "brand")
_IN_QUESTION = ("id", "touchpoints", "ask", "scale")
_MOST_ROWS = 100
_ROW = re.compile(r"[0-9]{1,4}")
_COMMAS = re.compile(r"[,，\s]+")
_NEW_ROWS: Mapping[str, Draft] = {
    "unhappy": {"id": "", "topic": "general", "icon": "message-dots", "label": {}},
    "happy": {"id": "", "topic": "general", "icon": "heart", "label": {}},
    "questions": {"id": "", "touchpoints": [], "ask": {}},
    "hours": {"days": "1234567", "opens": "08:00", "closes": "22:00"},
}


def draft_of(survey: Survey) -> Draft:
    """Return a survey as a draft that the form shows."""
    limits = {name: _number(f"{getattr(survey.limits, name):g}") for name in LIMITS}
    draft: Draft = msgspec.json.decode(msgspec.json.encode(survey))
    return draft | {"limits": limits, "scale": str(survey.scale)}


def shown(draft: Draft) -> Draft:
    """Return a draft with everything that the form looks at, also what is left at its default."""
    choices = {name: [{"urgent": False} | row for row in draft[name]] for name in _CHOICES}
    questions = [{"scale": str(Scale.FACES_5)} | row for row in draft.get("questions", ())]
    otherwise: Draft = {"mailbox": None, "hours": [], "brand": {}}
    return otherwise | draft | choices | {"questions": questions}


def as_json(draft: Draft) -> str:
    """Return a draft as people read JSON, without the number that it gets when it is saved."""
    shown = {key: value for key, value in draft.items() if key != "version"}
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()


def of_json(text: str) -> Draft:
    """Return the draft that somebody wrote; InputError when it is no JSON object."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InputError("JSON", str(error)) from error
    if not isinstance(found, dict):
        raise InputError("JSON", "an object { … } is expected")
    return {key: value for key, value in found.items() if key != "version"}


def body_of(draft: Draft) -> bytes:
    """Return a draft as a survey's JSON."""
    return msgspec.json.encode({**draft, "version": 1})


def rest_of(draft: Draft) -> str:
    """Return what the form does not show, for the field REST."""
    rest = {key: value for key, value in draft.items() if key not in (*_IN_FORM, "version")}
    return msgspec.json.encode(rest).decode()


def rest_of_question(question: Draft) -> str:
    """Return what the form does not show of one further question."""
    rest = {key: value for key, value in question.items() if key not in _IN_QUESTION}
    return msgspec.json.encode(rest).decode()


# --- from the form --------------------------------------------------------------------------------


def of_fields(fields: Fields) -> Draft:
    """Return the draft that a form holds."""
    scale = fields.get("scale", Scale.FACES_5)
    draft = of_json(fields.get(REST, "{}")) | {
        "ask": _texts(fields, "ask"),
        "question": fields.get("question", "").strip(),
        "scale": scale,
        "faces": _faces(fields, scale),
        "unhappy": _rows(fields, "unhappy", _choice),
        "happy": _rows(fields, "happy", _choice),
        "questions": _rows(fields, "questions", _question),
        "hours": _rows(fields, "hours", _hours),
        "limits": {name: _number(fields.get(f"limits.{name}", "")) for name in LIMITS},
        "brand": _brand(fields),
    }
    if "mailbox.id" in fields:
        draft["mailbox"] = {
            "id": fields["mailbox.id"].strip(),
            "name": _texts(fields, "mailbox.name"),
            "ask": _texts(fields, "mailbox.ask"),
        }
    return draft


def _texts(fields: Fields, name: str) -> dict[str, str]:
    said = {language: fields.get(f"{name}.{language}", "").strip() for language in LANGUAGES}
    return {language: text for language, text in said.items() if text}


def _faces(fields: Fields, scale: str) -> list[dict[str, str]]:
    """Return the labels; when another scale was chosen, as many as it needs."""
    given = [_texts(fields, f"faces.{number}") for number in _numbers(fields, "faces")]
    wanted = _FACES.get(Scale(scale), len(given)) if scale in set(Scale) else len(given)
    if wanted == len(given):
        return given
    if len(given) < wanted:
        middle = len(given) // 2
        return [*given[:middle], *({} for _ in range(wanted - len(given))), *given[middle:]]
    first = wanted // 2
    return [*given[:first], *given[len(given) - (wanted - first) :]]


def _numbers(fields: Fields, name: str) -> list[int]:
    """Return which rows of a list the form holds."""
    found = {
        int(number)
        for key in fields
        if key.startswith(f"{name}.") and _ROW.fullmatch(number := key.split(".")[1])
    }
    return sorted(found)[:_MOST_ROWS]


def _rows(fields: Fields, name: str, row: Callable[[Fields, str], Draft]) -> list[Draft]:
    return [row(fields, f"{name}.{number}") for number in _numbers(fields, name)]


def _choice(fields: Fields, at: str) -> Draft:
    choice: Draft = {key: fields.get(f"{at}.{key}", "").strip() for key in ("id", "topic", "icon")}
    choice["label"] = _texts(fields, f"{at}.label")
    return choice | ({"urgent": True} if f"{at}.urgent" in fields else {})


def _question(fields: Fields, at: str) -> Draft:
    touchpoints = _COMMAS.split(fields.get(f"{at}.touchpoints", ""))
    return of_json(fields.get(f"{at}.{REST}", "{}")) | {
        "id": fields.get(f"{at}.id", "").strip(),
        "touchpoints": [each for each in touchpoints if each],
        "ask": _texts(fields, f"{at}.ask"),
        "scale": fields.get(f"{at}.scale", Scale.FACES_5),
    }


def _hours(fields: Fields, at: str) -> Draft:
    days = "".join(day for day in "1234567" if f"{at}.day{day}" in fields)
    return {"days": days, **{key: fields.get(f"{at}.{key}", "") for key in ("opens", "closes")}}


def _number(text: str) -> float | str:
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        return text  # refused with its name when it is saved


def _brand(fields: Fields) -> Draft:
    said = {key: fields.get(f"brand.{key}", "").strip() for key in ("colour", "logo")}
    brand: Draft = {key: value for key, value in said.items() if value}
    name = _texts(fields, "brand.name")
    return brand | ({"name": name} if name else {})


# --- where something is wrong ---------------------------------------------------------------------

_NO_TEXT = re.compile(r"(?P<what>.*?) ?has no text in (?P<language>\S+)")


def located(draft: Draft, wrong: InputError) -> str:
    """Return the form's name of the field that a check complains of: unhappy[2].id → unhappy.2.id.

    What a check names otherwise is looked for, "chip queue has no text in en" for one.
    """
    named = wrong.field.replace("[", ".").replace("]", "")
    found = _NO_TEXT.fullmatch(wrong.allowed)
    if found is None:
        return named
    what, _, name = found["what"].partition(" ")
    at = ("" if named == "survey" else f"{named}.") + what
    if what == "face":
        at = f"faces.{int(name) - 1}"
    elif what == "chip":
        ids = [row.get("id") for row in draft.get(named, ())]
        at = f"{named}.{ids.index(name)}.label" if name in ids else named
    return f"{at}.{found['language']}"


# --- the buttons of its rows ----------------------------------------------------------------------


def changed(draft: Draft, asked: str) -> Draft:
    """Return a draft after a button: "add.hours", "up.unhappy.2", "remove.logo" and so on.

    A button that is not there changes nothing.
    """
    what, _, rest = asked.partition(".")
    name, _, number = rest.partition(".")
    if name in ROWS:
        return draft | {name: _rows_changed(name, list(draft.get(name, ())), what, number)}
    if asked == "add.mailbox":
        return draft | {"mailbox": {"id": "one-detail", "name": {}, "ask": {}}}
    if asked == "remove.mailbox":
        return _without(draft, "mailbox")
    if asked == "remove.logo":
        return draft | {"brand": _without(draft.get("brand", {}), "logo")}
    return draft


def _without(draft: Draft, name: str) -> Draft:
    return {key: value for key, value in draft.items() if key != name}


def _rows_changed(name: str, rows: list[Draft], what: str, number: str) -> list[Draft]:
    if what == "add":
        return [*rows, dict(_NEW_ROWS[name])]
    if what not in ("up", "down", "remove") or not _ROW.fullmatch(number):
        return rows
    if int(number) >= len(rows):
        return rows
    row = rows.pop(int(number))
    if what != "remove":
        rows.insert(max(0, int(number) + (1 if what == "down" else -1)), row)
    return rows
