from __future__ import annotations

import pytest

from protocols.readers.receipt.money import currency, discount, slip_amount, sums, total
from protocols.readers.receipt.page import read_page


def total_of(*lines: str) -> str | None:
    return total(sums(read_page(lines)))


@pytest.mark.parametrize(
    ("lines", "amount"),
    [
        (["合计: 15.97", "会员优惠: -1.00", "实付: 14.97"], "14.97"),
        (["合   计：￥15.97"], "15.97"),
        (["小计 9.00", "总计 8.50"], "8.50"),
        (["应收 47.40", "实付 100.00", "找零 52.60"], "47.40"),
        (["合计 53.40", "优惠 -0.50", "实付 52.90", "现金 100.00", "找零 47.10"], "52.90"),
        (["合计 15.97", "优惠 1.00", "实付 20.00", "找零 5.03"], "14.97"),
        (["实付 52.90", "现金 100.00", "找零 47.10"], "52.90"),
        (["合计 47.40", "实收 100.00", "找零 52.60"], "47.40"),
        (["应收 15.97", "实付 14.97", "找零 0.00"], "14.97"),
        (["应付金额 47.40", "实付金额 50.00", "找零 2.60"], "47.40"),
        (["合计 15.97", "优惠 -1.00", "微信支付 14.97"], "14.97"),
        (["合计 15.97", "优惠 -1.00", "总计 14.97"], "14.97"),
        (["合计数量 3", "合计金额 1,234.50"], "1234.50"),
        (["应收   实收   找零", "4.00  10.00  6.00"], "4.00"),
        (["应收:47.40 实收:100.00 找零:52.60"], "47.40"),
        (["Subtotal 13.24", "TAX 1.06", "TOTAL $14.30", "Cash 20.00", "Change 5.70"], "14.30"),
        (["Zwischensumme 10,00", "Summe EUR 1.014,30", "Gegeben 2.000,00"], "1014.30"),
        (["Zu zahlen 9,99"], "9.99"),
        (["Summe inkl. MwSt 14,30", "Bar 20,00", "Rückgeld -5,70"], "14.30"),
        (["Total incl. 19% VAT 14.30"], "14.30"),
        (["SUMME 5,32", "Gesamtbetrag 4,85 0,47 5,32"], "5.32"),
        (["합   계 : 12,500원"], "12500"),
        (["合計  $162"], "162"),
        (["TOTAL", "14.30"], "14.30"),
        (["合计 3件 15.97"], "15.97"),
        (["应收金额 28,888.00", "优惠金额 888.00", "实收金额 28,000.00"], "28000.00"),
        (["合计人民币:31.5元"], "31.5"),
        (["합계 64,000", "단체할인 10% -6,400", "결제하실 금액 57,600"], "57600"),
        (["zu zahlen 17,95", "Gutschein 10,00", "Bar 10,00", "zurück 2,05"], "17.95"),
        (["本桌合计 88.00"], "88.00"),
        (["合计 -14.97"], "-14.97"),
        (["6901234567892", "99999.00"], None),
        (["现金积分 99999.00"], None),
    ],
)
def test_the_total_is_what_is_paid(lines: list[str], amount: str | None) -> None:
    assert total_of(*lines) == amount


@pytest.mark.parametrize(
    ("lines", "off"),
    [
        (["合计 15.97", "会员优惠 -1.00", "实付 14.97"], "-1.00"),
        (["优惠 1.00", "抹零 0.02", "合计 9.00"], "-1.02"),
        (["优惠 1.00", "优惠合计 3.00", "合计 9.00"], "-3.00"),
        (["合计 9.00", "您共节省 2.00"], "-2.00"),
        (["Rabatt 10%  -3,20", "Summe 28,80"], "-3.20"),
        (["红包优惠 -5.00", "合计 9.00"], "-5.00"),
        (["合计 9.00"], None),
    ],
)
def test_what_was_taken_off_has_a_minus(lines: list[str], off: str | None) -> None:
    assert discount(sums(read_page(lines))) == off


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["合计 ￥9.00"], "CNY"),
        (["合計 ¥424", "お釣り", "おつりです"], "JPY"),
        (["合计 9.00元"], "CNY"),
        (["統一編號", "應收 9元"], "TWD"),
        (["Summe EUR 9,00"], "EUR"),
        (["EUR", "Brot 9,00"], "EUR"),
        (["합계 12,500원"], "KRW"),
        (["계산원: 1023", "합계 12,500"], None),
        (["TOTAL $9.00"], None),
        (["TOTAL £9.00"], "GBP"),
    ],
)
def test_the_currency_as_printed(lines: list[str], code: str | None) -> None:
    assert currency(read_page(lines)) == code


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ("金额 RMB:67.40", "67.40"),
        ("금  액      30,000원", "30000"),
        ("金额 以签购单为准 1", None),
        ("Batch 12", None),
    ],
)
def test_the_amount_of_a_slip_may_stand_beside_a_columns_name(
    line: str, amount: str | None
) -> None:
    assert slip_amount(read_page([line])) == amount
