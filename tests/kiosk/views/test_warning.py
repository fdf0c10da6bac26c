from dataclasses import replace

import pytest

from kiosk.events import StillHereTapped
from tests.kiosk.views.studio import PICTURES, Studio

pytestmark = pytest.mark.screen


def test_touch_anywhere_means_that_somebody_is_there(studio: Studio) -> None:
    studio.resize(540, 960)
    studio.show(PICTURES["still there"])
    [key] = studio.stage.touchables
    assert (key.name, key.event) == ("still_here", StillHereTapped())
    assert key.hit.holds(1, 1) and key.hit.holds(539, 959)
    assert key.rect.height >= 56


def test_seconds_that_are_left_are_said(studio: Studio) -> None:
    studio.show(replace(PICTURES["still there"], language="en"))
    studio.stage.count_down(8)
    assert studio.stage._still_there._words.said == "Back to the start in 8 s"
