"""The far end of the line is a real serial device, and carries real receipts."""

import os
from pathlib import Path

import serial

from simulator.till_line import TillLine, last_number


def test_a_program_that_opens_the_port_reads_the_receipt(tmp_path: Path) -> None:
    line = TillLine(tmp_path / "store" / "till.tty", till="till-3", seed=1)
    with serial.Serial(str(tmp_path / "store" / "till.tty"), timeout=2) as port:
        number = line.sell()
        printed = port.read(4096)
    assert line.printed == 1
    assert last_number(tmp_path / "store" / "till.tty").read_text("ascii") == number
    assert f"单号：{number}".encode("gb18030") in printed
    line.close()


def test_a_second_line_takes_the_place_of_a_dead_one(tmp_path: Path) -> None:
    first = TillLine(tmp_path / "till.tty", till="till-3", seed=1)
    first.open()
    first.close()
    second = TillLine(tmp_path / "till.tty", till="till-3", seed=1)
    assert os.isatty(os.open(tmp_path / "till.tty", os.O_RDWR | os.O_NOCTTY))
    second.close()
    assert not (tmp_path / "till.tty").is_symlink()
