import threading
import time

import pytest

from kiosk import sdl
from tests.kiosk.glass import Glass

_TAB = 9

pytestmark = [pytest.mark.screen, pytest.mark.xdist_group("kivy")]


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


def test_other_thread_can_end_the_sleep(glass: Glass) -> None:
    done: list[str] = []
    thread = threading.Thread(target=lambda: glass.app.later(lambda: done.append("x"), 0))
    thread.start()
    thread.join()
    glass.app.wake()
    glass.until(lambda: bool(done))
    assert done == ["x"]


def test_key_has_its_effect_in_the_next_frame(glass: Glass) -> None:
    from kiosk.idle import LONGEST_SLEEP_S  # noqa: PLC0415 (it opens the window)

    glass.frames(60)
    glass.app.pace(LONGEST_SLEEP_S)
    sdl.push_key(_TAB)  # as a keypad does: nothing but SDL's queue knows of it
    began = time.monotonic()
    glass.frames(1)
    assert glass.stage.focused
    assert time.monotonic() - began < LONGEST_SLEEP_S / 2
