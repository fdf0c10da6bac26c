from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.events import CardPresented, ReaderEvent
from protocols.readers.pn532 import ACK, LONGEST_PATIENCE_SECONDS, WAKE, Pn532Reader, framed
from tests.protocols.readers.feeding import PIECES, check_pieces, streams

SAM = bytes.fromhex("00 00 FF 05 FB D4 14 01 14 01 02 00")
LOOK = bytes.fromhex("00 00 FF 04 FC D4 4A 01 00 E1 00")
SAM_ANSWER = bytes.fromhex("00 00 FF 00 FF 00 00 00 FF 02 FE D5 15 16 00")
RETRIES_ANSWER = ACK + framed(b"\x33", 0xD5)
NO_CARD = ACK + framed(b"\x4b\x00", 0xD5)
# As a module sent it: UID 24D34F59.
MIFARE = bytes.fromhex("00 00 FF 00 FF 00 00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 24 D3 4F 59 2F 00")
SYNTAX_ERROR = bytes.fromhex("00 00 FF 01 FF 7F 81 00")


def identify(uid: str) -> str:
    return f"hmac of {len(uid)} {sum(uid.encode())}"


def card(uid: str) -> CardPresented:
    return CardPresented(technology="iso14443a", card=identify(uid))


def target(uid: str) -> bytes:
    """Return the answer for a card of this UID, in hex."""
    raw = bytes.fromhex(uid)
    return framed(b"\x4b\x01\x01\x00\x44\x00" + bytes([len(raw)]) + raw, 0xD5)


def started(t: float = 0.0) -> Pn532Reader:
    """Return a reader whose chip is awake and was asked for a card."""
    reader = Pn532Reader(identify=identify)
    reader.idle(t)
    reader.feed(SAM_ANSWER, t)
    reader.feed(RETRIES_ANSWER, t)
    reader.to_send()
    return reader


def test_it_is_woken_set_up_and_asked() -> None:
    reader = Pn532Reader(identify=identify)
    assert reader.to_send() == b""
    reader.idle(0.0)
    assert reader.to_send() == WAKE + SAM
    assert reader.feed(SAM_ANSWER, 0.01) == []
    assert reader.to_send() == framed(bytes.fromhex("32 05 FF 01 02"))
    assert reader.feed(RETRIES_ANSWER, 0.02) == []
    assert reader.to_send() == LOOK
    assert reader.feed(NO_CARD, 0.1) == []
    assert reader.to_send() == b""
    reader.idle(0.4)
    assert reader.to_send() == LOOK


def test_a_card_as_a_real_module_sent_it() -> None:
    assert started().feed(MIFARE, 0.1) == [card("24D34F59")]


def test_uids_of_four_seven_and_ten_bytes() -> None:
    for uid in ("24D34F59", "0416C6C2D73881", "01020304050607080910"):
        assert started().feed(ACK + target(uid), 0.1) == [card(uid)]


def test_ack_and_answer_may_come_in_any_pieces() -> None:
    sent = ACK + target("24D34F59")
    for at in range(len(sent)):
        reader = started()
        assert reader.feed(sent[:at], 0.1) + reader.feed(sent[at:], 0.11) == [card("24D34F59")]


def test_an_extended_frame() -> None:
    body = bytes.fromhex("D5 4B 01 01 00 04 08 04 24 D3 4F 59")
    head = b"\x00\x00\xff\xff\xff\x00\x0c" + bytes([-0x0C & 0xFF])
    frame = head + body + bytes([-sum(body) & 0xFF]) + b"\x00"
    assert started().feed(frame, 0.1) == [card("24D34F59")]
    long = framed(b"\x4b\x01\x01\x00\x04\x08\x04" + b"\x24\xd3\x4f\x59" + bytes(250), 0xD5)
    assert long[3:5] == b"\xff\xff"
    assert started().feed(long, 0.1) == [card("24D34F59")]


