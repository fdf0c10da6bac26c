from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.readers.receipt.tail import tail_of


@pytest.mark.parametrize(
    ("line", "words", "numbers"),
    [
        ("农夫山泉550ml  2  4.00", "农夫山泉550ml", ["2", "4.00"]),
        ("6901234567892  2 x 2.00 = 4.00", "", ["2", "2.00", "4.00"]),
        ("Pils 0,5l      4,50    9,00 A", "Pils 0,5l", ["4.50", "9.00"]),
        ("  0,856 kg x 1,99 EUR/kg", "", ["0.856", "1.99"]),
        ("鮮乳936ml   1   92TX", "鮮乳936ml", ["1", "92"]),
        ("Batterie 5A", "Batterie 5A", []),
        ("肥牛  x2  76.00", "肥牛", ["2", "76.00"]),
        ("Schrauben 5x20  0,99 A", "Schrauben 5x20", ["0.99"]),
        ("Thank you", "Thank you", []),
        ("Zeitung          € 2,80", "Zeitung", ["2.80"]),
        ("Brot  EUR  2,80", "Brot", ["2.80"]),
    ],
)
def test_words_and_numbers(line: str, words: str, numbers: list[str]) -> None:
    tail = tail_of(line, comma="," in line)
    assert (tail.words, [one.text for one in tail.numbers]) == (words, numbers)


def test_a_sign_between_two_numbers_multiplies() -> None:
    assert tail_of("2 x 1,99", comma=True).multiplies
    assert not tail_of("肥牛 x2 76.00", comma=False).multiplies
    assert not tail_of("鮮乳 1 92TX", comma=False).multiplies


def test_three_digits_after_a_mark_are_a_weight_or_thousands() -> None:
    assert tail_of("苹果 0.856 8.47", comma=False).numbers[0].text == "0.856"
    assert tail_of("새우깡 1,500", comma=False).numbers[0].text == "1500"
    assert tail_of("Äpfel 1,250 3,11", comma=True).numbers[0].text == "1.250"


@given(st.text(max_size=80), st.booleans())
def test_any_line_has_a_tail(line: str, comma: bool) -> None:
    tail = tail_of(line, comma=comma)
    assert len(tail.numbers) <= 12
