"""kiosk/scan.py: a scanner is quick, a hand is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.enrolment.keys import shifted_from
from kiosk.scan import MOST_CHARACTERS, Scan

ENTER = 13


def typed(scan: Scan, text: str, *, each_s: float, began_s: float = 100.0) -> str | None:
    now_s = began_s
    for character in text:
        plain, shift = (" ", False) if character == " " else shifted_from(character)
        assert scan.key(ord(plain), ["shift"] if shift else [], now_s) is None
        now_s += each_s
    return scan.key(ENTER, [], now_s)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=4, max_size=200))
def test_whatever_a_scanner_types_is_read(text: str) -> None:
    assert typed(Scan(), text, each_s=0.004) == text


@pytest.mark.parametrize(
    ("text", "each_s", "read"),
    [
        ("20261121000387", 0.08, None),
        ("", 0.001, None),
        ("387", 0.001, ""),
        ("9" * 201, 0.001, ""),
        ("20261121000387", 0.03, "20261121000387"),
    ],
)
def test_a_hand_is_no_scan_and_a_scan_without_a_code_is_no_hand(
    text: str, each_s: float, read: str | None
) -> None:
    assert typed(Scan(), text, each_s=each_s) == read


def test_the_second_enter_of_a_scanner_is_not_a_hands() -> None:
    scan = Scan()
    assert typed(scan, "0387", each_s=0.004) == "0387"
    assert scan.key(ENTER, [], 100.02) == ""
    assert scan.key(ENTER, [], 101.0) is None


def test_a_key_before_a_scan_is_no_part_of_it() -> None:
    scan = Scan()
    assert typed(scan, "12", each_s=0.001, began_s=90.0) == ""
    scan.key(ord("x"), [], 99.0)
    assert typed(scan, "20261121000387", each_s=0.004) == "20261121000387"


def test_a_key_that_hangs_fills_no_memory() -> None:
    scan = Scan()
    for at in range(10_000):
        scan.key(ord("x"), [], 100 + at / 1000)
    assert len(scan._typed) == MOST_CHARACTERS + 1
    assert scan.key(ENTER, [], 110.0) == ""
    assert scan.key(ENTER, [], 111.0) is None
