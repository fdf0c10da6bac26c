import pytest

from tests.kiosk.glass import Glass

pytestmark = [pytest.mark.screen, pytest.mark.xdist_group("kivy")]


def test_shift_and_signs_change_the_keys(glass: Glass) -> None:
    glass.tap("face:3", "write", "key:a", "shift", "key:A", "shift", "symbols", "key:1", "key:。")
    glass.tap("symbols", "key:space", "key:b")
    assert glass.app.picture.note == "aA1。 b"


def test_erase_takes_the_last_character(glass: Glass) -> None:
    glass.tap("face:3", "write", "key:a", "key:b", "erase")
    assert glass.app.picture.note == "a"


def test_next_shopper_finds_small_letters(glass: Glass) -> None:
    glass.tap("face:3", "write", "shift", "symbols", "done", "finish", "face:3", "write")
    assert {"key:q", "key:m"} <= set(glass.app.targets())


def test_touch_between_two_keys_counts_for_one(glass: Glass) -> None:
    glass.tap("face:3", "write")
    boxes = glass.app.targets()
    assert boxes["key:q"][0] + boxes["key:q"][2] == pytest.approx(boxes["key:w"][0], abs=2)
