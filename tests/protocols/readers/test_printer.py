from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.base import Counts
from protocols.readers.commands import MAX_COMMAND_BYTES
from protocols.readers.events import Code, DrawerOpened
from protocols.readers.pictures import Picture
from protocols.readers.printer import Job, Printer

RASTER = b"\x1dv0\x00\x03\x00\x18\x00" + (b"\x1dV\x00\x1b@\n " * 11)[:72]
CUT = b"\x1dV\x00"


def seen(picture: Picture) -> tuple[Code, ...]:
    return (Code(symbology="qr", text=f"{picture.width}x{picture.height}"),)


def printer(encoding: str = "gb18030", page_table: str = "epson") -> Printer:
    return Printer(encoding, page_table, Counts(), seen)


def jobs(data: bytes, encoding: str = "gb18030", page_table: str = "epson") -> list[Job]:
    one = printer(encoding, page_table)
    done = one.feed(data) + one.finish()
    return [job for job in done if isinstance(job, Job) and (job.lines or job.codes)]


def printed(data: bytes, encoding: str = "gb18030", page_table: str = "epson") -> Sequence[str]:
    return [line for job in jobs(data, encoding, page_table) for line in job.lines]


def test_columns_are_runs_of_one_line() -> None:
    data = "实付".encode("gb18030") + b"\x1b$\xfc\x00\x1b\\\x18\x0014.97\n"
    assert printed(data) == ["实付  14.97"]
    backwards = b"\x1b$\xfc\x0014.97\x1b$\x00\x00" + "实付".encode("gb18030") + b"\n"
    assert printed(backwards) == ["实付  14.97"]


def test_a_style_may_come_inside_a_character() -> None:
    assert printed(b"\xca\x1bE\x01\xb5\x1bE\x00\xb8\xb6\n") == ["实付"]


def test_pictures_and_codes_are_skipped_whatever_they_hold() -> None:
    code = b"\x1d(k\x08\x001P0\x1bi\x1d\x1d\x1b"
    large = b"\x1d8L\x06\x00\x00\x00\x1bi\x1bi\x1b\x1d"
    (job,) = jobs(b"one\n" + RASTER + code + large + b"two\n" + CUT)
    assert job.lines == ("one", "two")
    assert job.codes == ((1, Code(symbology="qr", text="24x24")),)
    assert not job.damaged


def test_a_picture_in_bands_is_looked_at_once() -> None:
    (job,) = jobs(RASTER + b"\n\x1bJ\x00" + RASTER + b" text\n" + RASTER + CUT)
    assert [code.text for _, code in job.codes] == ["24x48", "24x24"]


def test_without_a_decoder_pictures_are_skipped() -> None:
    blind = Printer("gb18030", "epson", Counts())
    done = blind.feed(RASTER + b"text\n" + CUT)
    assert [job.codes for job in done if isinstance(job, Job)] == [()]


def test_qr_and_bar_codes_stand_where_they_are_printed() -> None:
    qr = b"\x1d(k\x06\x001P0abc\x1d(k\x03\x001Q0"
    (job,) = jobs(b"a\n" + qr + b"b\n\x1dk\x04X1\x00" + CUT)
    assert job.codes == (
        (1, Code(symbology="qr", text="abc")),
        (2, Code(symbology="code39", text="X1")),
    )


@pytest.mark.parametrize(
    "pulse", [b"\x1bp\x00\x19\xfa", b"\x1bp0\x19\xfa", b"\x10\x14\x01\x00\x05"]
)
def test_the_drawer_is_told_once_a_job(pulse: bytes) -> None:
    done = printer().feed(pulse + pulse + b"x\n" + CUT + pulse)
    assert [isinstance(one, DrawerOpened) for one in done] == [True, False, True]
    assert not any(isinstance(one, DrawerOpened) for one in printer().feed(b"\x10\x14\x02\x01\x08"))


@pytest.mark.parametrize("cut", [b"\x1dV\x00", b"\x1dV1", b"\x1dVB\x00", b"\x1bi", b"\x1bm"])
def test_each_cut_ends_a_job(cut: bytes) -> None:
    assert [job.lines for job in jobs(b"a\n" + cut + b"\x00\x00b\n" + cut)] == [("a",), ("b",)]


def test_where_a_receipt_may_begin_is_noted() -> None:
    (job,) = jobs(b"\x1b@a\n\x1b@b\nc\n\x1b@\x1b@d\n")
    assert (job.initialised, job.seams) == (True, (1, 3))
    (job,) = jobs(b"a\n\x1b@b\n")
    assert (job.initialised, job.seams) == (False, (1,))


def test_a_digit_is_as_good_a_parameter_as_a_number() -> None:
    assert printed(b"\x1bE1\x1ba1\x1b4\x01x\x1b4\x00\n") == ["x"]


