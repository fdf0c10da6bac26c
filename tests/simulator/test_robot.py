from pathlib import Path

import pytest

from simulator.robot import NotThere
from tests.kiosk.glass import kiosk_on_glass

pytestmark = pytest.mark.screen


def test_finger_touches_what_the_screen_shows(tmp_path: Path) -> None:
    with kiosk_on_glass(tmp_path) as glass:
        assert glass.robot.can_tap("face:4")
        glass.robot.tap("face:4")
        glass.until(lambda: glass.app.flow_state == "reasons")
        assert not glass.robot.can_tap("face:4")


def test_finger_finds_nothing_that_is_not_there(tmp_path: Path) -> None:
    with kiosk_on_glass(tmp_path) as glass:
        with pytest.raises(NotThere, match=r"submit is not on the screen; there are face:1"):
            glass.robot.tap("submit")
        assert glass.app.flow_state == "attract"


def test_finger_types_on_the_keys(tmp_path: Path) -> None:
    with kiosk_on_glass(tmp_path) as glass:
        glass.tap("face:3", "write", "script")
        glass.until(lambda: glass.robot.can_tap("key:q"))
        glass.robot.type("ok then")
        glass.until(lambda: glass.app.picture.note == "ok then")
        assert glass.app.flow_state == "note"
