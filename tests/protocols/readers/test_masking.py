from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.masking import Mask, mask, masked
from protocols.readers.receipt.line import read_line


def lines(*raw: str) -> tuple[str, ...]:
    return Mask([read_line(line) for line in raw]).lines


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("收银员：1023 王丽  款台：03", "收银员：***  款台：03"),
        ("会员卡：13800138000", "会员卡：138****8000"),
        ("会员张三", "会员***"),
        ("会员专享牛奶 1 3.50", "会员专享牛奶 1 3.50"),
        ("会员价 3.50", "会员价 3.50"),
        ("欢迎会员光临", "欢迎会员光临"),
        ("卡号：6222 0212 3456 7890 123", "卡号：****0123"),
        ("卡号：6222 **** **** 1234", "卡号：6222 **** **** 1234"),
        ("VISA 4111-1111-1111-1111", "VISA ****1111"),
        ("4111  1111  1111  1111", "****1111"),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "****1111"),
        ("3782 822463 10005", "****0005"),
        ("%B4111111111111111^DOE/JOHN^28121010000000000?", "***"),
        (";4111111111111111=28121010000012345678?", "***"),
        ("ID 11010519491231002X", "ID ***"),
        ("주민번호 900101-1234567", "주민번호 ***"),
        ("A123456789", "***"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN ***"),
        ("E-Mail: a.b@mail.example.com", "E-Mail: ***"),
        ("Tel. 0171/2345678", "Tel. ***"),
        ("010-1234-5678", "***"),
        ("0502-1234-5678", "***"),
        ("090-1234-5678", "***"),
        ("0912-345-678", "***"),
        ("138 0013 8000", "138****8000"),
        ("１３８００１３８０００", "138****8000"),
        ("138\u200b00138000", "138****8000"),
        ("王女士 您好", "***女士 您好"),
        ("18:03 张三", "18:03 ***"),
        ("16:20  Chiara", "16:20  ***"),
        ("Vielen Dank, Frau Müller", "Vielen Dank, Frau ***"),
        ("김철수 고객님", "*** 고객님"),
        ("张(先生)", "***(先生)"),
        ("万达公寓3号楼1202室", "***"),
        ("Kunde: Max Mustermann", "Kunde: ***"),
        ("Served by: Alice 21.11.2026 18:42", "Served by: *** 21.11.2026 18:42"),
    ],
)
def test_what_is_a_persons_goes(line: str, said: str) -> None:
    assert lines(line) == (said,)


@pytest.mark.parametrize(
    "line",
    [
        "单号：20261121000387",
        "流水号：4111111111111111",
        "6901234567892",
        "4006381333931  2  3.98",
        "2026-11-21 18:42:07",
        "合计  1,234.50",
        "CUSTOMER COPY",
        "お客様控え",
        "고객님 감사합니다",
        "사업자번호: 123-45-67890",
        "Steuer-Nr. 143/123/12345",
        "TEL 02-123-4567",
        "Dear Customer, thank you",
        "AB-12345678",
        "18:42 Uhr",
        "18:42 Total",
        "18:42  堂食",
        "UID Nr.: DE812706034",
    ],
)
def test_what_is_nobodys_stays(line: str) -> None:
    assert lines(line) == (line,)


def test_a_name_goes_wherever_it_stands_again() -> None:
    said = lines("会员：欧阳锋", "欧阳锋的咖啡  9.00", "Kellner: Maria", "Danke, Maria!")
    assert said == ("会员：***", "***的咖啡  9.00", "Kellner: ***", "Danke, ***!")


def test_an_address_goes_on_below_its_label_until_something_else_begins() -> None:
    raw = ("Lieferadresse:", "Max Mustermann", "Lindenallee 17a", "50668 Köln", "Pizza  1  8,50")
    hidden = Mask([read_line(line) for line in raw])
    assert hidden.lines == ("Lieferadresse:", "***", "***", "***", "Pizza  1  8,50")
    assert hidden.private == {1, 2, 3}
    assert hidden.text("Mustermann Pizza") == "*** Pizza"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            ("Kunde: Max Mustermann", "Musterstr. 12, 2. OG", "10115 Berlin", "Pizza  8,50"),
            ("Kunde: ***", "***", "***", "Pizza  8,50"),
        ),
        (
            ("顾客：陈小姐 13912345678", "地址：浦东新区张江路1号 2栋301", "米饭  1  2.00"),
            ("顾客：*** 139****5678", "***", "米饭  1  2.00"),
        ),
        (
            ("주문자: 홍길동", "주소: 판교로 256", "콜라  1  2,500"),
            ("주문자: ***", "***", "콜라  1  2,500"),
        ),
        (("Hauptstr. 5, 80331 München", "Bon 12"), ("Hauptstr. 5, 80331 München", "Bon 12")),
        (("地址：人民路128号", "单号：1"), ("地址：人民路128号", "单号：1")),
    ],
)
def test_a_home_below_a_shopper_goes_and_the_shops_own_address_stays(
    raw: tuple[str, ...], said: tuple[str, ...]
) -> None:
    assert lines(*raw) == said


def test_a_field_that_is_a_persons_is_none() -> None:
    hidden = Mask([read_line("会员：张三丰")])
    assert hidden.field("0387") == "0387"
    assert hidden.field("13800138000") is None
    assert hidden.field("张三丰") is None
    assert hidden.field(None) is None


def test_ean_13_lives_though_it_passes_a_cards_check_and_a_card_of_13_digits_does_not() -> None:
    both = "4222222222222"
    assert masked(both, numbered=False) == both
    assert lines(f"卡号 {both}") == ("卡号 ****2222",)


def test_a_text_by_itself() -> None:
    assert mask("BEGIN:VCARD\nN:Li\nTEL:13800138000") == "***"
    assert mask("https://a.example/r?m=13800138000") == "https://a.example/r?m=138****8000"
    assert mask("x" * 400 + " 13800138000").endswith("138****8000")
    assert mask("") == ""


@given(st.text(alphabet="0123456789 -:.=^%BX张会员卡号客Kunde@", max_size=80))
@settings(max_examples=150)
def test_any_text_is_masked_and_no_card_of_sixteen_digits_is_left(text: str) -> None:
    assert "4111111111111111" not in mask(f"{text} 4111111111111111")
