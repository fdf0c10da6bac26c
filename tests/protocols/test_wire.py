"""Bytes and messages: round trips, versions, damage, bounds."""

from collections.abc import Callable
from functools import partial

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from protocols import wire
from protocols.briefs import (
    MAX_BRIEF_BYTES,
    BriefKind,
    CodeBlock,
    Enrolment,
    Enrolments,
    Problem,
    Problems,
    Promise,
    PromiseClock,
    Promises,
)
from protocols.enrolment import (
    MAX_ENROL_BYTES,
    EnrolAnswer,
    EnrolProblem,
    EnrolRefused,
    EnrolRequest,
)
from protocols.errors import MessageError, NewerKind
from protocols.events import Event
from protocols.messages import (
    MAX_EVENT_BYTES,
    Batch,
    Committed,
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
    decoders: tuple[Callable[[bytes], object], ...] = (
        wire.decode,
        wire.decode_event,
        wire.decode_survey,
        wire.decode_enrol_request,
        wire.decode_enrol_answer,
        *(partial(wire.decode_brief_body, kind) for kind in BriefKind),
    )
    for decode in decoders:
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


BODIES: dict[BriefKind, wire.BriefBody] = {
    BriefKind.PROBLEMS: Problems(
        problems=(Problem(problem="p1", topic="queue", text={"en": "Queue"}, ask={"en": "Still?"}),)
    ),
    BriefKind.PROMISES: Promises(
        policy="1",
        timezone="Asia/Shanghai",
        opens="08:00",
        closes="22:00",
        promises=(Promise(grade="A", minutes=60, clock=PromiseClock.OPENING),),
    ),
    BriefKind.CODES: CodeBlock(block=3, gateway="gw-1", codes=("05HM-CQQ1-6S",)),
    BriefKind.ENROLMENTS: Enrolments(
        enrolments=(Enrolment(device="k", touchpoint="till-1", code_hash="0" * 64, expires_ms=1),)
    ),
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_document_comes_back_as_it_was_signed(kind: BriefKind) -> None:
    body = wire.encode_brief_body(BODIES[kind])
    assert wire.decode_brief_body(kind, body) == BODIES[kind]


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        (BriefKind.SURVEY, b'{"survey":"s","version":0}', "version"),
        (BriefKind.PROBLEMS, b'{"problems":[{"problem":"a b"}]}', "problem"),
        (BriefKind.PROMISES, b'{"policy":"1","timezone":"x","opens":"25:00"}', "opens"),
        (BriefKind.CODES, b'{"block":1,"gateway":"g","codes":[]}', "codes"),
        (BriefKind.ENROLMENTS, b'{"enrolments":[{"device":7}]}', "device"),
    ],
)
def test_a_wrong_document_is_refused_by_its_field(kind: BriefKind, body: bytes, field: str) -> None:
    with pytest.raises(MessageError, match=rf"not a {kind} document: .*{field}"):
        wire.decode_brief_body(kind, body)


def test_a_document_that_is_too_large_is_not_even_read() -> None:
    with pytest.raises(MessageError, match="at most"):
        wire.decode_brief_body(BriefKind.PROBLEMS, b" " * (MAX_BRIEF_BYTES + 1))


def test_a_kiosk_is_set_up_by_three_messages() -> None:
    asked = EnrolRequest(code="05HM-CQQ1-6S", program="test")
    assert wire.decode_enrol_request(wire.encode_enrolment(asked)) == asked
    answers: tuple[EnrolAnswer | EnrolRefused, ...] = (
        EnrolAnswer(device="k", store="s", touchpoint="t", token="t" * 16, settings={"a": "b"}),
        EnrolRefused(why=EnrolProblem.SLOW_DOWN, wait_s=30),
    )
    for answer in answers:
        assert wire.decode_enrol_answer(wire.encode_enrolment(answer)) == answer
    with pytest.raises(MessageError, match="at most"):
        wire.decode_enrol_answer(b" " * (MAX_ENROL_BYTES + 1))


def test_a_kind_of_a_newer_version_is_told_from_damage() -> None:
    newer = msgspec.msgpack.encode({"type": "from_the_future", "v": 1})
    with pytest.raises(NewerKind, match="from_the_future"):
        wire.decode(newer)
    damaged = msgspec.msgpack.encode({"type": "offer", "v": 1})
    with pytest.raises(MessageError, match="not a hop message") as caught:
        wire.decode(damaged)
    assert not isinstance(caught.value, NewerKind)
