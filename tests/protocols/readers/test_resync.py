from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.commands import EPSON
from protocols.readers.resync import LONGEST_TAIL, readable_from

FOOT = "\x1ba\x01谢谢惠顾\n".encode("gb18030") + b"\x1dkI\x08{C\x01\x02\x03\x04\x05\x06\x1dV\x00"
RASTER = b"\x1dv0\x00\x48\x00\xff\x03"
DOTS = bytes((at * 37 + at // 7 * 91) % 256 for at in range(3000))


def after(tail: bytes) -> bytes | None:
    start = readable_from(tail, EPSON, "gb18030")
    return None if start is None else tail[start:]


def test_text_after_a_damaged_length_is_read_again() -> None:
    assert after(RASTER + FOOT) in {RASTER[2:] + FOOT, FOOT}
    text = "单号: A-0412\n实付: 14.97\n".encode("gb18030") * 4
    found = after(RASTER + text)
    assert found is not None
    assert found.endswith(text)


def test_dots_are_not_text() -> None:
    assert after(RASTER + DOTS) is None
    assert after(RASTER + b"\x00\xff" * 900) is None


def test_what_follows_the_dots_is_found() -> None:
    assert after(RASTER + b"\x00\xff" * 900 + FOOT) == FOOT


def test_a_stream_that_ends_inside_another_command_is_read_up_to_there() -> None:
    found = after(RASTER + FOOT + FOOT + b"\x1dv0\x00")
    assert found is not None
    assert found.endswith(FOOT + b"\x1dv0\x00")


def test_a_single_byte_holds_nothing() -> None:
    assert after(b"\x1b") is None
    assert after(b"\x1dv0") is None


def test_only_the_end_of_a_long_tail_is_looked_at() -> None:
    tail = RASTER + b"\x1b" * 400_000 + FOOT
    start = readable_from(tail, EPSON, "gb18030")
    assert start is not None
    assert start >= len(tail) - LONGEST_TAIL


@given(st.binary(max_size=200), st.sampled_from(["gb18030", "big5", "cp437"]))
@settings(max_examples=200)
def test_any_tail_has_a_place_within_it_or_none(tail: bytes, encoding: str) -> None:
    start = readable_from(b"\x1d" + tail, EPSON, encoding)
    assert start is None or 2 <= start <= len(tail)
