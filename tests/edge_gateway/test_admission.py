from edge_gateway.admission import (
    MOST_NEW_STREAMS,
    MOST_WAITING_STREAMS,
    ONE_MORE_STREAM_EVERY_MS,
    Admission,
)
from edge_gateway.refusals import Kind
from protocols.delivery import Position
from protocols.messages import Lane
from tests.edge_gateway.field import START, later, stream


def position(head: int, committed: int = 0, epoch: str = "e1", device: str = "k1") -> Position:
    return Position(
        stream=stream(device, epoch=epoch),
        oldest=committed + 1,
        head=head,
        committed=committed,
        floor=1,
        origin=False,
    )


def test_d8_no_device_holds_more_than_its_share() -> None:
    admission = Admission(12_000_000, [])
    admission.brought("k1", 1_000, 976_000)  # with SQLite's part about 1,000 bytes each
    admission.moved(position(2_900))
    assert not admission.full("k1", Lane.BULK)
    admission.moved(position(3_100))
    assert admission.full("k1", Lane.BULK)  # a quarter
    assert not admission.full("k1", Lane.URGENT)  # D1: a warning still finds room
    admission.moved(position(4_100))
    assert admission.full("k1", Lane.URGENT)  # a third
    assert not admission.full("k2", Lane.BULK)
    admission.moved(position(4_100, committed=4_000))
    assert not admission.full("k1", Lane.BULK)


def test_d8_short_events_hide_no_long_ones_before_them() -> None:
    admission = Admission(12_000_000, [])
    admission.brought("k1", 400, 400 * 16_000)
    admission.moved(position(400))
    assert admission.full("k1", Lane.URGENT)
    for batch in range(1, 41):
        admission.brought("k1", 1_000, 10_000)
        admission.moved(position(400 + 1_000 * batch))
        assert admission.full("k1", Lane.URGENT)
    admission.moved(position(40_400, committed=40_400))
    assert admission.has_room("k1")


def test_without_a_quota_nobody_is_held_back() -> None:
    admission = Admission(None, [position(10**9)])
    assert not admission.full("k1", Lane.BULK)


def test_what_waited_before_the_start_counts() -> None:
    assert Admission(1_000_000, [position(10_000)]).full("k1", Lane.BULK)


def test_a_device_with_too_many_streams_that_wait_is_stopped_at_the_next() -> None:
    waiting = [position(1, epoch=f"e{n}") for n in range(MOST_WAITING_STREAMS)]
    assert Admission(None, waiting).another_stream("k1", START) is Kind.EPOCHS
    assert Admission(None, waiting).another_stream("k2", START) is None
    assert Admission(None, waiting[1:]).another_stream("k1", START) is None


def test_streams_without_end_are_stopped_even_when_nothing_waits_in_them() -> None:
    admission = Admission(None, [])
    for _ in range(MOST_NEW_STREAMS):
        assert admission.another_stream("k1", START) is None
    assert admission.another_stream("k1", later(1)) is Kind.EPOCHS
    a_while = later(2 * ONE_MORE_STREAM_EVERY_MS / 1000)
    taken = [admission.another_stream("k1", a_while) for _ in range(10)]
    assert taken.count(None) == 2
    assert admission.another_stream("k2", START) is None