def test_a_star_has_its_own_commands() -> None:
    data = (
        b"\x1b@\x1b\x1ea\x00\x1bR8\x1b\x1dA\x10\x00" + "実付".encode("shift_jis")
        + b"\x1b\x1dR\x40\x00 14\n\x1bi\x00\x00\x1bb6221AB\x1e\x1b\x1dS\x01\x03\x00\x18\x00\x00"
        + b"\x1bd3" * 24 + b"\x07\x1bd3next\n"
    )  # fmt: skip
    one = printer("shift_jis", "star")
    done = one.feed(data) + one.finish()
    first, second = (job for job in done if isinstance(job, Job))
    assert first.lines == ("実付   14",)
    assert [code.text for _, code in first.codes] == ["AB", "24x24"]
    assert second.lines == ("next",)
    assert DrawerOpened() in done


def test_an_unknown_command_costs_two_bytes() -> None:
    one = Printer("gb18030", "epson", counts := Counts())
    done = one.feed(b"a\x1b\xf0b\n\x1b\n" + CUT)
    (job,) = (job for job in done if isinstance(job, Job))
    assert (job.lines, job.damaged) == (("ab",), True)
    assert counts.dropped_bytes == 3


def test_what_a_damaged_length_swallowed_is_read_again() -> None:
    one = Printer("gb18030", "epson", counts := Counts())
    foot = "\x1ba\x01谢谢惠顾，欢迎再来\n".encode("gb18030") + b"\x1dk\x04X1\x00" + CUT
    assert one.feed(b"head\n\x1dv0\x00\xff\x00\xff\x02" + b"\x00\xff" * 90 + foot) == []
    (job, rest) = one.finish()
    assert isinstance(job, Job)
    assert job.lines == ("head", "谢谢惠顾，欢迎再来")
    assert [code.text for _, code in job.codes] == ["X1"]
    assert job.damaged
    assert counts.resyncs == 1
    assert isinstance(rest, Job)
    assert not (rest.lines or rest.damaged)


def test_hostile_streams_take_bounded_memory() -> None:
    units = (b"\x1b$", b"\x1dv0\x00\xff\x00\xff\x00", b"\x1d*\xff\x7f", b"\xb1", b"\x1b\x1b")
    for unit in (*units, b"\x1d8L\xff\xff\x07\x00", b"\x1b&\xff\x00\xff\x01", b"\x1bL\xb1\n"):
        one = printer()
        for _ in range(8):
            one.feed(unit * 4000)
            assert one.held_bytes <= MAX_COMMAND_BYTES + 4000 * len(unit)
        one.finish()
        assert one.held_bytes == 0
        assert printed(b"next\n" + CUT) == ["next"]


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *("金: 12\n".encode(one) for one in ("gb18030", "big5", "cp949", "utf-8")),
                b"\x1b@",
                b"\x1c&",
                b"\x1c.",
                b"\x1bt\x10",
                b"\x1b$\x40\x01",
                b"\x1b\\\x10\x00",
                b"\x1bL",
                b"\x0c",
                b"\x18",
                b"\x1b\x0c",
                b"\x1d$\x30\x00",
                b"\x1bE\x01",
                b"\xc4\xc4",
                RASTER,
                b"\x1b*\x21\x18\x00" + b"\x0f" * 72,
                b"\x1d(k\x06\x001P0abc",
                b"\x1d(k\x03\x001Q0",
                b"\x1dkI\x04{C\x01\x02",
                b"\x1bp\x00\x19\xfa",
                CUT,
                b"\n",
                b"\x1b",
                b"\x1d",
                b"\x1c",
                b"\x10",
                b"\x1dv0\x00",
                b"\x1bD",
                b"\x1b&",
                b"\x1cq",
                b"\x1b\x1dA\x08\x00",
                b"\x1bd3",
                b"\x07",
            ]
        ),
        st.binary(max_size=8),
    ),
    max_size=14,
)


@given(
    PIECES,
    st.lists(st.integers(0, 30), max_size=30),
    st.sampled_from(["gb18030", "big5", "cp949", "shift_jis", "cp437", "utf-8"]),
    st.sampled_from(["epson", "epson", "star"]),
)
@settings(max_examples=120)
def test_any_bytes_in_any_pieces_give_the_same_jobs(
    pieces: list[bytes], sizes: list[int], encoding: str, page_table: str
) -> None:
    data = b"".join(pieces)
    whole = printer(encoding, page_table)
    expected = whole.feed(data) + whole.finish()
    for cuts in (sizes, [1] * len(data)):
        one = printer(encoding, page_table)
        done: list[Job | DrawerOpened] = []
        at = 0
        for size in (*cuts, len(data)):
            done += one.feed(data[at : at + size])
            at += size
        assert done + one.finish() == expected