def test_a_card_that_stays_is_one() -> None:
    reader = started()
    events: list[ReaderEvent] = []
    for step in range(20):
        t = step * 0.25
        events += reader.idle(t)
        if LOOK in reader.to_send() or step == 0:
            events += reader.feed(MIFARE if step != 3 else NO_CARD, t)
    assert events == [card("24D34F59")]
    for step in range(20, 28):
        reader.idle(step * 0.25)
        reader.feed(NO_CARD, step * 0.25)
    reader.idle(7.0)
    assert reader.feed(MIFARE, 7.0) == [card("24D34F59")]


def test_wrong_checksums_and_sizes_are_counted_and_nobodys() -> None:
    wrong_sum = bytearray(target("24D34F59"))
    wrong_sum[-2] ^= 1
    wrong_length = bytearray(target("24D34F59"))
    wrong_length[4] ^= 1
    for answer in (bytes(wrong_sum), bytes(wrong_length), SYNTAX_ERROR):
        reader = started()
        assert reader.feed(ACK + answer, 0.1) == []
        assert reader.counts.damaged >= 1
        assert reader.feed(target("24D34F59"), 0.2) == [card("24D34F59")]
    reader = started()
    assert reader.feed(ACK + target("24D3"), 0.1) == []
    assert reader.counts.damaged == 1


def test_a_chip_that_does_not_answer_is_woken_ever_more_patiently() -> None:
    reader = Pn532Reader(identify=identify)
    asked = []
    for tenth in range(600):
        reader.idle(tenth / 10)
        if reader.to_send().startswith(WAKE):
            asked.append(tenth / 10)
    waits = [round(after - before) for before, after in pairwise(asked)]
    assert waits[:3] == [1, 2, 4]
    assert set(waits[3:]) == {LONGEST_PATIENCE_SECONDS}
    assert reader.counts.resyncs == len(asked) - 1
    reader.feed(SAM_ANSWER, 60.0)
    reader.feed(RETRIES_ANSWER, 60.1)
    assert reader.feed(MIFARE, 60.2) == [card("24D34F59")]


def test_what_was_not_asked_for_is_no_card() -> None:
    reader = Pn532Reader(identify=identify)
    assert reader.feed(MIFARE, 0.0) == []
    awake = started()
    assert awake.feed(MIFARE, 0.1) == [card("24D34F59")]
    assert awake.feed(target("0416C6C2D73881") * 2, 0.1) == []


def test_nothing_of_a_uid_is_kept() -> None:
    reader = started()
    reader.feed(MIFARE + target("24D34F59")[:-4], 0.0)
    reader.idle(2.0)
    held = repr([getattr(reader, name) for name in vars(reader)]) + repr(vars(reader._presence))
    for trace in ("24D34F59", r"$\xd3OY"):
        assert trace not in held


def test_the_end_of_the_stream_begins_anew() -> None:
    reader = started()
    reader.feed(MIFARE[:10], 0.0)
    reader.close()
    assert reader.to_send() == b""
    reader.idle(0.1)
    assert reader.to_send() == WAKE + SAM


def test_bounded_memory() -> None:
    reader = started()
    for unit in (b"\x00\xff\xff\xff\x01\x08\xf7" * 99, b"\x00\xff\xfe\x02" * 99, bytes(999)):
        for _ in range(30):
            reader.feed(unit, 0.0)
            assert len(reader._pending) < 300
    reader.idle(5.0)
    assert not reader._pending


@given(
    streams(
        SAM_ANSWER, RETRIES_ANSWER, NO_CARD, MIFARE, SYNTAX_ERROR, ACK, b"\x00\xff", MIFARE[:15]
    ),
    PIECES,
)
@settings(max_examples=100)
def test_any_bytes_in_any_pieces_give_the_same_events(data: bytes, sizes: list[int]) -> None:
    check_pieces(started, data, sizes)


@given(st.binary(max_size=40))
@settings(max_examples=60)
def test_a_damaged_answer_costs_only_itself(noise: bytes) -> None:
    reader = started()
    reader.feed(noise, 0.0)
    reader.idle(1.1)  # no answer: woken again
    reader.feed(SAM_ANSWER, 1.2)
    reader.feed(RETRIES_ANSWER, 1.3)
    assert reader.feed(MIFARE, 1.4) == [card("24D34F59")]
