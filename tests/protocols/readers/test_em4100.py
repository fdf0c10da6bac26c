from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.em4100 import Em4100Reader
from protocols.readers.events import CardPresented, Doubt, ReaderEvent, Suspected
from tests.protocols.readers.feeding import PIECES, check_pieces, fed, streams

# A real card: its printed number 0006547886 is 63E9AE.
REAL = b"\x02010063E9AE25\x03"
ID_12 = b"\x024500B8D3B29C\r\n\x03"
WRONG = b"\x02010063E9AE24\x03"
LOWER = b"\x02010063e9ae25\x03"


def identify(uid: str) -> str:
    return f"hmac of {len(uid)} {sum(uid.encode())}"


CARD = CardPresented(technology="em4100", card=identify("010063E9AE"))


def reader() -> Em4100Reader:
    return Em4100Reader(identify=identify)


def test_a_real_card_is_told_at_once() -> None:
    cards = reader()
    assert cards.feed(REAL, 0.0) == [CARD]
    assert (cards.counts.messages, cards.counts.dropped_bytes) == (1, 0)


def test_the_uid_is_ten_digits_in_capitals() -> None:
    seen: list[str] = []
    cards = Em4100Reader(identify=lambda uid: seen.append(uid) or "x")  # type: ignore[func-returns-value]
    cards.feed(LOWER, 0.0)
    assert seen == ["010063E9AE"]


def test_a_frame_with_line_end_is_one() -> None:
    assert len(fed(reader(), ID_12)) == 1


def test_a_card_that_stays_is_one_and_one_that_comes_again_is_another() -> None:
    cards = reader()
    events: list[ReaderEvent] = []
    for step in range(40):
        events += cards.feed(REAL, step * 0.06)
    assert events == [CARD]
    assert cards.idle(2.5) == []
    assert cards.feed(REAL, 3.0) == [CARD]


def test_a_wrong_checksum_is_counted_and_nobodys() -> None:
    cards = reader()
    assert fed(cards, WRONG) == []
    assert (cards.counts.damaged, cards.counts.messages) == (1, 0)
    assert cards.counts.dropped_bytes == len(WRONG)


def test_half_a_frame_costs_only_itself() -> None:
    for half in (REAL[:7], REAL[:7] + b"\x03", REAL.replace(b"63", b"6z"), b"\x02" + b"0" * 40):
        cards = reader()
        assert cards.feed(half, 0.0) == []
        assert cards.feed(REAL, 0.01) == [CARD]
        assert cards.counts.damaged >= 1


def test_nothing_of_a_uid_is_kept() -> None:
    cards = reader()
    cards.feed(REAL + REAL[:9], 0.0)
    cards.idle(1.0)
    held = repr([getattr(cards, name) for name in vars(cards)]) + repr(vars(cards._presence))
    assert "63E9AE" not in held


def test_the_end_of_the_stream_forgets_the_card() -> None:
    cards = reader()
    cards.feed(REAL + b"\x0201", 0.0)
    assert cards.close() == []
    assert cards.counts.resyncs == 1
    assert cards.feed(REAL, 0.1) == [CARD]


def test_a_wrong_speed_is_suspected() -> None:
    cards = reader()
    events: list[ReaderEvent] = []
    for t in range(4):
        events += cards.feed(b"\xe6\x80\x06\xfe", float(t)) + cards.idle(t + 0.5)
    assert events == [Suspected(doubt=Doubt.BAUD)]


def test_bounded_memory() -> None:
    cards = reader()
    for _ in range(50):
        assert cards.feed(b"\x02" * 500 + b"A" * 500, 0.0) == []
        assert len(cards._pending) < 20
    assert cards.feed(REAL, 0.0) == [CARD]


@given(streams(REAL, ID_12, WRONG, b"\x02", b"\x03", REAL[:8], noise=6), PIECES)
@settings(max_examples=100)
def test_any_bytes_in_any_pieces_give_the_same_events(data: bytes, sizes: list[int]) -> None:
    check_pieces(reader, data, sizes)


@given(st.binary(max_size=30))
@settings(max_examples=60)
def test_noise_before_it_costs_no_card(noise: bytes) -> None:
    cards = reader()
    cards.feed(noise, 0.0)
    assert CARD in cards.feed(REAL + REAL, 0.1)
