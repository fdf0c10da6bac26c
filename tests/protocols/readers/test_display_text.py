import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.display_text import LONGEST_NAME, Lamp, Shown, goods_or_total


def total(amount: str) -> Shown:
    return Shown(name=None, amount=amount)


def goods(name: str, amount: str) -> Shown:
    return Shown(name=name, amount=amount)


@pytest.mark.parametrize(
    ("upper", "lower", "amount"),
    [
        ("合计:", "￥14.97", "14.97"),
        ("合   计      14.97", "", "14.97"),
        ("总计(3件)  14.97", "", "14.97"),
        ("應付金額", "NT$ 1,250", "1250"),
        ("應付", "NT$ 1,250", "1250"),
        ("Total        $12.34", "", "12.34"),
        ("AMOUNT DUE", "1,234.50", "1234.50"),
        ("Summe EUR    1.234,50", "", "1234.50"),
        ("Zu zahlen", "12,34 EUR", "12.34"),
        ("합계        3,500원", "", "3500"),
        ("받을금액", "12,000", "12000"),
        ("받을 금액  12,000", "", "12000"),
        ("合計     ¥1,080", "", "1080"),
        ("お会計", "1,080円", "1080"),
        ("TOTAL 12.00", "CASH 20.00", "12.00"),
        ("收款: 20.00", "合计: 12.00", "12.00"),
        ("谢谢惠顾", "合计 12.00", "12.00"),
        ("** TOTAL **  7.5", "", "7.5"),
        ("件数:3  合计:14.97", "", "14.97"),
        ("共3件 应付 14.97", "", "14.97"),
        ("应收:14.97 收款:20", "找零:5.03", "14.97"),
        ("Items 3 Total 12.00", "", "12.00"),
        ("受取 ", "合計 1,080", "1080"),
    ],
)
def test_totals_in_six_languages(upper: str, lower: str, amount: str) -> None:
    assert goods_or_total((upper, lower)) == total(amount)


@pytest.mark.parametrize(
    ("upper", "lower", "name", "price"),
    [
        ("农夫山泉550ml", "          2.00", "农夫山泉550ml", "2.00"),
        ("农夫山泉550ml  2.00", "", "农夫山泉550ml", "2.00"),
        ("Coca Cola 0,5l", "2 x 1,99      3,98", "Coca Cola 0,5l", "3.98"),
        ("Äpfel rot", "0,512 kg  2,99 EUR", "Äpfel rot", "2.99"),
        ("FAGE Total 0%", "$2.49", "FAGE Total 0%", "2.49"),
        ("TOTAL YOGHURT", "2.49", "TOTAL YOGHURT", "2.49"),
        ("2 TOTAL YOGHURT 4.98", "", "2 TOTAL YOGHURT", "4.98"),
        ("Cash-Nuts 100g", "2.99", "Cash-Nuts 100g", "2.99"),
        ("总统黄油 18.80", "", "总统黄油", "18.80"),
        ("Barilla", "1.99", "Barilla", "1.99"),
        ("신라면", "3,500", "신라면", "3500"),
        ("おにぎり", "¥130", "おにぎり", "130"),
        ("可乐 3.50", "合计 12.00", "可乐", "3.50"),
        ("可乐 3.50", "小计 12.00", "可乐", "3.50"),
        ("2.00", "农夫山泉", "农夫山泉", "2.00"),
        ("单价:3.50 数量:2", "可乐", "可乐", "3.50"),
    ],
)
def test_goods_with_their_price(upper: str, lower: str, name: str, price: str) -> None:
    assert goods_or_total((upper, lower)) == goods(name, price)


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("", ""),
        ("WELCOME", "TO OUR STORE"),
        ("欢迎光临", ""),
        ("找零", "8.00"),
        ("Change      8.00", ""),
        ("Rückgeld", "5,03 EUR"),
        ("거스름돈", "500"),
        ("お釣り", "¥20"),
        ("小计  12.00", ""),
        ("CASH", "20.00"),
        ("TOTAL", ""),
        ("TOTAL 0.00", ""),
        ("12.00", ""),
        ("Heute Bananen", "nur 1,99 das kg"),
        ("可乐", "-3.50"),
        ("2026-11-22", "18:42"),
        ("合计件数", "3"),
        ("Total items", "3"),
        ("TOTAL DISCOUNT 1.00", ""),
        ("收款:20.00 找零:5.03", ""),
    ],
)
def test_all_else_is_neither(upper: str, lower: str) -> None:
    assert goods_or_total((upper, lower)) is None


def test_lamps_say_what_bare_digits_are() -> None:
    shown = [goods_or_total(("    12.50", ""), lamp) for lamp in Lamp]
    assert shown == [goods("", "12.50"), total("12.50"), None, None]


def test_no_shopper_is_named() -> None:
    shown = goods_or_total(("会员 13800138000", "12.00"))
    assert shown is None or "13800138000" not in (shown.name or "")


LINE = st.one_of(
    st.text(max_size=24),
    st.lists(
        st.sampled_from(
            ["合计", "total", "12.00", "1,234", "x", "可乐", "-", ".", "€", " ", "找零"]
        ),
        max_size=6,
    ).map("".join),
)


@given(LINE, LINE, st.sampled_from([None, *Lamp]))
@settings(max_examples=200)
def test_any_lines_give_a_positive_amount_or_nothing(
    upper: str, lower: str, lamp: Lamp | None
) -> None:
    shown = goods_or_total((upper, lower), lamp)
    if shown is not None:
        assert float(shown.amount) > 0
        assert shown.name is None or len(shown.name) <= LONGEST_NAME
