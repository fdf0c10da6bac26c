from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.readers.commands import MAX_COMMAND_BYTES, Incomplete, Unknown, length


@pytest.mark.parametrize(
    ("command", "size"),
    [
        (b"\x1b@", 2),
        (b"\x1b!\x08", 3),
        (b"\x1b$\xfc\x00", 4),
        (b"\x1bp\x00\x19\xfa", 5),
        (b"\x1bD\x08\x10\x00", 5),
        (b"\x1b*\x21\x02\x00" + b"x" * 6, 11),
        (b"\x1b*\x01\x02\x00" + b"x" * 2, 7),
        (b"\x1b&\x03\x20\x21\x01xxx\x02xxxxxx", 16),
        (b"\x1dV\x00", 3),
        (b"\x1dVB\x10", 4),
        (b"\x1dk\x04ABC\x00", 7),
        (b"\x1dkI\x03{BA", 7),
        (b"\x1dv0\x00\x02\x00\x03\x00" + b"x" * 6, 14),
        (b"\x1d(k\x03\x001C\x06", 8),
        (b"\x1d8L\x02\x00\x00\x00xx", 9),
        (b"\x1d*\x01\x02" + b"x" * 16, 20),
        (b"\x1dg0\x00\x01\x00", 6),
        (b"\x1c&", 2),
        (b"\x1cS\x00\x00", 4),
        (b"\x1c2\xfe\xa1" + b"x" * 72, 76),
        (b"\x1cq\x01\x01\x00\x01\x00" + b"x" * 8, 15),
        (b"\x10\x04\x01", 3),
        (b"\x10\x14\x01\x00\x01", 5),
    ],
)
def test_known_answers(command: bytes, size: int) -> None:
    assert len(command) == size
    assert length(bytearray(command + b"\n\n"), 0) == size
    for cut in range(1, len(command)):
        try:
            assert length(bytearray(command[:cut]), 0) <= size
        except Incomplete:
            assert cut < size


@pytest.mark.parametrize("command", [b"\x1b\x01", b"\x1dv1\x00\x01", b"\x1dk\x20\x00", b"\x10\x41"])
def test_what_no_command_begins_with_is_unknown(command: bytes) -> None:
    with pytest.raises(Unknown):
        length(bytearray(command), 0)


def test_a_length_beyond_reason_is_damage() -> None:
    with pytest.raises(Unknown):
        length(bytearray(b"\x1d8L\xff\xff\xff\xff"), 0)


@given(st.sampled_from([0x1B, 0x1D, 0x1C, 0x10]), st.binary(max_size=300))
def test_any_bytes_have_a_length_or_a_reason(lead: int, rest: bytes) -> None:
    try:
        assert 2 <= length(bytearray([lead]) + rest, 0) <= MAX_COMMAND_BYTES
    except (Incomplete, Unknown) as reason:
        assert isinstance(reason, Incomplete | Unknown)
