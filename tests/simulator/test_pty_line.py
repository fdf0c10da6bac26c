import os
from pathlib import Path

import serial

from simulator.pty_line import PtyLine


def test_bytes_go_both_ways_until_the_plug_is_pulled(tmp_path: Path) -> None:
    line = PtyLine(tmp_path / "store" / "port")
    with serial.Serial(str(tmp_path / "store" / "port"), timeout=2) as port:
        line.send((b"one ", b"two"))
        assert port.read(7) == b"one two"
        port.write(b"hello")
        port.flush()
        assert line.heard() == b"hello"
        assert line.heard() == b""
    line.close()
    assert not (tmp_path / "store" / "port").is_symlink()


def test_what_nobody_reads_is_lost_and_counted(tmp_path: Path) -> None:
    line = PtyLine(tmp_path / "port")
    for _ in range(100):
        line.send(b"x" * 4096)
    assert line.lost_bytes > 0
    assert os.isatty(os.open(tmp_path / "port", os.O_RDWR | os.O_NOCTTY))
    line.close()
