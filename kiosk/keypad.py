"""The four keys that operate the whole kiosk: what they are called, and which key is which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

_NUMBERS = {
    "enter": 13,
    "numpadenter": 271,
    "tab": 9,
    "spacebar": 32,
    "backspace": 8,
    "escape": 27,
    "up": 273,
    "down": 274,
    "right": 275,
    "left": 276,
    "home": 278,
    "end": 279,
    "pageup": 280,
    "pagedown": 281,
    **{f"f{number}": 281 + number for number in range(1, 13)},
    **{f"numpad{digit}": 256 + digit for digit in range(10)},
    **{character: ord(character) for character in "0123456789abcdefghijklmnopqrstuvwxyz"},
}
"""Kivy's number of each key; a test compares them."""
_TYPED = frozenset(
    ["spacebar", *(name for name in _NUMBERS if len(name) == 1 or name.startswith("numpad"))]
) - {"numpadenter"}


class PadKey(StrEnum):
    """What a key of the keypad means."""

    BACK = "back"
    NEXT = "next"
    OK = "ok"
    MENU = "menu"


def _known(name: str) -> str:
    if name not in _NUMBERS:
        raise ValueError(f"should be one of {', '.join(_NUMBERS)}")
    return name


KeyName = Annotated[str, AfterValidator(_known)]
KeyNames = Annotated[tuple[KeyName, ...], Field(min_length=1, max_length=8)]
OneByte = Annotated[str, Field(min_length=1, max_length=1, pattern=r"^[\x00-\x7f]$")]


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UsbKeys(_Keys):
    """The keys of a USB keypad, which is a keyboard to the computer."""

    back: KeyNames = ("left", "up")
    next: KeyNames = ("right", "down", "tab")
    ok: KeyNames = ("enter", "numpadenter")
    menu: KeyNames = ("f1", "escape")

    @model_validator(mode="after")
    def _each_once(self) -> UsbKeys:
        names = [name for _, name in self._pairs()]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"one key, one meaning: {', '.join(twice)} has several")
        return self

    def meanings(self) -> Mapping[int, PadKey]:
        """Return what each key means, by Kivy's number of it."""
        return {_NUMBERS[name]: meaning for meaning, name in self._pairs()}

    def typed(self) -> str:
        """Return those of its keys that a scanner types too."""
        names = (name for _, name in self._pairs())
        return ", ".join(name for name in names if name in _TYPED)

    def _pairs(self) -> Iterator[tuple[PadKey, str]]:
        for meaning in PadKey:
            yield from ((meaning, name) for name in getattr(self, meaning))


class SerialKeys(_Keys):
    """The byte that each key of a serial keypad sends."""

    back: OneByte = "b"
    next: OneByte = "n"
    ok: OneByte = "o"
    menu: OneByte = "m"

    @model_validator(mode="after")
    def _each_once(self) -> SerialKeys:
        if len(self.meanings()) < len(PadKey):
            raise ValueError("each key should send a byte of its own")
        return self

    def meanings(self) -> Mapping[int, PadKey]:
        """Return what each byte means."""
        return {ord(getattr(self, meaning)): meaning for meaning in PadKey}
