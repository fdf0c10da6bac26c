"""The next campaign ends what a killed one left running or mounted, and nothing else."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.campaign.disks import LoopDisk, can_mount
from simulator.campaign.leftovers import clear, mounts, note


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def test_a_program_that_was_left_is_ended(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    note(tmp_path / "run-1", "broker", sleeper.pid)
    clear(tmp_path)
    assert sleeper.wait(10) == -9


def test_a_program_that_got_the_number_of_a_dead_one_is_left_alone(
    sleeper: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    note(tmp_path / "run-1", "broker", sleeper.pid)
    (tmp_path / "run-1" / "pids" / "broker").write_text(f"{sleeper.pid} 1")
    clear(tmp_path)
    with pytest.raises(subprocess.TimeoutExpired):
        sleeper.wait(0.3)


@pytest.mark.skipif(not can_mount(), reason="needs root, ext4 and loop devices")
def test_a_disk_that_was_left_is_unmounted_and_no_other(tmp_path: Path) -> None:
    for name in ("mine", "other"):
        (tmp_path / name).mkdir()
    mine = LoopDisk(tmp_path / "mine" / "disk", megabytes=8)
    other = LoopDisk(tmp_path / "other" / "disk", megabytes=8)
    try:
        assert mounts(tmp_path / "mine") == [mine.at]
        clear(tmp_path / "mine")
        assert mounts(tmp_path) == [other.at]
    finally:
        mine.close()
        other.close()
