"""The far end of the line is a real serial device, and carries real receipts."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import serial

from simulator.till_line import TillLine, last_number

ZONE = ZoneInfo("Asia/Shanghai")


def test_a_program_that_opens_the_port_reads_the_receipt(tmp_path: Path) -> None:
    line = TillLine(tmp_path / "store" / "till.tty", till="till-3", seed=1)
    with serial.Serial(str(tmp_path / "store" / "till.tty"), timeout=2) as port:
        around = [f"{datetime.now(ZONE):%Y-%m-%d %H:%M}"]
        number = line.sell()
        around.append(f"{datetime.now(ZONE):%Y-%m-%d %H:%M}")
        printed = port.read(4096)
    assert line.printed == 1
    assert last_number(tmp_path / "store" / "till.tty").read_text("ascii") == number
    assert f"单号：{number}".encode("gb18030") in printed
    assert any(when.encode("ascii") in printed for when in around), "the time in the store"
    line.close()


def test_a_second_line_takes_the_place_of_a_dead_one(tmp_path: Path) -> None:
    first = TillLine(tmp_path / "till.tty", till="till-3", seed=1)
    first.open()
    first.close()
    second = TillLine(tmp_path / "till.tty", till="till-3", seed=1)
    assert os.isatty(os.open(tmp_path / "till.tty", os.O_RDWR | os.O_NOCTTY))
    second.close()
    assert not (tmp_path / "till.tty").is_symlink()
