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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Café Latte  1  1.95   1.95 0\nTotal 1.95", [("Café Latte", "1", "1.95")]),
        ("Apfel 1kg   2,58 A\nSumme 2,58", [("Apfel 1kg", None, "2.58")]),
        ("2 Ayran 0,25  4,00\nSumme 4,00", [("Ayran 0,25", "2", "4.00")]),
        ("2 Brezel 0,75  1,50\nSumme 1,50", [("Brezel", "2", "1.50")]),
        (
            "First Flush 100g\n 3 x EP 8,90  7%  26,70\nSumme 26,70",
            [("First Flush 100g", "3", "26.70")],
        ),
        ("Teesieb  12,90\n  EP 12,90  19%\nSumme 12,90", [("Teesieb", None, "12.90")]),
        ("凉茶310ml  3罐  24.00\n合计 24.00", [("凉茶310ml", "3", "24.00")]),
        ("五花肉\n  2100340 26.80*1.234  33.07\n合计 33.07", [("五花肉", "1.234", "33.07")]),
        (
            "牛肉面(大)*1  18.00\n加蛋*2  4.00\n合计 22.00",
            [("牛肉面(大)", "1", "18.00"), ("加蛋", "2", "4.00")],
        ),
        ("面包 2 11\n矿泉水 1 2\n总计 13", [("面包", "2", "11"), ("矿泉水", "1", "2")]),
        ("牛奶\n  3.5 x 4 =  14.00\n合计 14.00", [("牛奶", "4", "14.00")]),
        ("鱼  1  9.00\n菜品金额  9.00\n税  0.54\n合计 9.54", [("鱼", "1", "9.00")]),
        ("1.红牛\n  单价:5.00 数量:2 小计:10.00\n总额:10.00", [("红牛", "2", "10.00")]),
        ("Kartoffeln 2,5KG  2,49 B\nSumme 2,49", [("Kartoffeln 2,5KG", None, "2.49")]),
        ("可乐330ml*24  48.00\n合计 48.00", [("可乐330ml*24", None, "48.00")]),
        (
            "感冒灵10g*9袋\n批号:20260801 有效期:2028-07\n 2  15.80  31.60\n合计 31.60",
            [("感冒灵10g*9袋", "2", "31.60")],
        ),
        (
            "상품명  단가  수량  금액\n001 버섯 2팩\n 8801114160001  1,990  2  3,980#\n합계 3,980",
            [("버섯 2팩", "2", "3980")],
        ),
        ("*닭가슴살\n1,980 x 3\n      5,940\n합계 5,940", [("닭가슴살", "3", "5940")]),
        ("소보로빵\n 1,800 X 2 =  3,600\n합계 3,600", [("소보로빵", "2", "3600")]),
        (
            "123456 Milch  1,19\n223344 Brot  2,00\nSumme 3,19",
            [("Milch", None, "1.19"), ("Brot", None, "2.00")],
        ),
        (
            "4711 Kölnisch Wasser  9,99\nBrot  2,00\nSumme 11,99",
            [("4711 Kölnisch Wasser", None, "9.99"), ("Brot", None, "2.00")],
        ),
    ],
)
def test_layouts_of_other_tills(text: str, found: list[tuple[str, str | None, str | None]]) -> None:
    assert rows(text) == found
