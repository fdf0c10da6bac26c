import queue
from pathlib import Path

import pytest

from edge_gateway import alarm_rows, brief_rows
from edge_gateway import events as ev
from edge_gateway.writer import BatchesRead, Outcome, Writer
from outbox import Outbox
from protocols.messages import MAX_EVENT_BYTES, Lane
from tests.edge_gateway.field import START, response, stream
from tests.edge_gateway.test_alarms import alarms


def opened(folder: Path, max_bytes: int | None = None) -> Outbox:
    outbox = Outbox.open(folder / "o.db", device="g1", program="test", max_bytes=max_bytes)
    alarm_rows.set_up(outbox.database, START.wall_ms)
    brief_rows.set_up(outbox.database, outbox.epoch)
    return outbox


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return opened(tmp_path)


def relay(first: int, *payloads: bytes, hole: tuple[int, int] | None = None) -> ev.Write:
    return ev.Write(
        relayed=ev.Relayed(stream=stream(), first=first, payloads=payloads, floor=1, hole=hole)
    )


def silent(outbox: Outbox) -> Writer:
    return Writer(outbox, lambda _: None)


def test_the_thread_commits_in_order_and_closes_the_outbox(outbox: Outbox) -> None:
    reports: queue.SimpleQueue[list[Outcome]] = queue.SimpleQueue()
    writer = Writer(outbox, reports.put)
    for number in range(1, 51):
        writer.submit(relay(number, b"%d" % number))
    writer.start()
    writer.stop()
    written = []
    while not reports.empty():
        written += [one for one in reports.get() if isinstance(one, ev.Written)]
    assert sum(len(one.writes) for one in written) == 50
    assert len(written) < 50  # several to a commit
    again = Outbox.open(outbox.path, device="g1", program="test")
    assert again.read(stream(), 1, 50, 10_000) == [b"%d" % n for n in range(1, 51)]
    again.close()


def test_events_alarm_and_own_event_are_one_commit(outbox: Outbox) -> None:
    found = alarms().consider(response(urgent=True), START)
    assert found is not None
    relayed = relay(1, b"x").relayed
    write = ev.Write(relayed=relayed, own=((Lane.URGENT, b"{}"),), alarms=(found.alarm,))
    (written,) = silent(outbox).commit([write])
    assert isinstance(written, ev.Written)
    assert {one.stream.lane: one.head for one in written.positions} == {"bulk": 1, "urgent": 1}
    assert alarm_rows.load_alarms(outbox.database) == [found.alarm]


def test_one_bad_job_spoils_no_other(outbox: Outbox) -> None:
    good, bad = relay(1, b"a"), relay(9, b"z")
    outcomes = silent(outbox).commit([good, bad])
    assert [type(one) for one in outcomes] == [ev.Written, ev.WriteFailed]
    failed = outcomes[1]
    assert isinstance(failed, ev.WriteFailed)
    assert failed.position is not None
    assert (failed.write, failed.position.head) == (bad, 1)


def test_what_follows_a_failed_write_is_not_stored_over_a_gap(outbox: Outbox) -> None:
    outcomes = silent(outbox).commit([relay(3, b"c"), relay(4, b"d")])
    assert [type(one) for one in outcomes] == [ev.WriteFailed, ev.WriteFailed]
    failures = [one.failure for one in outcomes if isinstance(one, ev.WriteFailed)]
    assert failures == [ev.Failure.GAP, ev.Failure.GAP]
    assert outbox.position(stream()).head == 0


def test_d8_a_full_outbox_refuses_forgets_and_takes_again(tmp_path: Path) -> None:
    outbox = opened(tmp_path, max_bytes=200_000)
    writer = silent(outbox)
    seq, outcome = 0, writer.commit([relay(1, b"x" * 4_000)])[0]
    while isinstance(outcome, ev.Written):
        seq += 1
        outcome = writer.commit([relay(seq + 1, b"x" * 4_000)])[0]
    assert isinstance(outcome, ev.WriteFailed)
    assert "full" in outcome.why or "quota" in outcome.why
    assert outbox.position(stream()).head == seq
    outcomes = writer.commit([relay(seq + 1, b"x" * 4_000), ev.Forget(stream(), seq)])
    assert [type(one) for one in outcomes] == [ev.StreamChanged, ev.Written]


def test_a_read_is_cut_into_messages(outbox: Outbox) -> None:
    writer = silent(outbox)
    payloads = [b"x" * 90_000] * 5
    writer.commit([relay(1, *payloads)])
    (read,) = writer.commit([ev.PublishBatch(stream(), 1, 5, 1)])
    assert isinstance(read, BatchesRead)
    assert [(one.first, len(one.events)) for one in read.batches] == [(1, 2), (3, 2), (5, 1)]


def test_a_read_of_what_was_forgotten_meanwhile_tells_where_the_stream_begins(
    outbox: Outbox,
) -> None:
    writer = silent(outbox)
    writer.commit([relay(1, b"a", b"b"), ev.Forget(stream(), 1)])
    changed = ev.StreamChanged(outbox.position(stream()))
    assert changed.position.oldest == 2
    assert writer.commit([ev.PublishBatch(stream(), 1, 2, 1)]) == [changed, BatchesRead(())]


