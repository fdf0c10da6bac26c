import os
import threading
from pathlib import Path
from queue import Queue

import pytest

from kiosk.printer import escpos, print_soon, send


def test_lines_become_what_a_chinese_printer_understands() -> None:
    payload = escpos(["自检单", "Till 4"])
    assert payload.startswith(b"\x1b@\x1c&")
    assert "自检单\nTill 4\n".encode("gb18030") in payload
    assert payload.endswith(b"\x1dV\x42\x00")


def test_printer_gets_every_byte_though_it_takes_few_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "lp0"
    os.mkfifo(path)
    payload = escpos(["x" * 30] * 10_000)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    while True:
        try:
            send(path, payload)
        except OSError as error:  # the reader has not opened it yet
            assert error.errno == 6
        else:
            break
    reader.join()
    assert got == [payload]


def test_printer_that_takes_nothing_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "lp0"
    os.mkfifo(path)
    holding = os.open(path, os.O_RDWR)
    with pytest.raises(TimeoutError, match="paper"):
        send(path, b"x" * 1_000_000, within_s=0.05)
    os.close(holding)


def test_failure_is_told_and_makes_no_file(tmp_path: Path) -> None:
    told: Queue[str] = Queue()
    print_soon(tmp_path / "gone", b"x", told.put)
    assert told.get(timeout=10) == "No such file or directory"
    assert not (tmp_path / "gone").exists()
    (tmp_path / "lp0").touch()
    print_soon(tmp_path / "lp0", b"x", told.put)
    assert told.get(timeout=10) == ""
