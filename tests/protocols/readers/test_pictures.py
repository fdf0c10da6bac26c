from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.commands import Action
from protocols.readers.pictures import MAX_PICTURE_BYTES, Bands, Picture, band

ROWS = bytes(range(9)) * 24
SQUARE = Picture(width=72, height=24, rows=ROWS)


def test_a_raster_in_each_form() -> None:
    graphics = b"\x30\x70\x30\x01\x01\x31\x48\x00\x18\x00" + ROWS
    assert band(Action.RASTER, b"\x1dv0\x00\x09\x00\x18\x00" + ROWS) == SQUARE
    assert band(Action.GRAPHICS, b"\x1d(L\xe2\x00" + graphics) == SQUARE
    assert band(Action.GRAPHICS, b"\x1d8L\xe2\x00\x00\x00" + graphics) == SQUARE
    assert band(Action.STAR_RASTER, b"\x1b\x1dS\x01\x09\x00\x18\x00\x00" + ROWS) == SQUARE
    assert band(Action.STAR_BAND, b"\x1bk\x09\x00" + ROWS) == SQUARE
    assert band(Action.GRAPHICS, b"\x1d(L\x02\x0002") is None


def test_columns_become_rows() -> None:
    first, second = b"\x80\x00\x01", b"\x00\x00\x00"
    drawn = band(Action.COLUMNS, b"\x1b*\x21\x02\x00" + first + second)
    assert drawn == Picture(width=2, height=24, rows=b"\x80" + b"\x00" * 22 + b"\x80")
    wide = band(Action.COLUMNS, b"\x1b*\x00\x01\x00\x80")
    assert wide == Picture(width=2, height=24, rows=b"\xc0" * 3 + b"\x00" * 21)


def test_bands_of_one_width_are_one_picture() -> None:
    bands = Bands()
    assert [bands.add(SQUARE), bands.add(SQUARE)] == [None, None]
    assert bands.open
    other = Picture(width=80, height=24, rows=b"\x00" * 240)
    assert bands.add(other) == Picture(width=72, height=48, rows=ROWS * 2)
    assert bands.take() == other
    assert bands.take() is None
    assert not bands.open


def test_what_is_too_small_for_a_code_is_no_picture() -> None:
    bands = Bands()
    bands.add(Picture(width=16, height=100, rows=b"\x00" * 200))
    assert bands.take() is None


def test_no_printer_is_so_wide() -> None:
    bands = Bands()
    bands.add(SQUARE)
    endless = Picture(width=65536, height=24, rows=b"\x00" * 8192 * 24)
    assert bands.add(endless) == SQUARE
    assert not bands.open


def test_a_narrow_picture_is_no_endless_one() -> None:
    bands = Bands()
    for _ in range(100):
        done = bands.add(Picture(width=24, height=1000, rows=b"\x00" * 3000))
        assert done is None or done.height <= 8192


def test_a_picture_is_bounded() -> None:
    bands = Bands()
    for _ in range(3 * MAX_PICTURE_BYTES // len(ROWS)):
        done = bands.add(SQUARE)
        assert done is None or len(done.rows) <= MAX_PICTURE_BYTES
    huge = Picture(width=576, height=7000, rows=b"\x00" * 72 * 7000)
    bands.add(huge)
    left = bands.take()
    assert left is not None
    assert len(left.rows) == left.height * 72 <= MAX_PICTURE_BYTES


@given(
    st.sampled_from(
        [Action.RASTER, Action.GRAPHICS, Action.COLUMNS, Action.STAR_RASTER, Action.STAR_BAND]
    ),
    st.binary(min_size=16, max_size=400),
)
@settings(max_examples=200)
def test_any_command_is_a_whole_picture_or_none(action: Action, command: bytes) -> None:
    drawn = band(action, command)
    if drawn is not None:
        assert len(drawn.rows) == (drawn.width + 7) // 8 * drawn.height
