from __future__ import annotations

import pytest

from protocols.readers.receipt import identifiers
from protocols.readers.receipt.page import read_page


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (["单号：XS20261121-0007"], "XS20261121-0007"),
        (["流水号：0387   款台：03"], "0387"),
        (["单  号: 0387"], "0387"),
        (["序 0387 機 03 員 1023"], "0387"),
        (["Receipt No: R-12/7"], "R-12/7"),
        (["TR# 7788"], "7788"),
        (["Rg.-Nr.: 4711"], "4711"),
        (["Beleg-Nr. 3456", "Trace-Nr. 12", "Bon-Nr. 0815  Kasse 2"], "0815"),
        (["NO: 12"], "12"),
        (["小票号", "20261121"], "20261121"),
        (["[영수증] 20220514-01-0047", "[매출일] 2022-05-14"], "20220514-01-0047"),
        (["영수증:0042   계산대:12"], "0042"),
        (["영수증", "2026-11-21"], None),
        (["POS:01 NO:0021"], "0021"),
        (["机:1 No:004512"], "004512"),
        (["收据", "No.0001234"], "0001234"),
        (["订单:20261121-0047", "堂食  牌号:12"], "20261121-0047"),
        (["ORD #42 -REG #18- 01/05/2022"], "42"),
        (["Rechnungsnr.: 2026/1123"], "2026/1123"),
        (["TSE Transaktionsnummer: 998877"], None),
        (["Filiale: 4711 Kasse: 005 Bon: 0815"], "0815"),
        (["Kasse 14 Beleg 0331 Filiale 294"], "0331"),
        (["Geschenkkarte -5,00", "Nr. XXXX6225"], None),
        (["统一編號 1", "隨機碼", "AB-12345678", "營業稅"], "AB-12345678"),
        (["原单号：000100", "单号：T000123"], "T000123"),
        (["TSE-Transaktion: 987654", "TSE-Seriennummer: 12"], None),
        (["Steuer-Nr. 143/123/12345"], None),
        (["会员卡号：13800138000"], None),
        (["单号：13800138000"], None),
        (["Member No 123456"], None),
        (["Rechnung 21.11.2026"], None),
        (["Thank you for coming"], None),
    ],
)
def test_the_number_stands_after_its_label(lines: list[str], number: str | None) -> None:
    assert identifiers.number(read_page(lines)) == number


@pytest.mark.parametrize(
    ("line", "till"),
    [
        ("款台：03", "03"),
        ("收款台: 2号", "2"),
        ("机:1 No:004512", "1"),
        ("ORD #42 -REG #18- 01/05/2022", "18"),
        ("Kasse 3  Bediener 12", "3"),
        ("POS:02 BILL 1", "02"),
        ("3号收银台", "3"),
        ("[계산대 07]", "07"),
        ("Kasse: A", "A"),
        ("Kassenbon", None),
    ],
)
def test_the_till_as_printed(line: str, till: str | None) -> None:
    assert identifiers.till(read_page([line])) == till


@pytest.mark.parametrize(
    ("line", "cashier"),
    [
        ("收银员：1023 王丽", "1023"),
        ("계산원명: 최수진(2201)", "2201"),
        ("Verkäufer: 314 / Frau Weber", "314"),
        ("员工 王丽 2026-11-21 18:42", None),
        ("Es bediente Sie: Anna", None),
        ("Bed.:121212", "121212"),
        ("責No.012", "012"),
        ("Cashier Ann 14.97", None),
    ],
)
def test_the_staff_number_never_a_name(line: str, cashier: str | None) -> None:
    assert identifiers.cashier(read_page([line])) == cashier


@pytest.mark.parametrize(
    ("line", "table"),
    [
        ("台号：A12  人数：4", "A12"),
        ("桌位:大厅08", "大厅08"),
        ("테이블 : 12번", "12"),
        ("Tisch 12/1", "12/1"),
        ("12号桌", "12"),
        ("Table 14", "14"),
        ("Table water 2.50", None),
    ],
)
def test_the_table(line: str, table: str | None) -> None:
    assert identifiers.table(read_page([line])) == table
