from pathlib import Path

import pytest

from edge_gateway.commit_group import CommitGroup, Gap
from edge_gateway.events import Relayed
from outbox import Outbox
from protocols.messages import Lane
from tests.edge_gateway.field import stream


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox.open(tmp_path / "o.db", device="g1", program="test")


def relayed(first: int, *payloads: bytes, hole: tuple[int, int] | None = None) -> Relayed:
    return Relayed(stream=stream(), first=first, payloads=payloads, floor=1, hole=hole)


def statements(outbox: Outbox) -> list[str]:
    """Return what is said to SQLite from now on."""
    said: list[str] = []
    outbox.database.set_trace_callback(said.append)
    return said


def test_taps_that_come_together_are_one_statement(outbox: Outbox) -> None:
    said = statements(outbox)
    with outbox.transaction():
        group = CommitGroup(outbox, 5)
        for number in range(1, 101):
            group.store(relayed(number, b"%d" % number))
        group.settle_all()
    assert len([one for one in said if one.startswith("INSERT OR IGNORE INTO events")]) == 1
    assert outbox.read(stream(), 1, 100, 10_000) == [b"%d" % n for n in range(1, 101)]


def test_a_stream_is_forgotten_once_however_often_hq_answered(outbox: Outbox) -> None:
    said = statements(outbox)
    with outbox.transaction():
        group = CommitGroup(outbox, 5)
        group.store(relayed(1, *[b"x"] * 10))
        for through in (3, 7, 5):
            group.forget(stream(), through)
        group.settle_all()
    assert len([one for one in said if one.startswith("DELETE FROM events")]) == 1
    position = outbox.position(stream())
    assert (position.oldest, position.head, position.committed) == (8, 10, 7)


def test_what_does_not_follow_on_the_run_is_a_gap(outbox: Outbox) -> None:
    group = CommitGroup(outbox, 5)
    group.store(relayed(1, b"a"))
    with pytest.raises(Gap):
        group.store(relayed(3, b"c"))


def test_a_hole_is_set_where_the_run_before_it_ends(outbox: Outbox) -> None:
    with outbox.transaction():
        group = CommitGroup(outbox, 5)
        group.store(relayed(1, b"a"))
        group.forget(stream(), 1)
        group.store(relayed(5, b"e", hole=(2, 4)))
        group.store(relayed(6, b"f"))
        group.settle_all()
    position = outbox.position(stream())
    assert (position.oldest, position.head, position.committed) == (5, 6, 1)
    assert outbox.read(stream(), 5, 6, 100) == [b"e", b"f"]


def test_what_is_not_at_hq_is_never_passed_over(outbox: Outbox) -> None:
    with outbox.transaction():
        group = CommitGroup(outbox, 5)
        group.store(relayed(1, b"a"))
        with pytest.raises(Gap):
            group.store(relayed(5, b"e", hole=(2, 4)))
        group.settle_all()
    assert outbox.read(stream(), 1, 1, 100) == [b"a"]


def test_settling_one_stream_leaves_the_others_collected(outbox: Outbox) -> None:
    other = stream("k2")
    with outbox.transaction():
        group = CommitGroup(outbox, 5)
        group.store(relayed(1, b"a"))
        group.store(Relayed(stream=other, first=1, payloads=(b"z",), floor=1))
        group.settle(stream())
        assert (outbox.position(stream()).head, outbox.position(other).head) == (1, 0)
        group.settle_all()
    assert outbox.position(other).head == 1


def test_own_events_keep_their_order_per_lane(outbox: Outbox) -> None:
    with outbox.transaction():
        group = CommitGroup(outbox, 5)
        for number in range(3):
            group.append(Lane.URGENT, b"u%d" % number)
            group.append(Lane.BULK, b"b%d" % number)
        group.settle_all()
    assert outbox.read(outbox.stream(Lane.URGENT), 1, 3, 100) == [b"u0", b"u1", b"u2"]
    assert outbox.read(outbox.stream(Lane.BULK), 1, 3, 100) == [b"b0", b"b1", b"b2"]
