"""Shoppers who press the keys of a button box at the service desk, in a thread of its own."""

from __future__ import annotations

import threading
from pathlib import Path
from random import Random

from protocols.readers.keypad_profiles import KEYPADS
from simulator.keypad import Keypad

PROFILE = "ascii_digit"
BETWEEN_PRESSES_S = (7.0, 14.0)
# Most people who press a key are content.
_KEYS = "5554443321"


class KeypadLine:
    """Presses keys until closed; a box of this kind remembers nothing."""

    def __init__(
        self, port: Path, *, seed: int, between_s: tuple[float, float] = BETWEEN_PRESSES_S
    ) -> None:
        """Make the line, with `port` as a link to the end that a gateway opens."""
        self._between_s = between_s
        self._keypad = Keypad(port, KEYPADS[PROFILE])
        self._random = Random(seed)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._press, name=f"keypad {port}", daemon=True)
        self.pressed = 0

    def open(self) -> None:
        """Let shoppers come."""
        self._thread.start()

    def rest(self) -> None:
        """Let nobody come any more."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def close(self) -> None:
        """Take the line away, as a pulled plug does."""
        self.rest()
        self._keypad.close()

    def _press(self) -> None:
        while not self._closing.wait(self._random.uniform(*self._between_s)):
            self._keypad.press(self._random.choice(_KEYS))
            self.pressed += 1
