import threading
import time

import pytest

from tests.kiosk.glass import Glass

pytestmark = [pytest.mark.screen, pytest.mark.xdist_group("kivy")]


def test_idle_kiosk_sleeps_instead_of_drawing(glass: Glass) -> None:
    glass.frames(5)
    used, began = time.process_time(), time.monotonic()
    rounds = 0
    while time.monotonic() - began < 0.5:
        glass.frames(1)
        rounds += 1
    assert rounds < 25  # Kivy's own clock goes round 30 times
    assert time.process_time() - used < time.monotonic() - began


def test_other_thread_can_end_the_sleep(glass: Glass) -> None:
    done: list[str] = []
    thread = threading.Thread(target=lambda: glass.app.later(lambda: done.append("x"), 0))
    thread.start()
    thread.join()
    glass.app.wake()
    glass.until(lambda: bool(done))
    assert done == ["x"]
