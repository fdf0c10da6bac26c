from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers import jt905
from protocols.readers.base import Reader
from protocols.readers.events import Doubt, KeyPressed, NoAnswer, ReaderEvent, Suspected
from protocols.readers.keypad import LONGEST_LINE_BYTES, KeypadReader
from protocols.readers.keypad_profiles import KEYPADS, KeypadProfile
from tests.protocols.readers.feeding import PIECES, check_pieces, fed, streams

# Of no evaluator that exists: its own commands are in no public source.
COMMAND = 0x00E9
TAXI = replace(
    KEYPADS["jt905"],
    open=(),
    match=((jt905.DEVICE_AT, (b"\x06", b"\x11")), (jt905.COMMAND_AT, (b"\x00\xe9",))),
    key_at=jt905.CONTENT_AT,
    keys=(("1", 5), ("2", 3), ("3", 1), ("0", NoAnswer.TIMED_OUT)),
)
PROFILES = {**KEYPADS, "jt905": TAXI}


def press(option: int, *, device: int = 0x06, command: int = COMMAND) -> bytes:
    return jt905.package(device=device, maker=0, command=command, content=bytes([option]))


def scores(data: bytes, profile: KeypadProfile) -> list[int | NoAnswer | None]:
    events = fed(KeypadReader(profile=profile), data)
    return [event.score or event.no_answer for event in events if isinstance(event, KeyPressed)]


@pytest.mark.parametrize(
    ("profile", "sent", "meaning"),
    [
        ("ascii_digit", b"5", 5),
        ("ascii_digit", b"1\r\n", 1),
        ("ascii_digit", b"7", NoAnswer.OTHER_KEY),
        ("stx_digit", b"\x024\x03", 4),
        ("smiley_line", b"4\r\n", 4),
        ("smiley_line", b"smiley=2\n", 2),
        ("smiley_line", b"KEY 3", 3),
        ("old_box", b"4", 5),
        ("old_box", b"3", 2),
        ("new_box", b"1", 5),
        ("new_box", b"0", NoAnswer.TIMED_OUT),
        ("ocx", b"0", 2),
        ("jt905", press(1), 5),
        ("jt905", press(0), NoAnswer.TIMED_OUT),
    ],
)
def test_each_box_has_its_own_map(profile: str, sent: bytes, meaning: int | NoAnswer) -> None:
    assert scores(sent, PROFILES[profile]) == [meaning]


def test_a_press_is_told_at_once_with_the_address_of_its_box() -> None:
    keypad = KeypadReader(profile=TAXI)
    assert keypad.feed(press(2, device=0x11), 0.0) == [KeyPressed(key="2", score=3, address=0x11)]
    assert keypad.counts.messages == 1


def test_what_only_the_maker_knows_must_be_given() -> None:
    with pytest.raises(ValueError, match=r"profile jt905 needs match, key_at, keys of its maker"):
        KeypadReader(profile=KEYPADS["jt905"])


@pytest.mark.parametrize(
    "sent",
    [
        press(9),
        press(1, command=0x0001),
        press(1, device=0x02),
        press(1)[:-1],
        press(1).replace(b"\xe9\x01", b"\xe9\x02"),
    ],
)
def test_a_frame_that_is_no_press_gives_none(sent: bytes) -> None:
    keypad = KeypadReader(profile=TAXI)
    assert fed(keypad, sent) == []
    assert keypad.counts.damaged >= 1
    assert fed(keypad, b"") == []
    assert keypad.feed(press(1), 200.0) == [KeyPressed(key="1", score=5, address=6)]


@pytest.mark.parametrize("noise", [b"\xff\x80", b"READY\r\n", b"a"])
def test_bytes_that_are_no_key_are_noise(noise: bytes) -> None:
    for name in ("ascii_digit", "smiley_line"):
        keypad = KeypadReader(profile=KEYPADS[name])
        assert fed(keypad, noise) == []
        assert keypad.counts.damaged >= 1


def test_a_number_is_a_key_where_the_profile_says_so() -> None:
    profile = KeypadProfile(name="own", keys=(("0", 1), ("3", 5)), key_as=TAXI.key_as)
    assert scores(b"\x03", profile) == [5]
    assert scores(b"\x00", profile) == [1]
    assert scores(b"3", profile) == []


def test_a_bounce_a_held_key_and_a_playing_child_are_one_press() -> None:
    keypad = KeypadReader(profile=KEYPADS["ascii_digit"])
    events: list[ReaderEvent] = []
    for t, key in ((0.0, b"44"), (0.02, b"4"), (0.5, b"1"), (1.4, b"4"), (2.8, b"4")):
        events += keypad.feed(key, t)
    assert events == [KeyPressed(key="4", score=4)]
    assert keypad.feed(b"4", 4.4) == [KeyPressed(key="4", score=4)]
    assert keypad.feed(b"1", 6.0) == [KeyPressed(key="1", score=1)]


