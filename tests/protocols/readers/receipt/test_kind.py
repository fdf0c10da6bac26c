from __future__ import annotations

import pytest

from protocols.readers.events import JobKind
from protocols.readers.receipt.job import read_job


def kind(*lines: str, damaged: bool = False) -> JobKind:
    return read_job(
        lines, codes=(), damaged=damaged, partial=False, currency=None, identify=str
    ).kind


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (["单号 1", "合计 1.00"], JobKind.RECEIPT),
        (["** 重打印 **", "单号 1", "合计 1.00"], JobKind.REPRINT),
        (["单号 1", "合计 1.00", "谢谢", "（补打）"], JobKind.REPRINT),
        (["单号 1", "合计 1.00", "打印次数:2"], JobKind.REPRINT),
        (["退货单", "单号 1", "合计 1.00"], JobKind.REFUND),
        (["单号 1", "合计 -1.00"], JobKind.REFUND),
        (["后厨", "单号 1", "桌号 3", "面  1"], JobKind.KITCHEN),
        (["日结报表", "合计 9999.00"], JobKind.DAY_END),
        (["Z-Bon 12", "Summe 900,00"], JobKind.DAY_END),
        (["No 1", "Total 1.00", "CUSTOMER COPY", "七天内凭小票退货"], JobKind.RECEIPT),
        (["Grandma's Kitchen", "No 1", "Soup 5.00", "Total 5.00"], JobKind.RECEIPT),
        (["엄마의주방", "주문번호 1", "국수 1 5,000", "합계 5,000"], JobKind.RECEIPT),
        (["MERCHANT COPY", "AID: A0", "AUTH CODE 1", "TOTAL 5.00"], JobKind.PAYMENT),
        (["预结单", "红烧肉 1 58.00", "合计 58.00"], JobKind.OTHER),
        (["点菜单", "桌号 3", "面 1 9.00", "合计 9.00"], JobKind.KITCHEN),
        (["点餐单", "单号 1", "面 1 9.00", "合计 9.00", "微信 9.00"], JobKind.RECEIPT),
        (["###厨打###", "订单:1", "1   鱼香肉丝"], JobKind.KITCHEN),
        (["收银员账单汇总", "应收:900.00", "现金:900.00"], JobKind.DAY_END),
        (["菜品销量统计", "面 9 81.00", "合计 81.00"], JobKind.DAY_END),
        (["매출현황", "총매출 1,234,500"], JobKind.DAY_END),
        (["Schichtbericht", "Gesamt 900,00"], JobKind.DAY_END),
        (["Kasse 2", "Gesamt 900,00", "Soll 9,00", "Ist 8,00"], JobKind.DAY_END),
        (["Bon 1", "Das ist Kaffee 2,00", "Gesamt 2,00", "Soll und Haben"], JobKind.RECEIPT),
        (["계산서(중간)", "국수 1 5,000", "합계 5,000"], JobKind.OTHER),
        (["국수 1 5,000", "합계 5,000", "본 전표는 영수증이 아닙니다"], JobKind.OTHER),
        (["作废结账单", "单号 1", "合计 1.00"], JobKind.REFUND),
        (["划菜单", "08桌", "鱼 1", "合计:2道"], JobKind.KITCHEN),
        (["[고객 주문서]", "파전 1 15,000", "합계 15,000"], JobKind.KITCHEN),
        (["客用单(未结)", "鱼 1 9.00", "合计 9.00"], JobKind.OTHER),
        (["收款凭证", "金额:￥44.90", "付款方式:微信"], JobKind.PAYMENT),
        (["日清单", "01机 销售额 900.00", "合计 900.00"], JobKind.DAY_END),
        (["班次结算", "销售 5,321.00", "应交现金 321.00"], JobKind.DAY_END),
        (["마감 리포트", "매출 합계 2,345,600"], JobKind.DAY_END),
        (["[현금영수증] (소득공제)", "거래금액: 26,000원", "승인번호: 1"], JobKind.PAYMENT),
        (["(재발급 1회)", "주문번호 : 18", "합계 14,000"], JobKind.REPRINT),
        (["Kassenentnahme", "Betrag EUR 200,00"], JobKind.OTHER),
        (["WIFI 12345678"], JobKind.OTHER),
        ([], JobKind.OTHER),
    ],
)
def test_a_job_is_classified_by_where_its_words_stand(lines: list[str], what: JobKind) -> None:
    assert kind(*lines) is what


def test_a_receipt_that_lost_its_total_is_still_one() -> None:
    lines = ("单号：0387", "2026-11-21 18:42", "苹果")
    assert kind(*lines, damaged=True) is JobKind.RECEIPT
    assert kind(*lines) is JobKind.OTHER
