import time

import pytest

from tests.kiosk.views.studio import Studio

pytestmark = pytest.mark.screen


def test_entrance_ends_where_the_screen_belongs(studio: Studio) -> None:
    from kiosk.layout import Canvas  # noqa: PLC0415
    from kiosk.views import theme  # noqa: PLC0415
    from kiosk.views.entrance import Entrance  # noqa: PLC0415

    entrance = Entrance()
    entrance.play(Canvas(540, 960), theme.BACKGROUND)
    assert entrance.moving
    assert entrance._shift.y < 0
    ends = time.monotonic() + 5
    while entrance.moving and time.monotonic() < ends:
        studio.frames(1)
    assert not entrance.moving
    assert entrance._shift.y == 0
    assert tuple(entrance._veil.size) == (0, 0)
