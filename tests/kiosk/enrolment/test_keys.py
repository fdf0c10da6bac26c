import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.enrolment.keys import character, shifted_from


def test_a_us_keyboard_types_everything_that_a_qr_code_says() -> None:
    assert character(ord("a"), []) == "a"
    assert character(ord("a"), ["shift"]) == "A"
    assert character(ord("a"), ["capslock"]) == "A"
    assert character(ord("a"), ["capslock", "shift"]) == "a"
    assert character(ord("1"), ["numlock"]) == "1"
    assert character(ord(";"), ["shift"]) == ":"
    assert character(ord("/"), ["shift"]) == "?"
    assert character(ord("5"), ["shift"]) == "%"
    assert [character(256 + digit, []) for digit in range(10)] == list("0123456789")
    assert character(266, []) == "."


@pytest.mark.parametrize("key", [0, 8, 9, 13, 27, 32, 127, 273, 304, 1073741824])
def test_other_keys_type_nothing(key: int) -> None:
    assert character(key, []) == ""


@pytest.mark.parametrize("held", ["ctrl", "alt", "meta"])
def test_shortcuts_type_nothing(held: str) -> None:
    assert character(ord("c"), [held]) == ""


@pytest.mark.parametrize("typed", string.ascii_letters + string.digits + string.punctuation)
def test_every_character_has_a_key(typed: str) -> None:
    plain, shift = shifted_from(typed)
    assert character(ord(plain), ["shift"] if shift else []) == typed


@given(st.integers(-10, 2**31), st.lists(st.text(max_size=8), max_size=3))
def test_any_key_is_one_printable_character_or_none(key: int, held: list[str]) -> None:
    typed = character(key, held)
    assert typed == "" or (len(typed) == 1 and "!" <= typed <= "~")


def test_what_no_key_types_is_refused() -> None:
    with pytest.raises(ValueError, match="no key types"):
        shifted_from("过")
