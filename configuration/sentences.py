"""Puts what pydantic finds wrong with settings in the operator's words: a line for each key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

_LONGEST_VALUE_SHOWN = 80
_WORDS: Mapping[str, str] = {
    "string_type": "a text is needed",
    "path_type": "a path is needed",
    "tuple_type": "a list is needed",
    "list_type": "a list is needed",
    "set_type": "a list is needed",
    "bool_type": "true or false is needed",
    "bool_parsing": "true or false is needed",
    "int_type": "a whole number is needed",
    "int_parsing": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "float_type": "a number is needed",
    "float_parsing": "a number is needed",
    "finite_number": "a number is needed",
}
_SECTION_TYPES = {"model_type", "model_attributes_type", "dict_type"}
_NAME_PATTERN = "^[A-Za-z0-9._:-]"
_NAME_SIGNS = "letters, digits, . _ : - are allowed"
_SUBJECT = re.compile(r"^\w+ should ")
Location = tuple[int | str, ...]


def sentences(kind: type[BaseModel], error: ValidationError, secrets: Set[str]) -> list[str]:
    """Return a line for each key that is wrong; `secrets` are keys whose values are not shown."""
    found: dict[Location, list[ErrorDetails]] = {}
    for one in error.errors(include_url=False):
        location, _ = _walk(kind, one["loc"])
        found.setdefault(location, []).append(one)
    # What allows a text or a section, and holds a section with a mistake, lacks no text.
    inner = {at for at in found if not any(_holds(at, other) for other in found)}
    return [_sentence(kind, at, found[at], secrets) for at in found if at in inner]


def one_line(text: str) -> str:
    """Return a text with whatever would break its line, or is not to be seen, escaped."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def _holds(outer: Location, inner: Location) -> bool:
    return len(outer) < len(inner) and inner[: len(outer)] == outer


def _sentence(
    kind: type[BaseModel], at: Location, errors: list[ErrorDetails], secrets: Set[str]
) -> str:
    key, first = _key(at), errors[0]
    if first["type"] == "missing":
        return one_line(f"{key} is missing")
    if first["type"] == "extra_forbidden":
        _, section = _walk(kind, at[:-1])
        known = section.model_fields if _is_model(section) else kind.model_fields
        return one_line(f"{key} is not a setting; there are {', '.join(known)}")
    if key and first["type"] == "value_error" and isinstance(first["input"], dict | BaseModel):
        # Of the section's keys together: the sentence itself names which.
        return one_line(f"{key}: {first['msg'].removeprefix('Value error, ')}")
    said = " or ".join(dict.fromkeys(_words(at, one) for one in errors))
    if not key:
        return one_line(said)
    return one_line(f"{key} = {_shown(at, first['input'], secrets)}: {said}")


def _words(at: Location, error: ErrorDetails) -> str:
    kind = error["type"]
    if kind in _SECTION_TYPES:
        if at and isinstance(at[-1], int):
            return f"a section like [[{_key(at[:-1])}]] is needed"
        return f"a section like [{_key(at)}] is needed"
    if kind == "string_pattern_mismatch":
        return _pattern(str(error.get("ctx", {}).get("pattern")))
    if kind in _WORDS:
        return _WORDS[kind]
    return _SUBJECT.sub("should ", error["msg"].removeprefix("Value error, "))


def _pattern(pattern: str) -> str:
    if not pattern.startswith(_NAME_PATTERN):
        return f"should match the pattern {pattern}"
    count = re.search(r"\{(\d+),(\d+)\}\$$", pattern)
    return f"{count[1]} to {count[2]} {_NAME_SIGNS}" if count else _NAME_SIGNS


def _key(location: Location) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")


def _walk(kind: Any, location: Location) -> tuple[Location, Any]:
    """Return the location without the names that pydantic gives to a union's branches.

    With it comes what the annotation at its end is, or None when it is not known.
    """
    kept: list[int | str] = []
    for part in location:
        branches = _branches(kind)
        if len(branches) > 1:
            kind = next((one for one in branches if _labels(one, part)), None)
            continue
        kept.append(part)
        kind = _inside(branches[0] if branches else None, part)
    branches = _branches(kind)
    return tuple(kept), branches[0] if len(branches) == 1 else None


def _branches(kind: Any) -> list[Any]:
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        return [one for one in get_args(kind) if one is not type(None)]
    return [kind]


def _labels(branch: Any, label: int | str) -> bool:
    (plain, *_) = _branches(branch)
    name = getattr(get_origin(plain) or plain, "__name__", "")
    return bool(name) and name in str(label)


def _inside(kind: Any, part: int | str) -> Any:
    """Return what stands under `part` in a section, a table or a list."""
    if _is_model(kind):
        field = kind.model_fields.get(part)
        return field.annotation if field else None
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return arguments[1]
    return arguments[0] if arguments else None


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _shown(location: Location, value: Any, secrets: Set[str]) -> str:
    if isinstance(value, SecretStr) or any(part in secrets for part in location):
        return "(hidden)"
    if isinstance(value, dict | BaseModel):
        return "(section)"
    if isinstance(value, list | tuple):
        return "(list)"
    return ascii(value)[:_LONGEST_VALUE_SHOWN]
