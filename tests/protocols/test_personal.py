from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.personal import (
    EMAIL,
    is_card,
    is_chinese_identity,
    is_chinese_mobile,
    is_iban,
    is_taiwanese_identity,
    luhn,
)


def test_luhn_as_in_the_standard() -> None:
    assert luhn("79927398713")
    assert not luhn("79927398710")


@pytest.mark.parametrize(
    ("digits", "card"),
    [
        ("4111111111111111", True),
        ("378282246310005", True),
        ("6222021234567890129", False),
        ("0000000000000000", False),
        ("411111111111", False),
    ],
)
def test_a_card_has_length_beginning_and_check_digit(digits: str, card: bool) -> None:
    assert is_card(digits) is card


def test_identity_numbers_have_a_birthday_and_a_check_character() -> None:
    # The examples of GB 11643-1999 and of Taiwan's ministry.
    assert is_chinese_identity("11010519491231002X")
    assert is_chinese_identity("11010519491231002x")
    assert not is_chinese_identity("110105194912310021")
    assert not is_chinese_identity("110105194913310020")
    assert is_taiwanese_identity("A123456789")
    assert not is_taiwanese_identity("A123456788")


def test_mobiles_accounts_and_mail() -> None:
    assert is_chinese_mobile("13800138000")
    assert not is_chinese_mobile("12800138000")
    assert is_iban("DE89370400440532013000")
    assert not is_iban("DE88370400440532013000")
    assert EMAIL.search("write to a.b@c.example.org") is not None


@given(st.text(max_size=30))
def test_any_text_is_judged(text: str) -> None:
    judged = (is_chinese_identity(text), is_taiwanese_identity(text), is_chinese_mobile(text))
    assert sum(judged) <= 1
