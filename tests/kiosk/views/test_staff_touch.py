import pytest

from kiosk.views.staff import StaffScreen
from kiosk.views.staff_touch import StaffTouch
from tests.kiosk.views.staff_pictures import staff_picture
from tests.kiosk.views.studio import Studio

pytestmark = pytest.mark.screen


def page(studio: Studio) -> StaffTouch:
    screen = studio.stage._screen
    assert isinstance(screen, StaffScreen)
    shown = screen._page
    assert isinstance(shown, StaffTouch)
    return shown


@pytest.mark.parametrize("size", [(540, 960), (800, 480)])
def test_every_field_feels_a_finger_and_all_of_them_are_well(
    studio: Studio, size: tuple[int, int]
) -> None:
    studio.resize(*size)
    studio.show(staff_picture("pin"))
    studio.show(staff_picture("touch test"))
    test = page(studio)
    assert test.felt == 0
    for field in test._fields:
        studio.stage._screen.stroke(*field.rect.centre)  # type: ignore[union-attr]
    assert test.felt == len(test._fields)
    assert test._count.said == "All well"


def test_cross_is_where_the_finger_is_and_a_new_test_begins_anew(studio: Studio) -> None:
    studio.resize(540, 960)
    studio.show(staff_picture("pin"))
    studio.show(staff_picture("touch test"))
    test = page(studio)
    test.stroke(100, 200)
    for line in test._cross:
        x, y = line.pos
        width, height = line.size
        assert (x + width / 2, y + height / 2) == (100, 200)
    studio.show(staff_picture("menu"))
    studio.show(staff_picture("touch test"))
    assert page(studio).felt == 0
