"""The log keeps what it accepted: order, crashes, quota, retention, replay."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbox import Outbox, OutboxDamaged, OutboxForeign, OutboxFull, OutboxHeld
from outbox.log import KEEP_COMMITTED_MS
from protocols.messages import MAX_EVENT_BYTES, Lane, Stream

OTHER = Stream(device="kiosk-9", epoch="e9", lane=Lane.BULK)


def opened(path: Path, max_bytes: int | None = None) -> Outbox:
    return Outbox.open(path / "o.sqlite3", device="k1", program="test", max_bytes=max_bytes)


def held(outbox: Outbox, stream: Stream) -> list[bytes]:
    position = outbox.position(stream)
    return outbox.read(stream, position.oldest, position.head, 1 << 30)


def test_d2_seqs_count_up_per_lane_and_survive_a_restart(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    assert [outbox.append(Lane.BULK, b"a", 1), outbox.append(Lane.BULK, b"b", 1)] == [1, 2]
    assert outbox.append(Lane.URGENT, b"c", 1) == 1
    epoch = outbox.epoch
    outbox.close()
    outbox = opened(tmp_path)
    assert outbox.epoch == epoch
    assert outbox.append(Lane.BULK, b"d", 1) == 3
    assert held(outbox, outbox.stream(Lane.BULK)) == [b"a", b"b", b"d"]


def test_d2_the_file_is_synced_at_every_commit(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    assert outbox.database.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert outbox.database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_d2_kill_9_keeps_every_event_that_was_confirmed(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from outbox import Outbox\n"
        "from protocols.messages import Lane\n"
        "o = Outbox.open(Path(sys.argv[1]), device='k1', program='child')\n"
        "while True: print(o.append(Lane.BULK, b'x' * 300, 1), flush=True)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "o.sqlite3")], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    confirmed = [int(child.stdout.readline()) for _ in range(200)][-1]
    os.kill(child.pid, signal.SIGKILL)
    confirmed = max([confirmed, *(int(n) for n in child.stdout.read().split(b"\n")[:-1] if n)])
    child.wait()
    outbox = opened(tmp_path)
    assert outbox.position(outbox.stream(Lane.BULK)).head >= confirmed
    assert outbox.database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_second_program_is_refused(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    with pytest.raises(OutboxHeld, match="in use by test"):
        opened(tmp_path)
    outbox.close()
    opened(tmp_path).close()


def test_a_file_that_is_no_outbox_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "o.sqlite3").write_bytes(b"not a database at all" * 100)
    with pytest.raises(OutboxDamaged, match=r"o\.sqlite3 cannot be read as an outbox"):
        opened(tmp_path)
    assert (tmp_path / "o.sqlite3").read_bytes().startswith(b"not a database")
    (tmp_path / "o.sqlite3").unlink()
    opened(tmp_path).close()


def test_the_outbox_of_another_device_is_refused(tmp_path: Path) -> None:
    opened(tmp_path).close()
    with pytest.raises(OutboxForeign, match="belongs to device 'k1', not to 'k2'"):
        Outbox.open(tmp_path / "o.sqlite3", device="k2", program="test")


def test_too_long_an_event_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    with pytest.raises(ValueError, match=str(MAX_EVENT_BYTES + 1)):
        outbox.append_many(Lane.BULK, [b"ok", b"x" * (MAX_EVENT_BYTES + 1)], 1)
    assert outbox.position(outbox.stream(Lane.BULK)).head == 0


def test_a_group_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    with pytest.raises(RuntimeError), outbox.transaction():
        outbox.append(Lane.BULK, b"a", 1)
        outbox.store(OTHER, 1, [b"b"], 1)
        raise RuntimeError
    assert outbox.positions() == []
    assert outbox.append(Lane.BULK, b"a", 1) == 1


def test_what_a_kiosk_forgot_is_nowhere_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / "o.sqlite3"
    outbox = Outbox.open(path, device="k1", program="test", erase=True)
    for number in range(200):
        outbox.append(Lane.URGENT, b"what a shopper said %d" % number + b"." * 400, 1)
    stream = outbox.stream(Lane.URGENT)
    outbox.commit_through(stream, 200)
    assert outbox.retain(KEEP_COMMITTED_MS + 2)
    outbox.close()
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert b"what a shopper said" not in left


def test_d5_a_relay_forgets_only_what_hq_committed(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    outbox.store(OTHER, 1, [b"1", b"2", b"3"], 1)
    outbox.commit_through(OTHER, 2)
    assert held(outbox, OTHER) == [b"3"]
    assert outbox.position(OTHER).committed == 2


def test_d5_a_device_keeps_what_hq_committed_for_thirty_days(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    stream = outbox.stream(Lane.BULK)
    for day in range(3):
        outbox.append(Lane.BULK, b"%d" % day, day * 86_400_000)
    outbox.commit_through(stream, 2)
    assert outbox.retain(KEEP_COMMITTED_MS) == 0
    assert outbox.retain(KEEP_COMMITTED_MS + 1) == 1
    assert held(outbox, stream) == [b"1", b"2"]
    assert outbox.retain(100 * KEEP_COMMITTED_MS) == 1, "what HQ lacks is never forgotten"
    position = outbox.position(stream)
    assert (position.oldest, position.floor, position.head) == (3, 3, 3)


def test_d5_a_rewound_relay_takes_the_stream_again(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    outbox.store(OTHER, 1, [b"1", b"2", b"3", b"4"], 1)
    outbox.commit_through(OTHER, 3)
    outbox.rewind(OTHER, 1)
    position = outbox.position(OTHER)
    assert (position.oldest, position.head, position.committed) == (2, 1, 1)
    outbox.store(OTHER, 2, [b"2", b"3"], 1)
    outbox.store(OTHER, 4, [b"4"], 1)
    assert held(outbox, OTHER) == [b"2", b"3", b"4"]


def test_what_nobody_can_send_is_passed_over_and_never_said_to_be_at_hq(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    outbox.store(OTHER, 1, [b"1"], 1)
    outbox.commit_through(OTHER, 1)
    outbox.pass_over(OTHER, 5)
    outbox.store(OTHER, 6, [b"6"], 1)
    position = outbox.position(OTHER)
    assert (position.oldest, position.floor, position.head, position.committed) == (6, 6, 6, 1)
    assert held(outbox, OTHER) == [b"6"]


def test_a_relay_new_to_a_stream_starts_at_what_hq_has(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    position = outbox.relay(OTHER, known=7, floor=3)
    assert (position.oldest, position.head, position.committed) == (8, 7, 7)
    assert outbox.relay(OTHER, known=0, floor=4).floor == 4
    assert outbox.position(OTHER).head == 7


def test_a_file_that_is_an_old_copy_renews_its_epoch_and_keeps_what_hq_may_lack(
    tmp_path: Path,
) -> None:
    outbox = opened(tmp_path)
    outbox.append_many(Lane.BULK, [b"1", b"2", b"3"], 1)
    old = outbox.stream(Lane.BULK)
    outbox.commit_through(old, 1)
    assert outbox.renew_epoch() != old.epoch
    new = outbox.stream(Lane.BULK)
    assert held(outbox, new) == [b"2", b"3"]
    assert outbox.append(Lane.BULK, b"4", 1) == 3
    assert held(outbox, old) == [b"1"]


def test_d8_a_full_outbox_refuses_and_heals_when_hq_commits(tmp_path: Path) -> None:
    outbox = opened(tmp_path, max_bytes=200_000)
    accepted = 0
    with pytest.raises(OutboxFull):
        while True:
            accepted = outbox.append(Lane.BULK, b"x" * 1_000, 1)
    stream = outbox.stream(Lane.BULK)
    assert len(held(outbox, stream)) == accepted, "what was accepted is there"
    outbox.commit_through(stream, accepted // 2)
    assert outbox.append(Lane.BULK, b"again", 1) == accepted + 1
    kept = outbox.read(stream, accepted // 2 + 1, accepted + 1, 1 << 30)
    assert len(kept) == accepted + 1 - accepted // 2, "only committed events were forgotten"


def test_d8_a_full_relay_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    outbox = opened(tmp_path, max_bytes=100_000)
    stored = 0
    with pytest.raises(OutboxFull):
        while True:
            outbox.store(OTHER, stored + 1, [b"x" * 1_000], 1)
            stored += 1
    assert outbox.position(OTHER).head == stored
    outbox.commit_through(OTHER, stored)
    outbox.store(OTHER, stored + 1, [b"y"], 1)
    assert held(outbox, OTHER) == [b"y"]


@pytest.mark.parametrize("grouped", [False, True])
def test_d8_own_events_that_hq_has_make_room_for_everything_else(
    tmp_path: Path, grouped: bool
) -> None:
    outbox = opened(tmp_path, max_bytes=200_000)
    with pytest.raises(OutboxFull):
        while True:
            outbox.append(Lane.BULK, b"x" * 500, 1)
    outbox.commit_through(outbox.stream(Lane.BULK), 10**9)
    group = outbox.transaction() if grouped else contextlib.nullcontext()
    with group:
        outbox.store(OTHER, 1, [b"y" * 500] * 20, 1)
        outbox.append_many(Lane.URGENT, [b"z" * 500] * 20, 1)
    assert len(held(outbox, OTHER)) == 20
    assert len(held(outbox, outbox.stream(Lane.URGENT))) == 20


def test_d8_events_of_earlier_epochs_are_forgotten_too(tmp_path: Path) -> None:
    outbox = opened(tmp_path, max_bytes=200_000)
    old = outbox.stream(Lane.BULK)
    outbox.append_many(Lane.BULK, [b"x" * 500] * 150, 1)
    outbox.commit_through(old, 150)
    outbox.renew_epoch()
    for _ in range(180):
        outbox.append(Lane.BULK, b"y" * 500, 1)
    assert held(outbox, old) == []


def test_d5_events_of_earlier_epochs_are_kept_as_long(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    old = outbox.stream(Lane.BULK)
    outbox.append_many(Lane.BULK, [b"x"] * 5, 1)
    outbox.commit_through(old, 5)
    outbox.renew_epoch()
    assert outbox.retain(KEEP_COMMITTED_MS) == 0
    assert outbox.retain(KEEP_COMMITTED_MS + 2) == 5


def test_d5_an_event_with_a_wrong_clock_takes_no_younger_ones_with_it(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    now = 1_000 * KEEP_COMMITTED_MS
    for accepted_ms in (now - KEEP_COMMITTED_MS - 1, now - 3, 0, now - 1):  # at 0: not yet set
        outbox.append(Lane.BULK, b"tap", accepted_ms)
    bulk = outbox.stream(Lane.BULK)
    outbox.commit_through(bulk, 4)
    assert outbox.retain(now) == 1
    assert outbox.position(bulk).oldest == 2


def test_an_epoch_that_could_not_be_renewed_stays_the_old_one(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    outbox.append(Lane.BULK, b"1", 1)
    before = outbox.epoch
    outbox.database.execute(
        "CREATE TRIGGER broken BEFORE UPDATE ON identity BEGIN SELECT raise(ABORT, 'no'); END"
    )
    with pytest.raises(sqlite3.IntegrityError):
        outbox.renew_epoch()
    assert outbox.epoch == before
    assert outbox.append(Lane.BULK, b"2", 1) == 2


def test_reading_stops_at_the_bytes_that_fit(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    outbox.append_many(Lane.BULK, [b"x" * 400] * 10, 1)
    stream = outbox.stream(Lane.BULK)
    assert len(outbox.read(stream, 1, 10, 1_000)) == 2
    assert len(outbox.read(stream, 1, 10, 10)) == 1, "at least one, or a queue could block"
    assert len(outbox.read(stream, 4, 5, 10_000)) == 2


def test_any_bytes_are_kept_as_they_are(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    stream = Stream(device="k9", epoch="e", lane=Lane.BULK)
    payloads = [b"", b"\0", b"a\0b", b"", "诚".encode(), b"\xff" * 70_000, b""]
    outbox.store(stream, 1, payloads[:1], 5)
    outbox.store(stream, 2, payloads[1:], 5)
    assert outbox.read(stream, 1, len(payloads), 1_000_000) == payloads
    kinds = outbox.database.execute("SELECT DISTINCT typeof(payload) FROM events")
    assert kinds.fetchall() == [("blob",)]
    outbox.close()


def test_the_age_of_what_waits_is_known(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    stream = outbox.stream(Lane.URGENT)
    assert outbox.oldest_waiting_ms(stream) is None
    outbox.append(Lane.URGENT, b"a", 10)
    outbox.append(Lane.URGENT, b"b", 20)
    assert outbox.oldest_waiting_ms(stream) == 10
    outbox.commit_through(stream, 1)
    assert outbox.oldest_waiting_ms(stream) == 20


def test_urgent_streams_come_first(tmp_path: Path) -> None:
    outbox = opened(tmp_path)
    outbox.append(Lane.BULK, b"a", 1)
    outbox.append(Lane.URGENT, b"b", 1)
    assert [p.stream.lane for p in outbox.positions()] == [Lane.URGENT, Lane.BULK]


@given(st.lists(st.tuples(st.sampled_from(Lane), st.binary(max_size=50)), max_size=30))
@settings(max_examples=30, deadline=None)
def test_lanes_are_independent_and_keep_their_order(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[Lane, bytes]]
) -> None:
    outbox = opened(tmp_path_factory.mktemp("outbox"))
    for lane, payload in events:
        outbox.append(lane, payload, 1)
    for lane in Lane:
        assert held(outbox, outbox.stream(lane)) == [p for at, p in events if at is lane]
    outbox.close()
