from __future__ import annotations

import segno

from edge_gateway.readers.pictures import read_picture
from protocols.readers.events import Code
from protocols.readers.pictures import Picture


def picture(rows: list[list[int]], cell: int) -> Picture:
    """Return a matrix of modules as a printer's raster, without a white margin."""
    drawn = []
    for row in rows:
        dots = "".join("1" * cell if dark else "0" * cell for dark in row)
        dots += "0" * (-len(dots) % 8)
        drawn += [int(dots, 2).to_bytes(len(dots) // 8, "big")] * cell
    return Picture(width=len(rows[0]) * cell, height=len(drawn), rows=b"".join(drawn))


def test_a_qr_that_a_till_drew_is_read() -> None:
    address = "https://fb.example.cn/s/RM03/20261121/0387?t=8f3a"
    code = segno.make(address, micro=False)
    for cell in (2, 3, 6):
        drawn = picture([list(row) for row in code.matrix], cell)
        assert read_picture(drawn) == (Code(symbology="qr", text=address),)


def test_chinese_is_read() -> None:
    code = segno.make("谢谢惠顾", micro=False)
    assert read_picture(picture([list(row) for row in code.matrix], 4))[0].text == "谢谢惠顾"


def test_a_bar_code_in_a_picture_is_not_looked_for() -> None:
    # CODE39 "*42*": a logo may look like one.
    bars = "NwNnWnWnN NnWwNnNnW WnWwNnNnN NwNnWnWnN".replace(" ", "n")
    row: list[int] = []
    for at, width in enumerate(bars):
        row += [1 - at % 2] * (3 if width in "Ww" else 1)
    assert read_picture(picture([row] * 30, 2)) == ()


def test_an_empty_picture_has_no_code() -> None:
    assert read_picture(Picture(width=24, height=24, rows=b"\x00" * 72)) == ()


def test_the_largest_pictures_are_looked_at() -> None:
    for width, height in ((24, 8192), (2048, 1024)):
        largest = Picture(width=width, height=height, rows=b"\x00" * (width // 8 * height))
        assert read_picture(largest) == ()
