from __future__ import annotations

import pytest

from protocols.readers.receipt.goods import goods
from protocols.readers.receipt.page import read_page


def rows(text: str, *, refund: bool = False) -> list[tuple[str, str | None, str | None]]:
    page = read_page(text.splitlines())
    return [(one.name, one.quantity, one.amount) for one in goods(page, refund=refund)]


@pytest.mark.parametrize(
    "text",
    [
        "商品  数量  金额\n苹果  2  4.00\n合计  4.00",
        "品名  单价  数量  金额\n苹果  2.00  2  4.00\n合计  4.00",
        "苹果\n  6901234567892  2.00  2  4.00\n合计  4.00",
        "苹果\n  2 x 2.00  4.00\n合计  4.00",
        "2 x 苹果  4.00\n合计  4.00",
        "1. 苹果  2  4.00\n合计  4.00",
        "苹果  4.00\n  2 x 2.00\n合计  4.00",
        "  2 x 2.00\n苹果  4.00\n合计  4.00",
        "商品  数量  价格\n苹果  2  4.00\n小计  4.00\n合计  4.00",
        "商品  数量  单价\n苹果  2  2.00\n合计  4.00",
        "苹果  x2  4.00\n合计  4.00",
        "苹果  2  4.00\n会员优惠  -1.00\n合计  3.00",
        "2026-11-21 18:42\n苹果  2  4.00\n小计  4.00\nA local tax  1.30\n合计  5.30",
    ],
)
def test_one_piece_of_goods_in_many_layouts(text: str) -> None:
    assert rows(text) == [("苹果", "2", "4.00")]


def test_a_sentence_is_no_heading_and_an_amount_alone_no_goods() -> None:
    text = "김밥  1  1,200\n금  액  1,200원\n합계  1,200\n* 표시 상품은 부가세 면세품목입니다."
    assert rows(text) == [("김밥", "1", "1200")]


def test_places_in_a_list_are_no_quantities() -> None:
    assert rows("1 Brot 2,00\n2 Milch 1,00\n3 Eier 3,00\nSumme 6,00") == [
        ("Brot", None, "2.00"),
        ("Milch", None, "1.00"),
        ("Eier", None, "3.00"),
    ]
    assert rows("3 Brot 2,00\n1 Milch 1,00\nSumme 3,00")[0] == ("Brot", "3", "2.00")


def test_a_street_is_no_goods_and_a_size_is_part_of_a_name() -> None:
    assert rows("Main Street 12\nRice 5kg  1  45.80\nTOTAL 45.80") == [("Rice 5kg", "1", "45.80")]


def test_what_stays_unclear_stays_open() -> None:
    assert rows("Brot  2,00  5,00\nSumme 5,00") == [("Brot", None, "5.00")]


def test_goods_may_be_named_like_a_field() -> None:
    assert rows("Table water  2.50\nTOTAL 2.50") == [("Table water", None, "2.50")]


def test_goods_brought_back_are_negative() -> None:
    text = "1 Jeans  -49,95\nSumme -49,95"
    assert rows(text, refund=True) == [("Jeans", "1", "-49.95")]
    assert rows(text) == []
