from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_gateway.readers.looks import is_known, look
from edge_gateway.settings import Driver
from protocols.pad import frames

CARD = b"\x020100" + b"63E9AE" + b"25\x03"
SCANS = b"6901234567892\r\n" + b"]cm6920180200124\r\n"
CHINA = """云杉超市 城北店
单号: 20261121-0418
东北大米 5kg  1  39.90
合计: 39.90
现金: 50.00
找零: 10.10
"""
TAIWAN = """雲杉超市 城北店
單號: 20261121-0418
白米 5kg  1  39.90
合計: 39.90
現金: 50.00
找零: 10.10
"""
KOREA = """스프루스 마트
영수증 번호: 20261121-0418
쌀 5kg  1  39,900
합계: 39,900
현금: 50,000
거스름돈: 10,100
"""
ENGLISH = """Spruce Market
Receipt no: 0418
Rice 5kg  1  39.90
Total: 39.90
Cash: 50.00
Change: 10.10
"""


def printed(text: str, encoding: str) -> bytes:
    return b"\x1b@" + text.encode(encoding) + b"\n\n\x1dV\x01"


@pytest.mark.parametrize(
    ("data", "driver", "said"),
    [
        (printed(CHINA, "gb18030") * 3, Driver.ESCPOS, 'encoding = "gb18030", at 9600 baud'),
        (printed(TAIWAN, "big5") * 3, Driver.ESCPOS, 'encoding = "big5"'),
        (printed(KOREA, "cp949") * 3, Driver.ESCPOS, 'encoding = "cp949"'),
        (printed(ENGLISH, "ascii") * 3, Driver.ESCPOS, "plain ASCII so far"),
        (SCANS, Driver.SCANNER, "a scanner (2 codes)"),
        (CARD * 3, Driver.EM4100, "RDM6300"),
        (b"\x1bQARice 5kg      39.90\r", Driver.CD5220, "a customer display"),
        (b"4", Driver.KEYPAD, "each key as a sign"),
        (b"3\r\n5\r\n", Driver.KEYPAD, "each key as a sign"),
        (frames.encode(frames.BEAT, 1, 2, 3, 0, 0, 0), Driver.PAD, "our feedback pad"),
    ],
)
def test_each_device_is_known_by_some_seconds_of_it(data: bytes, driver: Driver, said: str) -> None:
    found = look({9600: data})
    assert found.driver is driver, found.text
    assert said in found.text
    assert is_known(data)


def test_noise_silence_and_what_nobody_knows_are_told_apart() -> None:
    noise = bytes(byte | 0x80 for byte in Random(7).randbytes(400))
    assert look({9600: noise, 115_200: noise}).text.startswith("noise: another speed than 9600, 1")
    assert not is_known(noise)
    assert look({9600: b""}).text.startswith("silent")
    assert look({9600: b"GPGGA hello world"}).text == "17 bytes that no driver knows"


def test_the_speed_at_which_it_is_read_is_told() -> None:
    found = look({9600: b"\x80\xf8\x00\x86" * 20, 115_200: printed(CHINA, "gb18030") * 3})
    assert "at 115200 baud" in found.text


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_look_like_something_or_nothing(data: bytes) -> None:
    assert look({9600: data, 19_200: data}).text
