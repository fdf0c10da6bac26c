from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.labels.meaning import Meaning
from protocols.readers.receipt.line import fold, is_east_asian, read_line


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("合    计：9.00", "合计:9.00"),
        ("S U M M E   EUR", "summe   eur"),
        ("영수증 No.12", "영수증no.12"),
        ("ｺﾞｳｹｲ  ¥424", "ゴウケイ  ¥424"),
        ("单号：Ｎ２０２６", "单号:n2026"),
        ("İZMİR TOTAL", "İzmİr total"),
    ],
)
def test_a_line_is_compared_in_one_form(raw: str, text: str) -> None:
    assert read_line(raw).text == text


def test_what_is_read_comes_back_as_printed() -> None:
    line = read_line("单  号：Xs-１２  款台：03")
    (number, till) = line.labels
    assert (number.label, till.label) == ("单号", "款台")
    start = line.text.index("xs")
    assert line.as_printed(start, start + 5) == "Xs-12"
    assert line.value(number) == ":xs-12  "
    assert line.first() == number
    assert line.has(Meaning.TILL)


def test_a_label_in_the_middle_of_a_word_does_not_lead() -> None:
    line = read_line("红包优惠 -5.00")
    assert [one.label for one in line.labels] == ["优惠"]
    assert line.leading == ()
    assert read_line("苹果 3.00").first() is None


def test_folding_keeps_chinese_punctuation_and_drops_what_cannot_be_seen() -> None:
    assert fold("１３８\u200b００，（ＡＢ）") == "13800，（AB）"
    assert is_east_asian("합")
    assert not is_east_asian("A")


@given(st.text(max_size=400))
@settings(max_examples=80)
def test_places_point_into_the_printed_line(raw: str) -> None:
    line = read_line(raw)
    assert len(line.at) == len(line.text) + 1
    assert list(line.at) == sorted(line.at)
    assert line.at[-1] == len(line.printed)
