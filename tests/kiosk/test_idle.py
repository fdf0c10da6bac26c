import threading
import time
from random import Random

import pytest

from kiosk import sdl
from tests.kiosk.glass import Glass

_TAB = 9
_WAKE_UPS = 40

pytestmark = pytest.mark.screen


def test_kiosk_at_rest_turns_once_a_second_and_draws_nothing(glass: Glass) -> None:
    from kivy.core.window import Window  # noqa: PLC0415 (opens it: only after Kivy was set up)

    from kiosk.idle import LONGEST_SLEEP_S  # noqa: PLC0415 (it opens it too)

    glass.frames(60)  # all that the start had scheduled is done
    glass.app.pace(LONGEST_SLEEP_S)
    drawn: list[object] = []
    Window.bind(on_flip=drawn.append)
    began = time.monotonic()
    turns = 0
    while time.monotonic() - began < 2 * LONGEST_SLEEP_S:
        glass.frames(1)
        turns += 1
    Window.unbind(on_flip=drawn.append)
    assert turns <= 4  # Kivy's own clock would have turned 120 times
    assert not drawn


def test_no_wake_up_of_another_thread_is_slept_through(glass: Glass) -> None:
    from kiosk.idle import LONGEST_SLEEP_S  # noqa: PLC0415 (it opens the window)

    glass.frames(60)
    glass.app.pace(LONGEST_SLEEP_S)
    waits: list[float] = []
    random = Random(3)

    def wake_again_and_again() -> None:
        for _ in range(_WAKE_UPS):
            time.sleep(random.random() * 0.005)  # at any point of the screen's turn
            called, heard = time.monotonic(), threading.Event()
            glass.app.soon(heard.set)
            heard.wait(5)
            waits.append(time.monotonic() - called)

    thread = threading.Thread(target=wake_again_and_again)
    thread.start()
    glass.until(lambda: len(waits) == _WAKE_UPS, within_s=60)
    thread.join()
    assert max(waits) < LONGEST_SLEEP_S / 2


def test_wake_up_between_deciding_and_sleeping_counts(glass: Glass) -> None:
    from kiosk.idle import LONGEST_SLEEP_S, Idle  # noqa: PLC0415 (it opens the window)

    class Interrupted(Idle):
        """Hears another thread at the worst moment: when it looks how long it may sleep."""

        @property
        def longest_sleep_s(self) -> float:
            thread = threading.Thread(target=self.wake)
            thread.start()
            thread.join()
            return LONGEST_SLEEP_S

        @longest_sleep_s.setter
        def longest_sleep_s(self, _: float) -> None:
            """Stay as it is."""

    glass.frames(60)
    idle = Interrupted()
    began = time.monotonic()
    idle._idle()
    assert time.monotonic() - began < LONGEST_SLEEP_S / 2


def test_key_has_its_effect_in_the_next_frame(glass: Glass) -> None:
    from kiosk.idle import LONGEST_SLEEP_S  # noqa: PLC0415 (it opens the window)

    glass.frames(60)
    glass.app.pace(LONGEST_SLEEP_S)
    sdl.push_key(_TAB)  # as a keypad does: nothing but SDL's queue knows of it
    began = time.monotonic()
    glass.frames(1)
    assert glass.stage.focused
    assert time.monotonic() - began < LONGEST_SLEEP_S / 2
