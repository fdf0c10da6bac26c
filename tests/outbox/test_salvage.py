"""Each way in which a file was seen to be damaged, and what survives it (D1, D5)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from outbox import Outbox, OutboxDamaged, OutboxForeign
from outbox.file import PAGE_BYTES, beside, mark, unfinished
from outbox.salvage import set_aside
from protocols.messages import Lane, Stream

RELAYED = Stream(device="kiosk-9", epoch="e9", lane=Lane.BULK)
FILE = "outbox.db"


def opened(folder: Path, *, salvage: bool = True) -> Outbox:
    return Outbox.open(folder / FILE, device="k1", program="test", salvage=salvage)


def event(number: int) -> bytes:
    return b"event %06d " % number + b"x" * 300


def numbers(payloads: list[bytes]) -> list[int]:
    return [int(payload.split()[1]) for payload in payloads]


def held(outbox: Outbox, stream: Stream) -> list[bytes]:
    position = outbox.position(stream)
    found: list[bytes] = []
    while position.oldest + len(found) <= position.head:
        found += outbox.read(stream, position.oldest + len(found), position.head, 1 << 30)
    return found


def made(folder: Path, *, events: int = 1_000, committed: int = 400) -> Stream:
    """Leave an outbox of own events, folded into its file, of which HQ has a part."""
    outbox = opened(folder)
    stream = outbox.stream(Lane.BULK)
    outbox.append(Lane.URGENT, event(1), 5)
    outbox.append_many(Lane.BULK, [event(n) for n in range(1, events + 1)], 7)
    outbox.store(RELAYED, 1, [b"relayed"], 7)
    if committed:
        outbox.commit_through(stream, committed)
    outbox.close()
    return stream


def page_of(folder: Path, number: int) -> int:
    """Return the offset of the page that holds an event."""
    at = (folder / FILE).read_bytes().index(event(number))
    return at - at % PAGE_BYTES


def overwrite(folder: Path, offset: int, content: bytes) -> None:
    with (folder / FILE).open("r+b") as file:
        file.seek(offset)
        file.write(content)


def kept_whole(folder: Path) -> bytes:
    [aside] = set_aside(folder / FILE)
    return aside.read_bytes()


def find_damage(folder: Path, stream: Stream) -> None:
    """Let the program read it all: it finds the damage, notes it and ends."""
    outbox = opened(folder)
    with pytest.raises((sqlite3.DatabaseError, OutboxDamaged)) as raised:
        held(outbox, stream)
    assert outbox.note_damage(raised.value)
    outbox.close()


def test_zeroed_page_costs_its_own_events_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old = made(tmp_path)
    overwrite(tmp_path, page_of(tmp_path, 700), bytes(PAGE_BYTES))
    before = (tmp_path / FILE).read_bytes()
    find_damage(tmp_path, old)
    outbox = opened(tmp_path)
    new = outbox.stream(Lane.BULK)
    assert new.epoch != old.epoch
    survived = numbers(held(outbox, new))
    lost = 600 - len(survived)
    assert 15 < lost < 40, "one page"
    assert survived == [n for n in range(401, 1_001) if n in set(survived)], "in order"
    assert 700 not in survived
    assert numbers(held(outbox, old)) == list(range(1, 401)), "to heal an HQ that is restored"
    assert numbers(held(outbox, outbox.stream(Lane.URGENT))) == [1]
    position = outbox.position(new)
    assert (position.oldest, position.floor, position.head) == (lost + 1, lost + 1, 600)
    assert kept_whole(tmp_path) == before
    [line] = [record.getMessage() for record in caplog.records]
    assert (
        f"{len(survived) + 1} events that HQ may lack were carried over, {lost} could not" in line
    )


def test_the_ledger_sees_what_was_lost_and_nothing_else(tmp_path: Path) -> None:
    old = made(tmp_path)
    overwrite(tmp_path, page_of(tmp_path, 700), bytes(PAGE_BYTES))
    find_damage(tmp_path, old)
    outbox = opened(tmp_path)
    accounts = {(one.epoch, one.lane): one for one in outbox.accounts()}
    assert sum(one.accepted for one in accounts.values()) == 1_001, "each event counted once"
    assert accounts[old.epoch, Lane.BULK].accepted == 400
    assert accounts[old.epoch, Lane.BULK].committed == 400
    new = accounts[outbox.epoch, Lane.BULK]
    assert (new.accepted, new.committed, new.oldest_waiting_ms) == (600, 0, 7)


def test_new_events_follow_what_was_saved(tmp_path: Path) -> None:
    old = made(tmp_path)
    overwrite(tmp_path, page_of(tmp_path, 700), bytes(PAGE_BYTES))
    find_damage(tmp_path, old)
    outbox = opened(tmp_path)
    assert outbox.append(Lane.BULK, event(1_001), 9) == 601
    outbox.renew_epoch()
    again = outbox.stream(Lane.BULK)
    assert numbers(held(outbox, again))[-1] == 1_001
    assert outbox.position(again).head == 601


def test_flipped_bytes_in_a_page_cost_no_more_than_the_page(tmp_path: Path) -> None:
    old = made(tmp_path, committed=0)
    offset = page_of(tmp_path, 300)
    page = (tmp_path / FILE).read_bytes()[offset : offset + 64]
    overwrite(tmp_path, offset, bytes(byte ^ 0x55 for byte in page))
    find_damage(tmp_path, old)
    outbox = opened(tmp_path)
    survived = numbers(held(outbox, outbox.stream(Lane.BULK)))
    assert set(range(1, 260)) | set(range(341, 1_001)) <= set(survived)


def test_truncated_file_keeps_what_the_tree_still_leads_to(tmp_path: Path) -> None:
    made(tmp_path, events=10_000, committed=0)
    size = (tmp_path / FILE).stat().st_size
    with (tmp_path / FILE).open("r+b") as file:
        file.truncate(size // 2 - size // 2 % PAGE_BYTES)
    outbox = opened(tmp_path)
    new = outbox.stream(Lane.BULK)
    survived = numbers(held(outbox, new))
    assert len(survived) > 4_000
    assert survived == list(range(1, len(survived) + 1))
    assert outbox.position(new).head == 10_000, "what is lost is counted"


def test_torn_tail_of_the_log_costs_the_torn_commits_and_is_an_old_copy(tmp_path: Path) -> None:
    running = tmp_path / "running"
    outbox = opened(running)
    stream = outbox.stream(Lane.BULK)
    for number in range(1, 101):
        outbox.append(Lane.BULK, event(number), 1)
    for ending in ("", "-wal"):  # as the power cut left it
        shutil.copy(beside(running / FILE, ending), beside(tmp_path / FILE, ending))
    outbox.close()
    log = beside(tmp_path / FILE, "-wal")
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size * 3 // 4)
    outbox = opened(tmp_path)
    assert outbox.stream(Lane.BULK) == stream, "not damage: SQLite takes what is whole"
    survived = numbers(held(outbox, stream))
    assert survived == list(range(1, len(survived) + 1))
    assert 50 < len(survived) < 100
    assert set_aside(tmp_path / FILE) == []


def test_file_of_no_bytes_is_set_aside_and_a_new_one_started(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    outbox = opened(tmp_path)
    assert outbox.append(Lane.BULK, b"first", 1) == 1
    assert kept_whole(tmp_path) == b""


def test_a_log_whose_file_is_empty_is_kept(tmp_path: Path) -> None:
    """SQLite would delete it."""
    (tmp_path / FILE).touch()
    beside(tmp_path / FILE, "-wal").write_bytes(b"the only copy of something")
    opened(tmp_path).close()
    [aside] = set_aside(tmp_path / FILE)
    assert beside(aside, "-wal").read_bytes() == b"the only copy of something"


def test_garbage_is_kept_whole_and_a_new_outbox_started(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    garbage = b"not a database at all" * 1_000
    (tmp_path / FILE).write_bytes(garbage)
    outbox = opened(tmp_path)
    assert outbox.positions() == []
    assert outbox.append(Lane.URGENT, b"first", 1) == 1
    assert kept_whole(tmp_path) == garbage
    assert "nobody knows how many could not be read" in caplog.text


def test_stale_log_without_its_file_is_set_aside_and_never_applied(tmp_path: Path) -> None:
    """As after an operator moved the file away and forgot what lies beside it."""
    elsewhere = tmp_path / "elsewhere"
    outbox = opened(elsewhere)
    outbox.append_many(Lane.BULK, [event(n) for n in range(50)], 1)
    shutil.copy(beside(elsewhere / FILE, "-wal"), beside(tmp_path / FILE, "-wal"))
    outbox.close()
    log = beside(tmp_path / FILE, "-wal").read_bytes()
    outbox = opened(tmp_path)
    assert outbox.positions() == []
    assert outbox.append(Lane.BULK, b"new", 1) == 1
    [aside] = tmp_path.glob(f"{FILE}.damaged-*-wal")
    assert aside.read_bytes() == log


def test_stale_log_beside_another_file_is_set_aside_and_never_applied(tmp_path: Path) -> None:
    """As after a file was put back from a backup, over one that had ended without a word."""
    elsewhere = tmp_path / "elsewhere"
    outbox = opened(elsewhere)
    outbox.append_many(Lane.BULK, [event(n) for n in range(50)], 1)
    outbox.database.execute("UPDATE identity SET created_ms = 1")
    log = beside(elsewhere / FILE, "-wal").read_bytes()
    outbox.close()
    made(tmp_path)
    beside(tmp_path / FILE, "-wal").write_bytes(log)
    outbox = opened(tmp_path)
    assert numbers(held(outbox, outbox.stream(Lane.BULK))) == list(range(401, 1_001))
    [aside] = set_aside(tmp_path / FILE)
    assert beside(aside, "-wal").read_bytes() == log


def test_positions_that_cannot_be_read_carry_every_event_over(tmp_path: Path) -> None:
    made(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as database:
        (root,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'streams'"
        ).fetchone()
    database.close()
    overwrite(tmp_path, (root - 1) * PAGE_BYTES, bytes(PAGE_BYTES))
    outbox = opened(tmp_path)
    assert numbers(held(outbox, outbox.stream(Lane.BULK))) == list(range(1, 1_001))
    assert numbers(held(outbox, outbox.stream(Lane.URGENT))) == [1]


def test_no_event_of_another_device_is_carried_over(tmp_path: Path) -> None:
    """The device still has it, and is told that this file has nothing."""
    old = made(tmp_path)
    overwrite(tmp_path, page_of(tmp_path, 700), bytes(PAGE_BYTES))
    find_damage(tmp_path, old)
    outbox = opened(tmp_path)
    assert [one for one in outbox.positions() if not one.origin] == []


def test_tables_of_the_program_are_carried_over(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    outbox.database.execute("CREATE TABLE alarms (alarm TEXT PRIMARY KEY)")
    outbox.database.execute("INSERT INTO alarms VALUES ('a1')")
    outbox.database.execute("INSERT INTO _sqlite_migrations VALUES (9, 'gateway', 'alarms', 'now')")
    assert outbox.note_damage(OutboxDamaged(outbox.path, "found by a test"))
    outbox.close()
    outbox = opened(tmp_path)
    assert outbox.database.execute("SELECT alarm FROM alarms").fetchall() == [("a1",)]
    assert outbox.database.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = 'gateway'"
    ).fetchall() == [("alarms",)]


def test_salvage_that_was_interrupted_is_finished(tmp_path: Path) -> None:
    old = made(tmp_path)
    overwrite(tmp_path, page_of(tmp_path, 700), bytes(PAGE_BYTES))
    find_damage(tmp_path, old)
    opened(tmp_path).close()
    (tmp_path / FILE).rename(unfinished(tmp_path / FILE))  # the end came between two renames
    outbox = opened(tmp_path)
    assert 560 < len(held(outbox, outbox.stream(Lane.BULK))) < 600
    assert len(set_aside(tmp_path / FILE)) == 1


def test_what_an_interrupted_salvage_left_is_made_anew(tmp_path: Path) -> None:
    made(tmp_path)
    unfinished(tmp_path / FILE).write_bytes(b"half of it")
    mark(tmp_path / FILE).touch()
    outbox = opened(tmp_path)
    assert len(held(outbox, outbox.stream(Lane.BULK))) == 600
    assert not unfinished(tmp_path / FILE).exists()


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / FILE).write_bytes(b"garbage" * 5_000),
        lambda folder: (folder / FILE).write_bytes(b""),
        lambda folder: mark(folder / FILE).touch(),
        lambda folder: (folder / FILE).rename(unfinished(folder / FILE)),
    ],
)
def test_who_does_not_ask_for_salvage_is_told_and_nothing_is_changed(
    tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    made(tmp_path)
    harm(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.stat().st_size}
    with pytest.raises(OutboxDamaged):
        opened(tmp_path, salvage=False)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.stat().st_size}
    assert before == after


def test_another_devices_outbox_is_never_salvaged(tmp_path: Path) -> None:
    made(tmp_path)
    mark(tmp_path / FILE).touch()
    with pytest.raises(OutboxForeign):
        Outbox.open(tmp_path / FILE, device="k2", program="test", salvage=True)
    assert set_aside(tmp_path / FILE) == []


def harmed(content: bytes, random: Random) -> bytes:
    """Flip, zero or cut some of a file, anywhere."""
    harm = bytearray(content)
    at = random.randrange(len(harm))
    match random.choice(("bit", "zeroes", "bytes", "header", "first pages", "cut")):
        case "bit":
            harm[at] ^= 1 << random.randrange(8)
        case "zeroes":
            harm[at : at + 512] = bytes(len(harm[at : at + 512]))
        case "cut":
            del harm[at:]
        case where:
            within = {"header": 100, "first pages": 8 * PAGE_BYTES}.get(where, len(harm))
            for _ in range(20):
                harm[random.randrange(within)] = random.randrange(256)
    return bytes(harm)


def in_use(outbox: Outbox) -> None:
    """Do what a kiosk does with its outbox."""
    for position in outbox.own_positions():
        held(outbox, position.stream)
    outbox.accounts()
    outbox.retain(5)
    for lane in Lane:
        outbox.append(lane, b"new", 9)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return an outbox with two epochs, as its file."""
    folder = tmp_path_factory.mktemp("sound")
    made(folder)
    outbox = opened(folder)
    outbox.renew_epoch()
    outbox.append_many(Lane.BULK, [event(n) for n in range(1_001, 1_100)], 7)
    outbox.close()
    return (folder / FILE).read_bytes()


@pytest.mark.parametrize("seed", range(60))
def test_no_damage_whatever_stops_a_device_for_good(
    tmp_path: Path, sound: bytes, seed: int
) -> None:
    (tmp_path / FILE).write_bytes(harmed(sound, Random(seed)))
    for _ in range(3):  # it opens, comes upon the damage, and opens it again
        outbox = opened(tmp_path)
        try:
            in_use(outbox)
            break
        except (sqlite3.Error, OutboxDamaged) as error:
            assert outbox.note_damage(error)
        finally:
            outbox.close()
    outbox = opened(tmp_path, salvage=False)
    in_use(outbox)
    assert all(outbox.position(outbox.stream(lane)).head for lane in Lane)
    outbox.close()
