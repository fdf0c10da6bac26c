from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers import codes
from protocols.readers.events import Code


@pytest.mark.parametrize(
    ("command", "symbology", "text"),
    [
        (b"\x1dk\x02690123456789\x00", "ean13", "6901234567892"),
        (b"\x1dkC\x0d6901234567892", "ean13", "6901234567892"),
        (b"\x1dkD\x071234567", "ean8", "12345670"),
        (b"\x1dkA\x0b01234567890", "upca", "012345678905"),
        (b"\x1dk\x04*ABC-1*\x00", "code39", "ABC-1"),
        (b"\x1dkF\x0412.4", "itf", "12.4"),
        (b"\x1dkG\x04A12B", "codabar", "A12B"),
        (b"\x1dkH\x03C93", "", "C93"),
        (b"\x1dkI\x06{Ba{{b", "code128", "a{b"),
        (b"\x1dkI\x09{C\x14\x1a\x0b\x15\x00\x03\x57", "code128", "20261121000387"),
        (b"\x1dkI\x07{BNo{C\x0c", "code128", "No12"),
        (b"\x1dkI\x06{C{1\x0a\x0c", "gs1_128", "1012"),
        (b"\x1dkJ\x14(01)04912345678904 *", "gs1_128", "0104912345678904"),
        (b"\x1dkK\x0d0490123456780", "databar", "0490123456780"),
        (b"\x1dka\x02\x03\x05\x00https", "qr", "https"),
    ],
)
def test_bar_codes(command: bytes, symbology: str, text: str) -> None:
    assert codes.barcode(command) == Code(symbology=symbology, text=text)


def test_a_code128_in_a_makers_own_way_is_not_guessed() -> None:
    assert codes.barcode(b"\x1dkI\x04i\x14\x1ai") is None
    assert codes.barcode(b"\x1dkI\x03A12") == Code(symbology="code128", text="A12")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_chinese_qr(encoding: str) -> None:
    text = "感谢您的惠顾，欢迎评价"
    data = text.encode(encoding)
    command = b"\x1bZ\x00L\x06" + len(data).to_bytes(2, "little") + data
    assert codes.qr(command) == Code(symbology="qr", text=text)


def test_a_symbol_is_drawn_when_it_is_printed() -> None:
    symbols = codes.Symbols()
    assert symbols.take(b"\x1d(k\x06\x001P0abc") is None
    assert symbols.take(b"\x1d(k\x03\x001C\x06") is None
    for _ in range(2):
        drawn = symbols.take(b"\x1d(k\x03\x001Q0")
        assert drawn == Code(symbology="qr", text="abc")
    assert symbols.take(b"\x1d(k\x04\x000P0x") is None
    assert symbols.take(b"\x1d(k\x03\x000Q0") == Code(symbology="pdf417", text="x")
    assert symbols.take(b"\x1d(k\x03\x006Q0") is None


def test_a_stars_codes() -> None:
    symbols = codes.Symbols()
    assert symbols.take_star(b"\x1b\x1dyS0\x02") is None
    assert symbols.take_star(b"\x1b\x1dyD1\x00\x03\x00abc") is None
    assert symbols.take_star(b"\x1b\x1dyP") == Code(symbology="qr", text="abc")
    assert codes.star_barcode(b"\x1bb6221A%0B\x1e") == Code(symbology="code128", text="A%B")
    assert codes.star_barcode(b"\x1bb3221690123456789\x1e") == Code(
        symbology="ean13", text="6901234567892"
    )


@given(st.binary(max_size=60))
@settings(max_examples=150)
def test_any_bytes_are_a_code_or_none(data: bytes) -> None:
    for kind in (*range(7), *range(65, 80)):
        header = bytes([0x1D, 0x6B, kind]) + (bytes([len(data)]) if kind >= 65 else b"")
        drawn = codes.barcode(header + data)
        assert drawn is None or drawn.text
    symbols = codes.Symbols()
    symbols.take(b"\x1d(k\xff\x001P0" + data)
    drawn = symbols.take(b"\x1d(k\x03\x001Q0")
    assert (drawn is None) == (data == b"")
    codes.star_barcode(b"\x1bb6221" + data + b"\x1e")
