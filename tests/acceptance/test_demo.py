"""The demo as a newcomer runs it: its exit code is the comparison of the two lists."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from simulator.local_chain import installed
from simulator.programs import wait_until

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.screen,
    pytest.mark.timeout(300),
]


def test_the_demo_ends_by_itself_with_every_tap_at_hq_though_the_wan_was_cut(
    tmp_path: Path,
) -> None:
    options = ["--for", "20", "--cut-wan", "7", "--think", "1.5", "--kiosks", "1"]
    done = subprocess.run(
        [installed("storeloop-sim"), "demo", *options, "--folder", str(tmp_path / "demo")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WAN cut" in done.stdout
    assert "every tap is at HQ exactly once" in done.stdout
    assert "raised while the WAN was cut │  0" not in done.stdout


@pytest.mark.parametrize("once_there_is", ["taps", "logs/chengbei-kiosk-1.log"])
def test_ctrl_c_while_it_starts_ends_it_at_once_and_quietly(
    tmp_path: Path, once_there_is: str
) -> None:
    folder = tmp_path / "demo"
    demo = subprocess.Popen(
        [installed("storeloop-sim"), "demo", "--kiosks", "1", "--folder", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    awaited = folder / once_there_is
    wait_until(lambda: awaited.exists() or demo.poll() is not None, once_there_is, 120)
    demo.send_signal(signal.SIGINT)
    said, _ = demo.communicate(timeout=40)
    assert demo.returncode == 130
    assert "ended before it was done" in said
    assert "Traceback" not in said


def test_a_folder_that_holds_something_else_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work")
    done = subprocess.run(
        [installed("storeloop-sim"), "demo", "--for", "1", "--folder", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "something else than a demo" in " ".join(done.stderr.replace("│", " ").split())
    assert (tmp_path / "thesis.txt").exists()
