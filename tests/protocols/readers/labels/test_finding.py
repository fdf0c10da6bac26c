from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.labels.finding import joined, known_characters, labels_in, rank
from protocols.readers.labels.meaning import Meaning
from protocols.readers.receipt.line import read_line


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("合计数量:3 合计金额:84.37", ["合计数量", "合计金额"]),
        ("total items 3", ["total items"]),
        ("barolo 12,00", []),
        ("bar 12,00", ["bar"]),
        ("rückgeldbar", []),
        ("序 0387 機 03 員 1023", ["序", "機", "員"]),
        ("設計費 3", []),
        ("계란 30구", []),
    ],
)
def test_the_longest_label_decides_and_latin_ones_are_whole_words(
    text: str, labels: list[str]
) -> None:
    assert [found.label for found in labels_in(text)] == labels


def test_a_label_may_be_spaced_out_but_not_made_of_two_columns() -> None:
    assert [one.label for one in read_line("合    计：9.00").labels] == ["合计"]
    assert [one.label for one in read_line("商品    数量    金额").labels] == [
        "商品",
        "数量",
        "金额",
    ]
    assert [one.label for one in read_line("신용 카드 5,500").labels] == ["신용카드"]


def test_a_word_may_mean_different_things_in_two_languages() -> None:
    (found,) = labels_in("bar")
    assert found.means(Meaning.CASH)
    assert rank(Meaning.PAID, "实付金额") < rank(Meaning.PAID, "应付")
    assert rank(Meaning.PAID, "no such") > rank(Meaning.PAID, "应付")


def test_the_right_encoding_knows_more_words() -> None:
    said = "单号：0387 合计 15.97 实付 14.97 找零 收银员"
    wrong = said.encode("gb18030").decode("cp949", errors="replace")
    assert known_characters(said) > 4 * max(1, known_characters(wrong))


def test_inside_a_word_is_between_two_latin_letters() -> None:
    assert joined("total", 2)
    assert not joined("合计", 1)
    assert not joined("total", 0)


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_any_text_has_labels_in_order_and_apart(text: str) -> None:
    line = read_line(text)
    ends = [0]
    for found in line.labels:
        assert found.start >= ends[-1]
        assert line.text[found.start : found.end] == found.label
        ends.append(found.end)
