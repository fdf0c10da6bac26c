import pytest

from kiosk.staff import BrightnessTurned, LockAsked, RestartAsked, VolumeTurned
from kiosk.views.staff_menu import ROWS
from tests.kiosk.views.staff_pictures import FIGURES, staff_picture
from tests.kiosk.views.studio import Studio

pytestmark = pytest.mark.screen


def test_there_is_a_row_for_each_figure(studio: Studio) -> None:
    rows = FIGURES.rows("en")
    assert len(rows) == ROWS
    studio.resize(540, 960)
    studio.show(staff_picture("menu"))
    said = {getattr(part, "said", "") for part in studio.parts()}
    assert {words for row in rows for words in row} <= said


def test_keys_tell_what_they_say(studio: Studio) -> None:
    studio.show(staff_picture("menu"))
    studio.told.clear()
    for name in ("clean_60", "volume_down", "brightness_up", "restart"):
        studio.stage.touch(name)
    assert studio.told == [
        LockAsked(60),
        VolumeTurned(up=False),
        BrightnessTurned(up=True),
        RestartAsked(),
    ]


def test_what_the_terminal_lacks_is_not_offered(studio: Studio) -> None:
    studio.show(staff_picture("menu of a bare terminal"))
    names = [one.name for one in studio.stage.touchables]
    assert names == ["touch", "restart", "clean_30", "clean_60", "leave"]
