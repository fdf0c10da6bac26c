from pathlib import Path

import pytest
from pydantic import ValidationError

from kiosk import keypad
from kiosk.keypad import PadKey, SerialKeys, UsbKeys
from tests.kiosk.glass import open_surface


@pytest.mark.screen
def test_numbers_are_kivy_s_own(tmp_path: Path) -> None:
    open_surface(tmp_path)
    from kivy.core.window import Keyboard  # noqa: PLC0415 (opens the window)

    assert {name: Keyboard.keycodes[name] for name in keypad._NUMBERS} == keypad._NUMBERS


def test_every_key_has_its_meaning() -> None:
    meanings = UsbKeys().meanings()
    assert set(meanings.values()) == set(PadKey)
    assert meanings[13] is PadKey.OK
    assert SerialKeys().meanings() == {
        ord("b"): PadKey.BACK,
        ord("n"): PadKey.NEXT,
        ord("o"): PadKey.OK,
        ord("m"): PadKey.MENU,
    }


def test_one_key_cannot_mean_two_things() -> None:
    with pytest.raises(ValidationError, match="one meaning: enter has several"):
        UsbKeys(menu=("enter",))
    with pytest.raises(ValidationError, match="a byte of its own"):
        SerialKeys(menu="o")


def test_unknown_key_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValidationError, match="should be one of enter, numpadenter"):
        UsbKeys(ok=("any",))
    with pytest.raises(ValidationError):
        SerialKeys(ok="中")
