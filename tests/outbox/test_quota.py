"""D8 on a disk that is really full: nothing accepted is lost, and it recovers by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from outbox import Outbox, OutboxFull
from outbox.file import beside
from outbox.quota import Ballast
from protocols.messages import Lane, Stream
from simulator.campaign.disks import LoopDisk, can_mount

QUOTA = 16_000_000
RELAYED = Stream(device="kiosk-9", epoch="e9", lane=Lane.BULK)
EVENT = b"x" * 1_000

on_a_small_disk = pytest.mark.skipif(
    not can_mount(), reason="needs root, loop devices and mkfs.ext4 (e2fsprogs)"
)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[LoopDisk]:
    small = LoopDisk(tmp_path / "disk", megabytes=24)
    yield small
    small.close()


@pytest.fixture
def outbox(disk: LoopDisk) -> Iterator[Outbox]:
    log = opened(disk.at)
    yield log
    log.close()


def opened(folder: Path) -> Outbox:
    return Outbox.open(folder / "o.db", device="k1", program="test", max_bytes=QUOTA)


def fill(outbox: Outbox) -> int:
    """Append until nothing is taken; return the last seq."""
    last = 0
    with pytest.raises(OutboxFull):
        while True:
            last = outbox.append(Lane.BULK, EVENT, 1)
    return last


def held(outbox: Outbox, stream: Stream) -> int:
    position = outbox.position(stream)
    count = 0
    while position.oldest + count <= position.head:
        count += len(outbox.read(stream, position.oldest + count, position.head, 1 << 24))
    return count


@on_a_small_disk
def test_d8_a_full_disk_refuses_loses_nothing_and_goes_on_when_it_has_room(
    disk: LoopDisk, outbox: Outbox
) -> None:
    for _ in range(50):
        outbox.append(Lane.BULK, EVENT, 1)
    disk.fill()
    last = fill(outbox)
    stream = outbox.stream(Lane.BULK)
    assert held(outbox, stream) == last
    with pytest.raises(OutboxFull):
        outbox.append(Lane.BULK, EVENT, 1)
    disk.free()
    assert outbox.append(Lane.BULK, EVENT, 1) == last + 1
    assert beside(outbox.path, ".ballast").exists(), "made again for the next time"
    assert outbox.database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@on_a_small_disk
def test_d8_a_full_disk_is_drained_and_its_room_used_again(disk: LoopDisk, outbox: Outbox) -> None:
    """Without the ballast even forgetting fails: there is no room for it in the log."""
    stored = 0
    disk.fill()
    with pytest.raises(OutboxFull):
        while True:
            outbox.store(RELAYED, stored + 1, [EVENT] * 50, 1)
            stored += 50
    assert held(outbox, RELAYED) == stored
    for through in range(1, stored + 1):  # HQ commits one by one, the worst for the log
        outbox.commit_through(RELAYED, through)
    assert held(outbox, RELAYED) == 0
    for first in range(stored + 1, 2 * stored + 1, 50):
        outbox.store(RELAYED, first, [EVENT] * 50, 1)
    assert held(outbox, RELAYED) == stored


@on_a_small_disk
def test_d8_own_events_that_hq_has_make_room_on_a_full_disk(disk: LoopDisk, outbox: Outbox) -> None:
    outbox.append_many(Lane.BULK, [EVENT] * 2_000, 1)
    stream = outbox.stream(Lane.BULK)
    outbox.commit_through(stream, 2_000)
    disk.fill()
    for seq in range(2_001, 2_501):
        assert outbox.append(Lane.BULK, EVENT, 1) == seq
        outbox.commit_through(stream, seq - 1)


@on_a_small_disk
def test_d8_an_outbox_can_be_opened_on_a_full_disk(disk: LoopDisk) -> None:
    outbox = opened(disk.at)
    outbox.append_many(Lane.BULK, [EVENT] * 2_000, 1)
    outbox.close()
    disk.fill()
    again = opened(disk.at)
    again.commit_through(again.stream(Lane.BULK), 2_000)
    assert held(again, again.stream(Lane.BULK)) == 2_000
    again.close()


@on_a_small_disk
def test_a_full_disk_is_said_once_and_its_end_too(
    disk: LoopDisk, outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    disk.fill()
    fill(outbox)
    for _ in range(5):
        with pytest.raises(OutboxFull):
            outbox.append(Lane.BULK, EVENT, 1)
    disk.free()
    with caplog.at_level(logging.INFO, "outbox.quota"):
        outbox.append(Lane.BULK, EVENT, 1)
    said = [record.getMessage() for record in caplog.records if record.name == "outbox.quota"]
    assert [("is full" in line, "has room again" in line) for line in said] == [
        (True, False),
        (False, True),
    ]


def test_a_ballast_really_takes_its_blocks(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "o.db", 8_000_000)
    assert ballast.hold()
    assert (tmp_path / "o.db.ballast").stat().st_blocks * 512 >= 1_000_000
    ballast.free()
    assert not (tmp_path / "o.db.ballast").exists()


def test_an_outbox_without_a_quota_holds_nothing_back(tmp_path: Path) -> None:
    Outbox.open(tmp_path / "o.db", device="k1", program="test").close()
    assert not (tmp_path / "o.db.ballast").exists()