def test_a_hole_leaves_the_stream_whole_from_there_on(outbox: Outbox) -> None:
    writer = silent(outbox)
    writer.commit([relay(1, b"a"), ev.Forget(stream(), 1)])
    writer.commit([relay(7, b"g", b"h", hole=(2, 6))])
    position = outbox.position(stream())
    assert (position.oldest, position.head) == (7, 8)
    (read,) = writer.commit([ev.PublishBatch(stream(), 7, 8, 7)])
    assert isinstance(read, BatchesRead)
    assert read.batches[0].events == (b"g", b"h")


def test_streams_are_opened_rewound_and_renewed(outbox: Outbox) -> None:
    writer = silent(outbox)
    (was_opened,) = writer.commit([ev.OpenStream("k1", stream(), 812, 1, 5)])
    assert isinstance(was_opened, ev.StreamOpened)
    assert (was_opened.position.head, was_opened.nonce) == (812, 5)
    (changed,) = writer.commit([ev.TakeAgain(stream(), 700)])
    assert isinstance(changed, ev.StreamChanged)
    assert changed.position.head == 700
    before = outbox.epoch
    (renewed,) = writer.commit([ev.RenewEpoch()])
    assert isinstance(renewed, ev.EpochRenewed)
    assert renewed.epoch == outbox.epoch != before


def test_positions_told_are_those_after_the_commit(outbox: Outbox) -> None:
    writer = silent(outbox)
    own = outbox.stream(Lane.BULK)
    writer.commit([ev.Write(own=((Lane.BULK, b"1"),))])
    opened, forgotten, written = writer.commit(
        [
            ev.OpenStream("k1", stream(), 0, 1, 5),
            ev.Forget(own, 1),
            relay(1, b"a"),
            ev.Write(own=((Lane.BULK, b"2"),)),
        ]
    )
    assert isinstance(opened, ev.StreamOpened)
    assert isinstance(forgotten, ev.StreamChanged)
    assert isinstance(written, ev.Written)
    assert opened.position == outbox.position(stream())
    assert forgotten.position == outbox.position(own)
    assert written.positions == (opened.position, forgotten.position)


def test_own_events_after_a_new_epoch_go_into_its_streams(outbox: Outbox) -> None:
    writer = silent(outbox)
    first = ev.Write(own=((Lane.BULK, b"1"),))
    second = ev.Write(own=((Lane.BULK, b"2"),))
    outcomes = writer.commit([first, ev.RenewEpoch(), second])
    assert [type(one) for one in outcomes] == [ev.Written, ev.EpochRenewed, ev.Written]
    assert outbox.read(outbox.stream(Lane.BULK), 1, 2, 100) == [b"1", b"2"]


def test_a_job_that_cannot_be_done_ends_neither_the_thread_nor_the_others(outbox: Outbox) -> None:
    reports: queue.SimpleQueue[list[Outcome]] = queue.SimpleQueue()
    writer = Writer(outbox, reports.put)
    impossible = ev.Write(own=((Lane.BULK, b"x" * (MAX_EVENT_BYTES + 1)),))
    for job in (relay(1, b"a"), impossible, relay(2, b"b")):
        writer.submit(job)
    writer.start()
    outcomes = reports.get(timeout=5)
    assert [type(one) for one in outcomes] == [ev.Written, ev.WriteFailed, ev.Written]
    failed = outcomes[1]
    assert isinstance(failed, ev.WriteFailed)
    assert failed.failure is ev.Failure.FAULT
    writer.submit(relay(3, b"c"))
    assert isinstance(reports.get(timeout=5)[0], ev.Written)
    writer.stop()


def test_a_new_epoch_that_the_disk_does_not_take_is_reported(outbox: Outbox) -> None:
    epoch = outbox.epoch
    outbox.database.execute("PRAGMA query_only = ON")
    assert silent(outbox).commit([ev.RenewEpoch()]) == [ev.EpochNotRenewed()]
    outbox.database.execute("PRAGMA query_only = OFF")
    assert outbox.positions() == [] or outbox.positions()[0].stream.epoch == epoch


def test_d2_a_new_epoch_whose_commit_fails_loses_nothing_of_the_old_one(outbox: Outbox) -> None:
    writer = silent(outbox)
    writer.commit([ev.Write(own=((Lane.BULK, b"1"),))])
    epoch = outbox.epoch
    # What a full disk does: each statement passes, and the COMMIT does not.
    outbox.database.execute(
        "CREATE TABLE late (x REFERENCES missing (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    outbox.database.execute("CREATE TABLE missing (id INTEGER PRIMARY KEY)")
    outbox.database.execute("PRAGMA foreign_keys = ON")
    outbox.database.execute(
        "CREATE TRIGGER spoil AFTER UPDATE ON identity BEGIN INSERT INTO late VALUES (1); END"
    )
    assert writer.commit([ev.RenewEpoch()]) == [ev.EpochNotRenewed()]
    assert outbox.epoch == epoch
    outbox.database.execute("DROP TRIGGER spoil")
    writer.commit([ev.Write(own=((Lane.BULK, b"2"),)), ev.RenewEpoch()])
    assert outbox.epoch != epoch
    assert outbox.read(outbox.stream(Lane.BULK), 1, 9, 100) == [b"1", b"2"]


def test_a_read_that_a_rewind_overtook_is_no_damage(outbox: Outbox) -> None:
    writer = silent(outbox)
    writer.commit([relay(1, b"a", b"b", b"c")])
    outcomes = writer.commit(
        [
            ev.PublishBatch(stream(), 2, 3, 1),
            ev.Forget(stream(), 3),
            ev.TakeAgain(stream(), 1),
        ]
    )
    assert BatchesRead(()) in outcomes
    assert not outbox.damaged
