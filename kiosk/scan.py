"""What a scanner types: many characters and Enter, quicker than any hand. Pure.

A scanner that is a keyboard to the computer sends a code as keys in the US layout, Enter at the
end. The four keys of the keypad are keyboard keys too; a person presses them one by one.
"""

from __future__ import annotations

from collections.abc import Collection

from kiosk.enrolment.keys import ENTER, character

# Scanners take 1 to 30 ms a character by their settings; quick typists 80 ms.
SLOWEST_S = 0.05
LEAST_CHARACTERS = 4
MOST_CHARACTERS = 200
SPACE = 32


class Scan:
    """Keys as they come."""

    def __init__(self) -> None:
        self._typed = ""
        self._last_s = 0.0

        self._ended = False

    def key(self, number: int, modifiers: Collection[str], now_s: float) -> str | None:
        """Take Kivy's number of a key; return the code that this Enter ends.

        None: it may be a hand's. "": it is the scanner's Enter, and there is no code: what it typed
        is too short or too long, or it sends two (CR and LF). Neither may be taken for a hand's OK.
        """
        if now_s - self._last_s > SLOWEST_S:
            self._typed, self._ended = "", False
        self._last_s = now_s
        if number in ENTER:
            typed, self._typed = self._typed, ""
            self._ended = self._ended or bool(typed)
            code = typed if LEAST_CHARACTERS <= len(typed) <= MOST_CHARACTERS else ""
            return code if self._ended else None
        sign = " " if number == SPACE else character(number, modifiers)
        # One more than allowed marks what is too long, and no more is kept.
        self._typed = (self._typed + sign)[: MOST_CHARACTERS + 1]
        return None
