"""Feeds readers: whole, in pieces, and then silence."""

from collections.abc import Callable, Iterable

from hypothesis import strategies as st

from protocols.readers.base import Reader
from protocols.readers.events import ReaderEvent

PIECES = st.lists(st.integers(0, 20), max_size=30)


def fed(reader: Reader, data: bytes, sizes: Iterable[int] = ()) -> list[ReaderEvent]:
    """Return the events of bytes that come at once, in pieces of these sizes, and of silence."""
    events: list[ReaderEvent] = []
    at = 0
    for size in sizes:
        events += reader.feed(data[at : at + size], 1.0)
        at += size
    return events + reader.feed(data[at:], 1.0) + reader.idle(99.0)


def check_pieces(make: Callable[[], Reader], data: bytes, sizes: list[int]) -> None:
    """Assert that pieces change neither events nor counts."""
    whole, pieces, bytewise = make(), make(), make()
    events = fed(whole, data)
    assert fed(pieces, data, sizes) == events
    assert fed(bytewise, data, [1] * len(data)) == events
    assert whole.counts == pieces.counts == bytewise.counts
    assert whole.counts.dropped_bytes <= whole.counts.received_bytes


def streams(*known: bytes, noise: int = 12) -> st.SearchStrategy[bytes]:
    """Return bytes of any kind, often with pieces that mean something."""
    piece = st.one_of(st.sampled_from(known), st.binary(max_size=noise))
    return st.one_of(st.binary(max_size=200), st.lists(piece, max_size=14).map(b"".join))
