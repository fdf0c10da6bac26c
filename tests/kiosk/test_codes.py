import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.codes import AHEAD, Reserve, random_code
from protocols import case_code
from simulator.campaign.disks import LoopDisk, can_mount

KEY = bytes(range(32))
EPOCH = "epoch-1"


def codes(first: int, count: int) -> list[str]:
    return [case_code.block_code(KEY, number) for number in range(first, first + count)]


def opened(path: Path, epoch: str = EPOCH) -> Reserve:
    reserve = Reserve(path)
    reserve.open(epoch)
    return reserve


def given(reserve: Reserve, count: int) -> list[str]:
    """Give codes as the program does: the disk is looked at between visits."""
    found = []
    for _ in range(count):
        found.append(reserve.give())
        reserve.refill(EPOCH)
    return found


def test_granted_codes_are_given_once_each_in_their_order(tmp_path: Path) -> None:
    reserve = opened(tmp_path / "codes.db")
    reserve.add(codes(1, 30))
    reserve.refill(EPOCH)
    assert reserve.left == 30
    assert given(reserve, 30) == codes(1, 30)
    assert reserve.left == 0
    assert len(reserve.give()) == 14, "made by chance"


def test_a_code_that_was_here_before_is_not_taken_in_again(tmp_path: Path) -> None:
    path = tmp_path / "codes.db"
    reserve = opened(path)
    reserve.add(codes(1, 10))
    reserve.add([*codes(1, 10), "not a code", codes(11, 1)[0].lower(), *codes(11, 2)])
    reserve.refill(EPOCH)
    assert given(reserve, 12) == codes(1, 12)
    reserve.close()
    reserve = opened(path)
    reserve.add(codes(1, 12))
    assert reserve.left == 0


def test_what_lay_ready_is_wasted_at_the_end_and_never_given_twice(tmp_path: Path) -> None:
    reserve = opened(tmp_path / "codes.db")
    reserve.add(codes(1, 30))
    reserve.refill(EPOCH)
    first = given(reserve, 5)
    reserve.close()
    reserve = opened(tmp_path / "codes.db")
    assert reserve.left == 30 - 5 - AHEAD
    assert not set(first) & set(given(reserve, 30 - 5 - AHEAD))


def test_without_a_file_codes_are_made_by_chance(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "codes.db")
    assert reserve.left is None
    reserve.add(codes(1, 10))
    assert case_code.parse(reserve.give()) not in codes(1, 10)
    assert len({random_code() for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize("at_runtime", [False, True])
def test_codes_of_an_older_copy_of_the_disk_are_dropped(tmp_path: Path, at_runtime: bool) -> None:
    path = tmp_path / "codes.db"
    reserve = opened(path)
    reserve.add(codes(1, 30))
    reserve.refill(EPOCH)
    if at_runtime:
        reserve.refill("epoch-2")
    else:
        reserve.close()
        reserve = opened(path, "epoch-2")
    assert reserve.left == 0
    reserve.add(codes(1, 31))
    reserve.refill("epoch-2")
    assert reserve.give() == codes(31, 1)[0]


def test_a_broken_file_costs_its_codes_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "codes.db"
    path.write_bytes(b"not a database " * 500)
    reserve = opened(path)
    assert reserve.left == 0
    reserve.add(codes(1, 3))
    reserve.refill(EPOCH)
    assert given(reserve, 3) == codes(1, 3)


def test_a_disk_that_takes_nothing_stops_no_visit(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "codes.db"
    reserve = opened(path)
    reserve.add(codes(1, 30))
    reserve.refill(EPOCH)
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TRIGGER broken BEFORE UPDATE ON codes BEGIN SELECT raise(ABORT, 'no'); END"
        )
    shown = given(reserve, AHEAD + 5)
    assert shown[:AHEAD] == codes(1, AHEAD)
    assert all(len(code) == 14 for code in shown[AHEAD:]), "what is not marked is not given"
    assert caplog.text.count("cannot be kept") == 1, "once per episode"
    with sqlite3.connect(path) as database:
        database.execute("DROP TRIGGER broken")
    assert given(reserve, 2)[1] == codes(AHEAD + 1, 1)[0]


GIVER = """
import sys
from pathlib import Path
from kiosk.codes import Reserve

reserve = Reserve(Path(sys.argv[1]))
reserve.open("epoch-1")
while reserve.left:
    print(reserve.give(), flush=True)
    reserve.refill("epoch-1")
"""


def test_killed_again_and_again_it_never_gives_a_code_twice(tmp_path: Path) -> None:
    path = tmp_path / "codes.db"
    reserve = opened(path)
    reserve.add(codes(1, 2_000))
    reserve.close()
    seen: list[str] = []
    for shown in (1, 40, 90):
        giver = subprocess.Popen(
            [sys.executable, "-c", GIVER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert giver.stdout is not None
        seen += [giver.stdout.readline().strip() for _ in range(shown)]
        os.kill(giver.pid, signal.SIGKILL)
        seen += giver.communicate()[0].split()
    assert len(seen) > 130
    assert len(set(seen)) == len(seen)
    assert set(seen) <= set(codes(1, 2_000))


@pytest.mark.skipif(not can_mount(), reason="needs root, loop devices and mkfs.ext4 (e2fsprogs)")
def test_a_full_disk_stops_no_visit(tmp_path: Path) -> None:
    disk = LoopDisk(tmp_path / "disk", megabytes=8)
    try:
        reserve = opened(disk.at / "codes.db")
        disk.fill()
        reserve.add(codes(1, 1_000))
        reserve.refill(EPOCH)
        shown = given(reserve, 20)
        assert len(set(shown)) == 20
        reserve.close()
    finally:
        disk.close()
