from __future__ import annotations

import pytest

from protocols.readers.receipt.money import sums
from protocols.readers.receipt.page import read_page
from protocols.readers.receipt.payment import payment


@pytest.mark.parametrize(
    ("lines", "way"),
    [
        (["合计 9.00", "支付方式：微信支付 9.00"], "wechat"),
        (["合计 9.00", "现金 0.00", "支付宝 9.00"], "alipay"),
        (["合计 9.00", "代金券 2.00", "银行卡 7.00"], "card"),
        (["合计 9.00", "云闪付 9.00"], "unionpay"),
        (["合计 9.00", "储值卡 9.00"], "member"),
        (["应收 9.00", "挂账"], "other"),
        (["Summe 9,00", "BAR", "Rückgeld 1,00"], "cash"),
        (["Summe 9,00", "Zahlung: EC-Karte"], "card"),
        (["합계 9,000", "받은금액 10,000", "거스름돈 1,000"], "cash"),
        (["合計 900", "PayPay ¥900"], "other"),
        (["Chocolate bar 2.00", "TOTAL 2.00"], None),
        (["合计 9.00", "会员卡：8800"], None),
        (["Summe 9,00", "Bar 9,00", "PAYBACK Karte ****1234"], "cash"),
    ],
)
def test_the_way_to_pay(lines: list[str], way: str | None) -> None:
    page = read_page(lines)
    assert payment(page, sums(page)) == way
