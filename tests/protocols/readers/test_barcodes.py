import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.readers.barcodes import (
    ISBN,
    UPC_EAN,
    check_digit_ok,
    expanded_upce,
    judge,
    without_aim,
)
from protocols.readers.events import Code


def told(text: str, symbology: str = "", *, gs1: bool = False) -> tuple[str, str, bool | None]:
    judged = judge(text, symbology, gs1=gs1)
    return judged.code.symbology, judged.code.text, judged.check_ok


@pytest.mark.parametrize(
    ("text", "symbology", "ok"),
    [
        ("6901234567892", "ean13", True),
        ("6901234567893", "", False),
        ("73513537", "ean8", True),
        ("036000291452", "upca", True),
        ("04252614", "upce", True),
        ("01234565", "upce", True),
        ("9787111128069", "ean13", True),
        ("ABC-1234", "", None),
        ("20261121030001", "", None),
        ("12345", "", None),
        ("", "", None),
    ],
)
def test_the_length_and_the_check_digit_tell(text: str, symbology: str, ok: bool | None) -> None:
    assert told(text) == (symbology, text, ok)


@pytest.mark.parametrize(
    ("upce", "upca"),
    [
        ("04252614", "042100005264"),
        ("01234565", "012345000065"),
        ("01234531", "012300000451"),
        ("01234542", "012340000052"),
        ("01234505", "012000003455"),
    ],
)
def test_an_upce_is_expanded(upce: str, upca: str) -> None:
    assert expanded_upce(upce) == upca


def test_no_upce() -> None:
    assert expanded_upce("24252614") is None
    assert expanded_upce("0425261") is None


@pytest.mark.parametrize(
    ("sent", "symbology", "gs1"),
    [
        ("]E06901234567892", UPC_EAN, False),
        ("]E473513537", "ean8", False),
        ("]C0ABC", "code128", False),
        ("]C10106901234567892", "gs1_128", True),
        ("]A0ABC", "code39", False),
        ("]Q1https://x", "qr", False),
        ("]Q3010690", "qr", True),
        ("]d2010690", "data_matrix", True),
        ("]e0010690", "databar", True),
        ("]L0x", "pdf417", False),
        ("]z0x", "", False),
    ],
)
def test_an_aim_id_tells_and_is_taken_off(sent: str, symbology: str, gs1: bool) -> None:
    assert without_aim(sent) == (sent[3:], symbology, gs1)


def test_a_bracket_is_no_aim_id() -> None:
    assert without_aim("]") == ("]", "", False)
    assert without_aim("]-1x") == ("]-1x", "", False)


def test_what_was_told_stands_against_a_wrong_digit() -> None:
    assert told("6901234567893", "ean13") == ("ean13", "6901234567893", False)
    assert told("6901234567893", UPC_EAN) == ("", "6901234567893", False)
    assert told("123", "ean13") == ("ean13", "123", False)


def test_digits_of_another_symbology_are_no_article() -> None:
    assert told("6901234567892", "code128") == ("code128", "6901234567892", None)


def test_an_add_on_is_no_part_of_the_book() -> None:
    assert told("978711112806912345", UPC_EAN) == ("ean13", "9787111128069", True)
    assert told("977123456700302") == ("ean13", "9771234567003", True)


@pytest.mark.parametrize(
    ("isbn", "ean"),
    [
        ("7-111-12806-0", "9787111128069"),
        ("0-306-40615-2", "9780306406157"),
        ("0-8044-2957-X", "9780804429573"),
        ("080442957x", "9780804429573"),
    ],
)
def test_an_isbn_of_ten_becomes_the_ean_of_its_book(isbn: str, ean: str) -> None:
    assert told(isbn) == ("ean13", ean, True)


def test_a_wrong_isbn_is_no_book() -> None:
    assert told("7-111-12806-1") == ("", "7-111-12806-1", None)


def test_ten_bare_digits_are_a_book_only_when_the_scanner_says_so() -> None:
    assert told("0306406152") == ("", "0306406152", None)
    assert told("0306406152", ISBN) == ("ean13", "9780306406157", True)


@pytest.mark.parametrize(
    ("sent", "gs1"),
    [
        ("0106901234567892172611301021ABC\x1d3103001234", True),
        ("\x1d0106901234567892\x1d10ABC", False),
        ("https://id.gs1.org/01/06901234567892/10/ABC?17=261130", False),
        ("https://shop.example/01/6901234567892", False),
    ],
)
def test_of_a_gs1_code_the_article_is_kept_and_no_serial_number(sent: str, gs1: bool) -> None:
    assert told(sent, "qr", gs1=gs1) == ("qr", "6901234567892", True)


def test_gs1_without_an_article_is_what_it_is() -> None:
    assert told("00106141411234567897", "gs1_128") == ("gs1_128", "00106141411234567897", None)


def test_a_case_has_a_check_digit_too() -> None:
    assert told("15400141288763", "itf") == ("itf", "15400141288763", True)
    assert told("15400141288760", "itf") == ("itf", "15400141288760", False)


@given(st.text(alphabet="0123456789", min_size=12, max_size=12), st.integers(0, 11), st.data())
def test_one_wrong_digit_never_passes(body: str, at: int, data: st.DataObject) -> None:
    ean = next(body + check for check in "0123456789" if check_digit_ok(body + check))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != ean[at]]))
    assert judge(ean).check_ok
    assert not check_digit_ok(ean[:at] + other + ean[at + 1 :])


@given(st.text(max_size=40), st.sampled_from(["", UPC_EAN, ISBN, "upce", "ean8", "itf", "gs1_128"]))
def test_any_text_is_judged(text: str, symbology: str) -> None:
    rest, _, gs1 = without_aim(text)
    assert isinstance(judge(rest, symbology, gs1=gs1).code, Code)
