from edge_gateway.mint import Mint, own
from protocols.messages import Lane, Replayed
from protocols.wire import decode_event
from tests.edge_gateway.field import START, stream


def test_every_event_has_an_id_of_its_own_and_says_where_and_when() -> None:
    ids = iter(("a", "b"))
    mint = Mint("s1", lambda: next(ids))
    events = [
        Replayed(**mint.head(START, place), stream=stream(), first=1, last=2)
        for place in (None, "till-4")
    ]
    assert [(one.id, one.store, one.at, one.touchpoint) for one in events] == [
        ("a", "s1", START, None),
        ("b", "s1", START, "till-4"),
    ]
    ((lane, payload),) = own(Lane.URGENT, events[0])
    assert (lane, decode_event(payload)) == (Lane.URGENT, events[0])
