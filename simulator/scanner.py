"""A barcode scanner for the real kiosk: it types through SDL's event queue, as a USB one does."""

from __future__ import annotations

from typing import Protocol

from kiosk import sdl
from kiosk.enrolment.keys import shifted_from

_ENTER = 13


class KeyTarget(Protocol):
    """A running kiosk, as far as a keyboard needs it."""

    def wake(self) -> None:
        """Look for keys at once."""


class Scanner:
    """Types texts; call it on the kiosk's own thread."""

    def __init__(self, app: KeyTarget) -> None:
        self._app = app

    def scan(self, text: str) -> None:
        """Type a text and Enter, as fast as a scanner does."""
        for character in text:
            plain, shift = shifted_from(character)
            sdl.push_key(ord(plain), shift=shift)
        sdl.push_key(_ENTER)
        self._app.wake()
