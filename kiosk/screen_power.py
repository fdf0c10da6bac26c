"""The panel out of hours: dark while the store is closed, lit by a touch and before it opens."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread

logger = logging.getLogger(__name__)

DARK_AFTER_S = 60.0
"""So long the closed screen is lit: when the store closes, and after each touch."""
_COMMAND_WITHIN_S = 10.0


class ScreenPower:
    """Decides when the panel is lit; `switch` does it."""

    def __init__(self, switch: Callable[[bool], None]) -> None:
        """`switch` is told True for light and False for dark, and only when that changes."""
        self._switch = switch
        self._closed = False
        self._dark_at: float | None = None
        self._lit = True

    @property
    def dark_at(self) -> float | None:
        """Return when to call `passed`, on the clock of `now`; None: not at all."""
        return self._dark_at

    @property
    def lit(self) -> bool:
        """Return whether there is light on the panel."""
        return self._lit

    def closed(self, closed: bool, now: float) -> None:
        """The screen says that the store is closed, or no longer."""
        if closed == self._closed:
            return
        self._closed = closed
        self._light(now)

    def touched(self, now: float) -> None:
        """Somebody touched the panel or a key."""
        if self._closed:
            self._light(now)

    def passed(self, now: float) -> None:
        """Time went by."""
        if self._dark_at is not None and now >= self._dark_at:
            self._dark_at = None
            self._set(lit=False)

    def stop(self) -> None:
        """Leave the panel lit: whoever comes next must see something."""
        self._dark_at = None
        self._set(lit=True)

    def _light(self, now: float) -> None:
        self._dark_at = now + DARK_AFTER_S if self._closed else None
        self._set(lit=True)

    def _set(self, *, lit: bool) -> None:
        if lit != self._lit:
            self._lit = lit
            self._switch(lit)


class Commands:
    """Switches a panel with two commands of the operator, one after the other in a thread."""

    def __init__(self, off: Sequence[str], on: Sequence[str]) -> None:
        self._commands = {False: tuple(off), True: tuple(on)}
        self._wanted: SimpleQueue[bool | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="screen power", daemon=True)
        self._thread.start()

    def switch(self, lit: bool) -> None:
        """Run the command for light or dark soon."""
        self._wanted.put(lit)

    def stop(self) -> None:
        """Run what is waiting and end."""
        self._wanted.put(None)
        self._thread.join(_COMMAND_WITHIN_S)

    def _run(self) -> None:
        while (on := self._wanted.get()) is not None:
            command = self._commands[on]
            try:
                subprocess.run(  # noqa: S603 (the operator's own command, without a shell)
                    command, check=True, capture_output=True, timeout=_COMMAND_WITHIN_S
                )
            except (OSError, subprocess.SubprocessError) as error:
                logger.warning("the screen does not switch %s: %s", "on" if on else "off", error)
