from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.commands import (
    EPSON,
    MAX_COMMAND_BYTES,
    STAR,
    Action,
    Dialect,
    Incomplete,
    Unknown,
)

EPSON_COMMANDS = [
    (b"\x1b@", 2),
    (b"\x1b!\x08", 3),
    (b"\x1b$\xfc\x00", 4),
    (b"\x1bp\x00\x19\xfa", 5),
    (b"\x1bW" + b"\x01\x00" * 4, 10),
    (b"\x1bD\x08\x10\x00", 5),
    (b"\x1b*\x21\x02\x00" + b"x" * 6, 11),
    (b"\x1b*\x01\x02\x00" + b"x" * 2, 7),
    (b"\x1b&\x03\x20\x21\x01xxx\x02xxxxxx", 16),
    (b"\x1bZ\x02L\x04\x03\x00abc", 10),
    (b"\x1b(A\x02\x00xy", 7),
    (b"\x1dV\x00", 3),
    (b"\x1dV1", 3),
    (b"\x1dVB\x10", 4),
    (b"\x1dk\x04ABC\x00", 7),
    (b"\x1dkI\x03{BA", 7),
    (b"\x1dka\x02\x03\x03\x00abc", 10),
    (b"\x1dv0\x00\x02\x00\x03\x00" + b"x" * 6, 14),
    (b"\x1dQ0\x00\x02\x00\x03\x00" + b"x" * 6, 14),
    (b"\x1d(k\x03\x001C\x06", 8),
    (b"\x1d8L\x02\x00\x00\x00xx", 9),
    (b"\x1d*\x01\x02" + b"x" * 16, 20),
    (b"\x1dg0\x00\x01\x00", 6),
    (b"\x1dC0\x01\x02", 5),
    (b"\x1dC;1;99;1;1;5N", 14),
    (b"\x1c&", 2),
    (b"\x1c\x0e", 2),
    (b"\x1cS\x00\x00", 4),
    (b"\x1c2\xfe\xa1" + b"x" * 72, 76),
    (b"\x1cq\x01\x01\x00\x01\x00" + b"x" * 8, 15),
    (b"\x1cg1\x00\x00\x00\x00\x00\x02\x00xx", 12),
    (b"\x10\x04\x01", 3),
    (b"\x10\x04\x07\x01", 4),
    (b"\x10\x14\x01\x00\x01", 5),
    (b"\x10\x05\x01", 3),
]
STAR_COMMANDS = [
    (b"\x1b@", 2),
    (b"\x1b\x1ea\x00", 4),
    (b"\x1b\x1dt\x01", 4),
    (b"\x1b\x1dA\x10\x00", 5),
    (b"\x1bi\x01\x01", 4),
    (b"\x1bd3", 3),
    (b"\x1bp", 2),
    (b"\x1bb6221ABC\x1e", 10),
    (b"\x1bk\x01\x00" + b"x" * 24, 28),
    (b"\x1bX\x02\x00" + b"x" * 6, 10),
    (b"\x1b*rQ0\x00", 6),
    (b"\x1b\x1dS\x01\x02\x00\x03\x00\x00" + b"x" * 6, 15),
    (b"\x1b\x1dyS0\x02", 6),
    (b"\x1b\x1dyD1\x00\x03\x00abc", 11),
    (b"\x1b\x1dyP", 4),
    (b"\x1b\x1d\x03\x01\x00\x00", 6),
    (b"\x07", 1),
    (b"\x1c", 1),
]


@pytest.mark.parametrize(
    ("dialect", "command", "size"),
    [(EPSON, *one) for one in EPSON_COMMANDS] + [(STAR, *one) for one in STAR_COMMANDS],
)
def test_known_answers(dialect: Dialect, command: bytes, size: int) -> None:
    assert len(command) == size
    assert dialect.length(command + b"\n\n", 0) == size
    for cut in range(1, len(command)):
        try:
            assert dialect.length(command[:cut], 0) <= size
        except Incomplete as wait:
            # Never more than there will be: a reader that waits for it gets on.
            assert cut < wait.needed <= size


@pytest.mark.parametrize("command", [b"\x1b\x01", b"\x1dv1\x00\x01", b"\x1dk\x20\x00", b"\x10\x41"])
def test_what_no_command_begins_with_is_unknown(command: bytes) -> None:
    with pytest.raises(Unknown):
        EPSON.length(command, 0)


def test_a_length_beyond_reason_is_damage() -> None:
    with pytest.raises(Unknown):
        EPSON.length(b"\x1d8L\xff\xff\xff\xff", 0)


@pytest.mark.parametrize("dialect", [EPSON, STAR])
def test_every_action_belongs_to_a_command(dialect: Dialect) -> None:
    for name, action in dialect.actions.items():
        assert name[0] in dialect.rules
        assert len(name) == 1 or name[1] in dialect.rules[name[0]]
        assert dialect.action(name + b"xxxx", 0) is action


def test_one_look_takes_all_text_and_one_all_styles() -> None:
    text = EPSON.tokens.match("合计 14.97\n".encode("gb18030") + b"\x1bE\x01", 0)
    assert text is not None
    assert (text.lastindex, text.end()) == (1, 11)
    styles = EPSON.tokens.match(b"\x1bE\x01\x1ba\x01\x1d!\x11\x1b@", 0)
    assert styles is not None
    assert (styles.lastindex, styles.end()) == (2, 9)
    assert EPSON.tokens.match(b"\x1b@", 0) is None
    assert EPSON.tokens.match(b"\x1bE", 0) is None


def test_the_same_bytes_are_another_command_to_a_star() -> None:
    assert EPSON.action(b"\x1bd\x03", 0) is Action.FEED
    assert STAR.action(b"\x1bd\x03", 0) is Action.CUT


@given(st.sampled_from([EPSON, STAR]), st.data())
@settings(max_examples=200)
def test_any_bytes_have_a_length_or_a_reason(dialect: Dialect, data: st.DataObject) -> None:
    lead = data.draw(st.sampled_from(sorted(dialect.rules)))
    rest = data.draw(st.binary(max_size=300))
    try:
        assert 1 <= dialect.length(bytes([lead]) + rest, 0) <= MAX_COMMAND_BYTES
    except Incomplete as wait:
        assert wait.needed > len(rest)
    except Unknown:
        assert rest
