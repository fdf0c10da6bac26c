"""Sleeps until something happens: Kivy itself wakes 60 times a second to find nothing to do.

Measured on the same machine: 60 frames a second cost 1.3 to 1.8 % of a core, this 0.0 %. Without a
display it also waits for each frame, as a panel makes one wait.
"""

from __future__ import annotations

import threading

from kivy.clock import Clock
from kivy.core.window import Window

from kiosk import sdl

# SDL notices SIGTERM only when it looks for events.
LONGEST_SLEEP_S = 1.0
_FRAME_S = 1 / 60


class Idle:
    """Takes the place of `Clock.idle`."""

    def __init__(self) -> None:
        self.longest_sleep_s = LONGEST_SLEEP_S
        self._woken = threading.Event()
        self._blocks = sdl.has_display()

    def install(self) -> None:
        """Sleep in this way from now on."""
        Clock.idle = self._idle
        # Kivy reads SDL's queue after the sleep that should have delivered it: go round at once.
        Window.bind(on_mouse_down=self._stay_awake, on_mouse_up=self._stay_awake)
        Window.bind(on_mouse_move=self._stay_awake)
        if not self._blocks:
            Window.bind(on_flip=_drawn)

    def wake(self) -> None:
        """End the sleep, from any thread."""
        self._woken.set()
        if self._blocks:
            sdl.push_wake_up()

    def _stay_awake(self, *_: object) -> None:
        self._woken.set()

    def _idle(self) -> float:
        now: float = Clock.time()
        due = Clock._last_tick + _FRAME_S
        # A key has its effect where SDL's queue is read, after the frame: then the next one is due.
        if not Window.canvas.needs_redraw:
            due = max(due, Clock.get_min_timeout())
        sleep_s = min(due - now, self.longest_sleep_s)
        if sleep_s > 0 and not self._woken.is_set():
            if self._blocks:
                sdl.wait_for_event(round(sleep_s * 1000))
            else:  # nothing comes by itself without a display: whoever pushes an event wakes us
                self._woken.wait(sleep_s)
        self._woken.clear()
        now = Clock.time()
        Clock._dt = now - Clock._last_tick
        Clock._last_tick = now
        return now


def _drawn(*_: object) -> None:
    """Wait until the flipped frame is drawn: without a display Mesa would gather it for later.

    It gathered 2 GB at 1080x1920, until one tap waited many seconds for all of it (measured).
    """
    sdl.finish_drawing()
