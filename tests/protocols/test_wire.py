"""Bytes and messages: round trips, versions, damage, bounds."""

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from protocols import wire
from protocols.errors import MessageError
from protocols.messages import (
    MAX_EVENT_BYTES,
    Batch,
    Committed,
    Event,
    GatewayState,
    HopMessage,
    HqState,
    Lane,
    Offer,
    Response,
    Stored,
    Stream,
)
from tests.protocols.test_messages import RESPONSE

STREAM = Stream(device="kiosk-1", epoch="e1", lane=Lane.URGENT)
SEQS = st.integers(0, 2**62 - 1)
MESSAGES: st.SearchStrategy[HopMessage] = st.one_of(
    st.builds(Stored, stream=st.just(STREAM), through=SEQS, gap=st.booleans(), nonce=SEQS),
    st.builds(Committed, stream=st.just(STREAM), through=SEQS, gap=st.booleans(), nonce=SEQS),
    st.builds(
        Offer,
        stream=st.just(STREAM),
        oldest=SEQS,
        head=SEQS,
        floor=SEQS,
        known=SEQS,
        nonce=SEQS,
    ),
    st.builds(
        Batch,
        stream=st.just(STREAM),
        first=st.integers(1, 2**62 - 1),
        floor=SEQS,
        events=st.lists(st.binary(max_size=200), min_size=1, max_size=20).map(tuple),
    ),
)


@given(MESSAGES)
def test_what_goes_in_comes_out(message: HopMessage) -> None:
    assert wire.decode(wire.encode(message)) == message


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_a_message_error(payload: bytes) -> None:
    for decode in (wire.decode, wire.decode_event, wire.decode_survey):
        try:
            assert decode(payload) is not None
        except MessageError as error:
            assert str(error)


@given(MESSAGES, st.data())
def test_a_flipped_byte_is_another_message_or_a_message_error(
    message: HopMessage, data: st.DataObject
) -> None:
    payload = bytearray(wire.encode(message))
    index = data.draw(st.integers(0, len(payload) - 1))
    payload[index] ^= data.draw(st.integers(1, 255))
    try:
        assert wire.decode(bytes(payload)) is not None
    except MessageError as error:
        assert str(error)


def test_batches_are_compressed_when_it_pays() -> None:
    events = (wire.encode_event(RESPONSE),) * 100
    batch = Batch(stream=STREAM, first=1, floor=1, events=events)
    payload = wire.encode(batch)
    assert len(payload) < sum(map(len, events)) / 10
    assert wire.decode(payload) == batch


def test_d7_a_damaged_event_does_not_spoil_its_batch() -> None:
    batch = Batch(stream=STREAM, first=1, floor=1, events=(b"\xff\x00{", b'{"ok":1}'))
    assert wire.decode(wire.encode(batch)) == batch


def test_d10_fields_of_a_newer_peer_do_no_harm() -> None:
    tree = msgspec.json.decode(wire.encode_event(RESPONSE))
    tree["mood_of_the_moon"] = {"phase": 3}
    assert wire.decode_event(msgspec.json.encode(tree)) == RESPONSE
    hop = msgspec.msgpack.decode(wire.encode(HqState(online=True, boot="b")))
    hop["later"] = [1, 2]
    assert wire.decode(msgspec.msgpack.encode(hop)) == HqState(online=True, boot="b")


def test_d10_an_unknown_major_version_is_refused_by_name() -> None:
    tree = msgspec.json.decode(wire.encode_event(RESPONSE))
    tree["v"] = 2
    with pytest.raises(MessageError, match="major version 2"):
        wire.decode_event(msgspec.json.encode(tree))
    hop = msgspec.msgpack.decode(wire.encode(HqState(online=True, boot="b")))
    hop["v"] = 9
    with pytest.raises(MessageError, match="major version 9"):
        wire.decode(msgspec.msgpack.encode(hop))


def test_a_small_message_that_unpacks_to_a_huge_one_is_refused() -> None:
    bomb = zstandard.ZstdCompressor().compress(b"\0" * (wire.MAX_MESSAGE_BYTES + 1))
    assert len(bomb) < 2_000
    with pytest.raises(MessageError, match="unpacks to"):
        wire.decode(bomb)
    unsized = zstandard.ZstdCompressor(write_content_size=False).compress(b"\0" * 10_000)
    with pytest.raises(MessageError):
        wire.decode(unsized)


def test_too_much_is_refused_before_it_is_read() -> None:
    with pytest.raises(MessageError, match="at most"):
        wire.decode(b"\0" * (wire.MAX_MESSAGE_BYTES + 1))
    with pytest.raises(MessageError, match="at most"):
        wire.decode_event(b" " * (MAX_EVENT_BYTES + 1))
    assert isinstance(RESPONSE, Response)
    long: Event = msgspec.structs.replace(RESPONSE, contact_sealed="x" * (MAX_EVENT_BYTES + 1))
    with pytest.raises(MessageError, match="at most"):
        wire.encode_event(long)


def test_deep_nesting_is_an_error_not_a_crash() -> None:
    with pytest.raises(MessageError):
        wire.decode_event(b'{"type":"response","x":' + b"[" * 8_000 + b"]" * 8_000 + b"}")


def test_a_gateway_state_with_its_devices_comes_back() -> None:
    state = GatewayState(gateway="g", store="s", online=True, epoch="e", at=RESPONSE.at)
    assert wire.decode(wire.encode(state)) == state
