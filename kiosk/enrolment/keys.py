"""What a keyboard or a scanner types, of the keys that Kivy reports: always the US layout.

Scanners come with it, and SDL's own text input needs a window system that not every kiosk has.
"""

from __future__ import annotations

from collections.abc import Collection

ENTER = frozenset({13, 271})
"""Kivy's numbers of Enter and of the numeric keypad's."""
ERASE = 8
_KEYPAD_DIGITS = range(256, 266)
_KEYPAD_DOT = 266
_SHIFTED = dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))

_UNSHIFTED = {shifted: plain for plain, shifted in _SHIFTED.items()}


def character(key: int, modifiers: Collection[str]) -> str:
    """Return the character of a key, "" when it has none."""
    if key in _KEYPAD_DIGITS:
        return str(key - _KEYPAD_DIGITS.start)
    if key == _KEYPAD_DOT:
        return "."
    if not 32 < key < 127 or {"ctrl", "alt", "meta"} & set(modifiers):
        return ""
    plain = chr(key)
    if plain.isalpha():
        return plain.upper() if ("shift" in modifiers) != ("capslock" in modifiers) else plain
    return _SHIFTED.get(plain, plain) if "shift" in modifiers else plain


def shifted_from(typed: str) -> tuple[str, bool]:
    """Return which key types a character, and whether shift is held; ValueError for others."""
    if typed.isascii() and typed.isalpha():
        return typed.lower(), typed.isupper()
    if typed in _UNSHIFTED:
        return _UNSHIFTED[typed], True
    if "!" <= typed <= "~":
        return typed, False
    raise ValueError(f"no key types {typed!a}")
