from __future__ import annotations

import pytest

from protocols.readers.printout import Printout, is_double_byte


def test_which_sets_fs_switches_on() -> None:
    assert is_double_byte("GB18030")
    assert is_double_byte("big5")
    assert not is_double_byte("cp437")
    with pytest.raises(LookupError):
        is_double_byte("klingon")


def test_a_character_may_arrive_in_two_pieces() -> None:
    printout = Printout("gb18030")
    printout.text(b"\xb1")
    printout.text(b"\xe3")
    printout.end_line()
    assert printout.lines == ["便"]
    assert printout.damage == 0


def test_what_cannot_be_decoded_is_damage() -> None:
    printout = Printout("gb18030")
    printout.text(b"\xff")
    printout.end_line()
    assert printout.damage == 1
    printout.start_job()
    assert (printout.lines, printout.damage) == ([], 0)


def test_a_line_and_a_job_are_bounded() -> None:
    printout = Printout("cp437")
    for _ in range(3000):
        printout.text(b"x" * 5000)
        printout.text(b"y")
        printout.end_line()
    assert len(printout.lines) == 1000
    assert max(map(len, printout.lines)) == 1024


def test_only_a_cut_ends_a_job() -> None:
    printout = Printout("cp437")
    assert printout.command(b"\x1dV\x00")
    assert printout.command(b"\x1bi")
    assert not printout.command(b"\x1bd\x05")
    assert not printout.command(b"\x1b@")
