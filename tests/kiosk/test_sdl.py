import pytest

from kiosk import sdl
from tests.kiosk.glass import Glass

pytestmark = pytest.mark.screen


def test_pushed_touch_arrives_like_one_of_the_panel(glass: Glass) -> None:
    x, y, width, height = glass.app.targets()["face:3"]
    sdl.push_touch(round(x + width / 2), round(y + height / 2), down=True)
    glass.frames(2)
    assert glass.app.flow_state == "attract"
    sdl.push_touch(round(x + width / 2), round(y + height / 2), down=False)
    glass.until(lambda: glass.app.flow_state == "reasons")


def test_wake_up_event_is_swallowed(glass: Glass) -> None:
    sdl.push_wake_up()
    glass.frames(2)
    assert glass.app.flow_state == "attract"


@pytest.mark.parametrize(("driver", "shown"), [("offscreen", False), ("x11", True)])
def test_only_drivers_that_show_frames_have_a_display(
    driver: str, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", driver)
    assert sdl.has_display() is shown