def test_two_boxes_on_a_bus_do_not_lock_each_other_out() -> None:
    keypad = KeypadReader(profile=TAXI)
    events = keypad.feed(press(1) + press(1, device=0x11), 0.0)
    assert [event.address for event in events if isinstance(event, KeyPressed)] == [0x06, 0x11]


def test_a_box_that_says_everything_twice_is_believed_at_the_second_time() -> None:
    keypad = KeypadReader(profile=replace(KEYPADS["ascii_digit"], repeats=2))
    assert keypad.feed(b"1", 0.0) == []
    assert keypad.feed(b"5", 0.1) == []  # one of them is damage
    assert keypad.feed(b"5", 0.2) == [KeyPressed(key="5", score=5)]
    assert keypad.feed(b"5", 0.3) == []
    assert keypad.feed(b"1", 5.0) == []
    assert keypad.feed(b"1", 7.0) == []  # too late to be the same


def test_ask_and_cancel_are_sent_once() -> None:
    keypad = KeypadReader(profile=replace(KEYPADS["old_box"], ask="AA {address}", ask_no_more="BB"))
    assert keypad.asks
    assert keypad.to_send() == b""
    keypad.ask(open=True)
    assert keypad.to_send() == b"\xaa\x01"
    keypad.ask(open=False)
    assert keypad.to_send() == b"\xbb"
    assert keypad.to_send() == b""


def test_a_box_that_must_be_polled_is_polled() -> None:
    keypad = KeypadReader(profile=replace(KEYPADS["old_box"], poll="05", poll_s=0.5))
    sent = []
    for t in (0.0, 0.2, 0.4, 0.6, 0.8, 1.2):
        keypad.idle(t)
        sent.append(keypad.to_send())
    assert sent == [b"\x05", b"", b"", b"\x05", b"", b"\x05"]
    keypad.ask(open=True)
    keypad.close()
    assert keypad.to_send() == b""


def test_one_that_only_listens_sends_nothing() -> None:
    keypad = KeypadReader(profile=KEYPADS["ascii_digit"])
    keypad.idle(0.0)
    keypad.ask(open=True)
    assert not keypad.asks
    assert keypad.to_send() == b""


def test_the_end_of_the_stream_ends_a_line() -> None:
    keypad = KeypadReader(profile=KEYPADS["smiley_line"])
    assert keypad.feed(b"5", 0.0) == []
    assert keypad.close() == [KeyPressed(key="5", score=5)]
    assert keypad.close() == []


def test_a_wrong_speed_is_suspected() -> None:
    keypad = KeypadReader(profile=KEYPADS["ascii_digit"])
    events: list[ReaderEvent] = []
    for t in range(4):
        events += keypad.feed(b"\xf8\x80", float(t)) + keypad.idle(t + 0.5)
    assert events == [Suspected(doubt=Doubt.BAUD)]


def test_a_line_without_end_takes_bounded_memory() -> None:
    keypad = KeypadReader(profile=KEYPADS["smiley_line"])
    for _ in range(100):
        assert keypad.feed(b"x" * 100, 0.0) == []
        assert len(keypad._pending) <= LONGEST_LINE_BYTES
    assert keypad.feed(b"5\n4\n", 0.0) == [KeyPressed(key="4", score=4)]


@given(
    streams(b"1", b"5", b"\r\n", b"KEY 4\n", press(1), press(3, device=0x11), b"\x55\xaa", noise=6),
    PIECES,
    st.sampled_from(sorted(PROFILES)),
    st.integers(1, 2),
)
@settings(max_examples=120)
def test_any_bytes_in_any_pieces_give_the_same_events(
    data: bytes, sizes: list[int], name: str, repeats: int
) -> None:
    profile = replace(PROFILES[name], repeats=repeats)

    def make() -> Reader:
        return KeypadReader(profile=profile)

    check_pieces(make, data, sizes)


@given(st.binary(max_size=30), st.integers(0, 12), st.integers(0, 6))
@settings(max_examples=100)
def test_a_damaged_frame_costs_only_itself(noise: bytes, at: int, removed: int) -> None:
    keypad = KeypadReader(profile=TAXI)
    keypad.feed(press(2)[:at] + noise + press(2)[at + removed :], 0.0)
    keypad.idle(5.0)
    assert keypad.feed(press(1), 6.0) == [KeyPressed(key="1", score=5, address=6)]
