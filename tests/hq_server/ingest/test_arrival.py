"""hq_server/ingest/arrival.py: any bytes are an event of this store, or a MessageError."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.ingest.arrival import Origin, instant, optional, printable, understand
from protocols.errors import MessageError
from protocols.wire import encode_event
from tests.hq_server.conftest import NOW
from tests.hq_server.field import response

ORIGIN = Origin(gateway="g1", store="s1", received_at=NOW)


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    with pytest.raises(MessageError):
        understand(raw, ORIGIN)


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_byte_never_crashes(place: int, byte: int) -> None:
    raw = bytearray(encode_event(response("r1", note="words")))
    raw[place % len(raw)] = byte
    try:
        event = understand(bytes(raw), ORIGIN)
    except MessageError:
        return
    assert event.store == "s1"


def test_another_store_and_a_number_out_of_range_are_refused() -> None:
    with pytest.raises(MessageError, match="event of store s2"):
        understand(encode_event(response("r1", store="s2")), ORIGIN)
    with pytest.raises(MessageError, match="survey_version"):
        understand(encode_event(response("r1", survey_version=2**60)), ORIGIN)


def test_texts_and_times() -> None:
    assert (printable("a\x00b"), optional(None), optional("x")) == ("a\ufffdb", None, "x")
    assert instant(ORIGIN.received_ms) == NOW
