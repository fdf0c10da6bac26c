from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.readers.receipt.amounts import amounts, best_amount, decimal_text, uses_comma


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (": 15.97", ["15.97"]),
        ("1.234,50", ["1234.50"]),
        ("1,234.50", ["1234.50"]),
        ("12,500원", ["12500"]),
        ("3件 15.97元", ["3", "15.97"]),
        ("5,30-", ["-5.30"]),
        ("¥ -1.00", ["-1.00"]),
        ("18:42 21.11.2026", []),
        ("10% 95折", []),
        ("****1234", []),
        ("***12.50", ["12.50"]),
        ("a12 no.5", []),
    ],
)
def test_amounts_as_tills_write_them(text: str, found: list[str]) -> None:
    assert amounts(text) == found


def test_cents_are_better_than_a_count() -> None:
    assert best_amount(["15.97", "3"]) == "15.97"
    assert best_amount(["3", "162"]) == "162"
    assert best_amount([]) is None
    assert decimal_text("1'234.50", negative=True) == "-1234.50"


def test_a_receipt_uses_one_mark() -> None:
    assert uses_comma(["Summe 9,99", "2 x 1,10"])
    assert not uses_comma(["Total 9.99", "1,234"])


@given(st.text(alphabet="0123456789.,-¥€ %:x", max_size=40))
def test_any_text_gives_decimal_text(text: str) -> None:
    assert all(float(amount) is not None for amount in amounts(text))
