"""A disk without power keeps what was synced and nothing else; a full one can be freed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.campaign.disks import LoopDisk, can_mount

pytestmark = pytest.mark.skipif(not can_mount(), reason="needs root, ext4 and loop devices")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[LoopDisk]:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "before").write_text("was here")
    made = LoopDisk(tmp_path / "kept", megabytes=16)
    yield made
    made.close()


def test_what_the_folder_held_is_on_the_disk(disk: LoopDisk) -> None:
    assert disk.at.is_mount()
    assert (disk.at / "before").read_text() == "was here"


def test_power_cut_takes_nothing_that_was_there_before(disk: LoopDisk) -> None:
    disk.go_on_from(disk.snapshot())
    assert (disk.at / "before").read_text() == "was here"


def test_power_cut_keeps_what_was_synced_and_only_that(disk: LoopDisk) -> None:
    with (disk.at / "synced").open("wb") as synced:
        synced.write(b"a" * 5000)
        synced.flush()
        os.fsync(synced.fileno())
    (disk.at / "unsynced").write_bytes(b"b" * 5000)
    disk.go_on_from(disk.snapshot())
    assert (disk.at / "synced").read_bytes() == b"a" * 5000
    left = disk.at / "unsynced"
    assert not left.exists() or left.read_bytes() != b"b" * 5000


def test_a_full_disk_takes_nothing_until_it_is_freed(disk: LoopDisk) -> None:
    disk.fill()
    with pytest.raises(OSError, match="No space left"):
        (disk.at / "more").write_bytes(b"c" * 100_000)
    disk.free()
    (disk.at / "more").write_bytes(b"c" * 100_000)
    assert (disk.at / "more").stat().st_size == 100_000
