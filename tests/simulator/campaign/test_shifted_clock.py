"""A program's wall clock follows a file; its monotonic clock and other programs do not."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.campaign import shifted_clock

DAY_SECONDS = 24 * 3600.0
WATCHER = (
    "import time, pathlib, datetime\n"
    "began, mono = time.time(), time.monotonic()\n"
    "print('ready', flush=True)\n"
    "while abs(time.time() - began) < 3600: time.sleep(0.01)\n"
    "print(time.time() - began, time.monotonic() - mono)\n"
    "print(datetime.datetime.now().timestamp() - began)\n"
)


@pytest.mark.skipif(not shifted_clock.available(), reason="needs the package time-machine")
def test_the_wall_clock_jumps_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    (tmp_path / "watcher.py").write_text(WATCHER)
    program = subprocess.Popen(
        [sys.executable, "-m", shifted_clock.__name__, str(file), "watcher"],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": f"{tmp_path}:{Path.cwd()}"},
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    shifted_clock.set_offset(file, 3 * DAY_SECONDS)
    said, _ = program.communicate(timeout=20)
    jumped, passed, by_date = map(float, said.split())
    assert 3 * DAY_SECONDS <= jumped < 3 * DAY_SECONDS + 60
    assert abs(by_date - jumped) < 1
    assert passed < 60
    assert abs(time.time() - file.stat().st_mtime) < 60


def test_no_file_and_nonsense_mean_the_right_time(tmp_path: Path) -> None:
    assert shifted_clock.read_offset(tmp_path / "none") == 0.0
    (tmp_path / "torn").write_text("12a")
    assert shifted_clock.read_offset(tmp_path / "torn") == 0.0
    shifted_clock.set_offset(tmp_path / "clock", -5.5)
    assert shifted_clock.read_offset(tmp_path / "clock") == -5.5
