"""What a message may hold: ranges are checked where bytes become messages."""

import msgspec
import pytest

from protocols.errors import MessageError
from protocols.messages import Clock, Outcome, Reason, Response, Stream
from protocols.wire import decode_event, encode_event

RESPONSE = Response(
    id="01a200a4-4c19-75d9-b4b3-064b8dc52b4d",
    store="s1",
    at=Clock(boot="b1", mono_ms=5, wall_ms=1_763_000_000_000),
    response="01a200a4-4c19-75d9-b4b3-064b8dc52b4e",
    rev=1,
    outcome=Outcome.RATED,
    survey="default",
    survey_version=1,
    language="zh-CN",
    rating=1,
    reasons=(Reason(id="allergy", topic="allergy", urgent=True),),
    note="牛奶过期了",
)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rating", 0),
        ("rating", 6),
        ("rev", 0),
        ("response", ""),
        ("store", "a/b"),
        ("store", "x" * 65),
        ("outcome", "great"),
        ("note", "字" * 2000),
        ("reasons", [{"id": "x", "topic": "y"}] * 33),
        ("at", {"boot": "b", "mono_ms": -1, "wall_ms": 0}),
    ],
)
def test_what_is_out_of_range_is_refused_with_the_field_named(field: str, value: object) -> None:
    tree = msgspec.json.decode(encode_event(RESPONSE))
    tree[field] = value
    with pytest.raises(MessageError, match=field):
        decode_event(msgspec.json.encode(tree))


def test_messages_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        RESPONSE.rating = 5  # type: ignore[misc]


def test_streams_sort_and_hash_by_value() -> None:
    one = msgspec.json.decode(b'{"device":"k","epoch":"e","lane":"bulk"}', type=Stream)
    two = msgspec.json.decode(b'{"device":"k","epoch":"e","lane":"urgent"}', type=Stream)
    assert one < two
    assert len({one, two, msgspec.structs.replace(one)}) == 2
