from hypothesis import given
from hypothesis import strategies as st

from edge_gateway.arrivals import MOST_EVENTS_JOINED, Arrivals
from edge_gateway.events import BatchArrived
from tests.edge_gateway.field import batch, stream


def arrived(
    *events: bytes, first: int, device: str = "k1", epoch: str = "e1", floor: int = 1
) -> BatchArrived:
    of = stream(device, epoch=epoch)
    return BatchArrived(device, batch(*events, of=of, first=first, floor=floor))


def taken(*arriving: BatchArrived) -> list[tuple[str, int, int]]:
    arrivals = Arrivals()
    for one in arriving:
        arrivals.add(one)
    assert bool(arrivals) == bool(arriving)
    found = arrivals.take()
    assert not arrivals
    return [(one.device, one.batch.first, len(one.batch.events)) for one in found]


def test_taps_of_a_stream_that_follow_on_are_one_batch() -> None:
    assert taken(arrived(b"a", first=1), arrived(b"b", b"c", first=2)) == [("k1", 1, 3)]


def test_streams_between_each_other_are_joined_each_for_itself() -> None:
    mixed = (arrived(b"a", first=1), arrived(b"z", first=7, device="k2"), arrived(b"b", first=2))
    assert taken(*mixed) == [("k1", 1, 2), ("k2", 7, 1)]


def test_what_does_not_follow_on_stays_a_batch_of_its_own() -> None:
    again = (arrived(b"a", first=1), arrived(b"a", first=1), arrived(b"d", first=4))
    assert taken(*again) == [("k1", 1, 1), ("k1", 1, 1), ("k1", 4, 1)]


def test_another_floor_or_another_sender_is_another_matter() -> None:
    foreign = BatchArrived("k2", batch(b"b", of=stream("k1"), first=2))
    assert taken(arrived(b"a", first=1), foreign) == [("k1", 1, 1), ("k2", 2, 1)]
    floors = (arrived(b"a", first=1), arrived(b"b", first=2, floor=2))
    assert taken(*floors) == [("k1", 1, 1), ("k1", 2, 1)]


def test_a_joined_batch_is_bounded() -> None:
    rush = [arrived(b"x", first=n) for n in range(1, MOST_EVENTS_JOINED + 11)]
    assert taken(*rush) == [("k1", 1, MOST_EVENTS_JOINED), ("k1", MOST_EVENTS_JOINED + 1, 10)]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 5), st.integers(1, 3))))
def test_nothing_is_lost_and_the_order_of_a_stream_stays(
    frames: list[tuple[str, int, int]],
) -> None:
    arrivals = Arrivals()
    sent: dict[str, list[tuple[int, bytes]]] = {"a": [], "b": []}
    for number, (device, first, count) in enumerate(frames):
        events = [b"%d" % number] * count
        arrivals.add(arrived(*events, first=first, device=device))
        sent[device] += [(first + n, event) for n, event in enumerate(events)]
    came: dict[str, list[tuple[int, bytes]]] = {"a": [], "b": []}
    for one in arrivals.take():
        seqs = range(one.batch.first, one.batch.first + len(one.batch.events))
        came[one.device] += list(zip(seqs, one.batch.events, strict=True))
    assert came == sent
