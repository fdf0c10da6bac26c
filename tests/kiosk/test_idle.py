import threading
import time

import pytest

from tests.kiosk.glass import Glass

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
