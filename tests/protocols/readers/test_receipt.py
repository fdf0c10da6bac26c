from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.readers.receipt import ReceiptKind, ReceiptRead, read_receipt


def read(*lines: str) -> ReceiptRead:
    receipt = read_receipt(lines, damaged=False)
    assert receipt is not None
    return receipt


@pytest.mark.parametrize(
    ("lines", "total"),
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
        (["合计数量 3", "合计金额 1,234.50"], "1234.50"),
        (["Subtotal 13.24", "TAX 1.06", "TOTAL $14.30", "Cash 20.00", "Change 5.70"], "14.30"),
        (["Zwischensumme 10,00", "Summe EUR 1.014,30", "Gegeben 2.000,00"], "1014.30"),
        (["Zu zahlen 9,99"], "9.99"),
        (["Summe inkl. MwSt 14,30", "Bar 20,00", "Rückgeld -5,70"], "14.30"),
        (["合   计 9.00"], "9.00"),
        (["합   계 : 12,500원"], "12500"),
        (["合計  $162"], "162"),
        (["합계 12,500"], "12500"),
        (["TOTAL", "14.30"], "14.30"),
        (["合计 3件 15.97"], "15.97"),
        (["退款单", "合计 -14.97"], "-14.97"),
    ],
)
def test_the_total_is_what_is_paid(lines: list[str], total: str) -> None:
    assert read(*lines).total == total


def test_the_largest_number_is_never_the_total() -> None:
    receipt = read("单号 0387", "现金积分 99999.00", "条码 6901234567892")
    assert receipt.total != "6901234567892"
    assert read_receipt(["6901234567892", "99999.00"], damaged=False) is None


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("单号：XS20261121-0007", "XS20261121-0007"),
        ("流水号：0387   款台：03", "0387"),
        ("单  号: 0387", "0387"),
        ("序 0387 機 03 員 1023", "0387"),
        ("Receipt No: R-12/7", "R-12/7"),
        ("TR# 7788", "7788"),
        ("Rg.-Nr.: 4711", "4711"),
        ("Bon-Nr. 0815  Kasse 2", "0815"),
        ("NO: 12", "12"),
    ],
)
def test_the_number_stands_after_its_label(line: str, number: str) -> None:
    assert read(line, "合计 1.00").number == number


@pytest.mark.parametrize(
    "line",
    ["会员卡号：13800138000", "单号：13800138000", "Member No 123456", "Thank you for coming"],
)
def test_what_is_a_persons_is_no_number(line: str) -> None:
    assert read(line, "合计 1.00").number is None


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["单号 1", "合计 1.00"], ReceiptKind.RECEIPT),
        (["** 重打印 **", "单号 1", "合计 1.00"], ReceiptKind.REPRINT),
        (["退货单", "单号 1", "合计 1.00"], ReceiptKind.REFUND),
        (["单号 1", "合计 -1.00"], ReceiptKind.REFUND),
        (["后厨", "单号 1"], ReceiptKind.KITCHEN),
        (["日结报表", "合计 9999.00"], ReceiptKind.DAY_END),
        (["Z-Bon 12", "Summe 900,00"], ReceiptKind.DAY_END),
        (["No 1", "Total 1.00", "CUSTOMER COPY", "七天内凭小票退货"], ReceiptKind.RECEIPT),
    ],
)
def test_a_job_is_classified(lines: list[str], kind: ReceiptKind) -> None:
    assert read(*lines).kind is kind


@pytest.mark.parametrize(
    ("lines", "items"),
    [
        (["共3件", "合计 9.00"], 3),
        (["件数: 12", "合计 9.00"], 12),
        (["苹果  2  4.00", "牛奶  1  3.50", "合计 7.50", "现金 10.00"], 2),
        (["苹果", "  2 x 2.00   4.00", "牛奶", "  1 x 3.50   3.50", "小计 7.50", "合计 7.50"], 2),
        (["Brot  2,49 A", "Milch 1,19 A", "Summe 3,68"], 2),
        (["合计 9.00"], None),
    ],
)
def test_items_are_counted(lines: list[str], items: int | None) -> None:
    assert read(*lines).items == items


def test_currency_as_printed_else_as_set() -> None:
    assert read("合计 ￥9.00").currency == "CNY"
    assert read("Summe EUR 9,00").currency == "EUR"
    receipt = read_receipt(["TOTAL $9.00"], damaged=True, currency="USD")
    assert receipt is not None
    assert (receipt.currency, receipt.damaged) == ("USD", True)


def test_nothing_of_a_person_leaves_the_reader() -> None:
    receipt = read(
        "收银员：1023 王丽",
        "会员：李雷 13800138000",
        "单号：0387",
        "卡号 6222021234567890",
        "合计 9.00",
    )
    said = repr(receipt)
    assert not any(secret in said for secret in ("王丽", "李雷", "1380013", "622202", "1023"))


@given(st.lists(st.text(max_size=60), max_size=12), st.booleans())
def test_any_lines_are_a_receipt_or_none(lines: list[str], damaged: bool) -> None:
    receipt = read_receipt(lines, damaged=damaged)
    assert receipt is None or receipt.damaged is damaged
