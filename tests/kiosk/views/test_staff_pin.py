import pytest

from kiosk.staff import PinDigit, PinEntered, PinErased
from tests.kiosk.views.staff_pictures import staff_picture
from tests.kiosk.views.studio import Studio

pytestmark = pytest.mark.screen


def test_keys_tell_their_digits(studio: Studio) -> None:
    studio.resize(540, 960)
    studio.show(staff_picture("pin"))
    studio.told.clear()
    for name in ("digit:0", "digit:9", "erase", "pin_ok"):
        studio.stage.touch(name)
    assert studio.told == [PinDigit("0"), PinDigit("9"), PinErased(), PinEntered()]


def test_digits_are_dots(studio: Studio) -> None:
    studio.show(staff_picture("pin"))
    assert "••••" in [getattr(part, "said", "") for part in studio.parts()]


def test_locked_out_there_are_no_keys_but_the_way_back(studio: Studio) -> None:
    studio.show(staff_picture("locked out"))
    assert [one.name for one in studio.stage.touchables] == ["leave"]


def test_nothing_typed_cannot_be_entered(studio: Studio) -> None:
    studio.show(staff_picture("wrong pin"))
    assert "pin_ok" not in [one.name for one in studio.stage.touchables]
