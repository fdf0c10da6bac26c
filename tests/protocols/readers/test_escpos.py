from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.base import Reader
from protocols.readers.escpos import EscposReader
from protocols.readers.events import (
    Code,
    Doubt,
    DrawerOpened,
    JobKind,
    Printed,
    ReaderEvent,
    Suspected,
)

# 便民超市 / 单号: A-0412 / 实付: 14.97 in GB18030, written out by hand.
SHOP = b"\x1b@\x1c&\x1ba\x01\x1b!\x30\xb1\xe3\xc3\xf1\xb3\xac\xca\xd0\n\x1b!\x00\x1ba\x00"
NUMBER = b"\xb5\xa5\xba\xc5: A-0412\n2026-11-21 18:42:07\n"
ITEMS = b"\xc6\xbb\xb9\xfb   2   4.00\n\xc5\xa3\xc4\xcc   1  10.97\n"
PAID = b"\xca\xb5\xb8\xb6: 14.97\n"
CUT = b"\x1bd\x03\x1dV\x42\x00"
RECEIPT = SHOP + NUMBER + ITEMS + PAID + CUT
NEXT = RECEIPT.replace(b"0412", b"0413")
RULE = b"\x1c.\x1bt\x00" + b"\xc4" * 41 + b"\n\x1c&"
# The same sale as tills of other places print it.
ELSEWHERE = {
    "gb18030": "便民超市\n单号: A-0412\n合计 14.97\n现金 20.00\n找零 5.03\n",
    "gbk": "便民超市\n单号: A-0412\n合计 14.97\n现金 20.00\n找零 5.03\n",
    "big5": "便民超商\n單號: A-0412\n合計 14.97\n現金 20.00\n找零 5.03\n",
    "cp949": "편의점\n영수증번호: A-0412\n합계 14.97\n현금 20.00\n거스름돈 5.03\n",
    "shift_jis": "コンビニ\n領収書No: A-0412\n合計 14.97\n現金 20.00\nお釣り 5.03\n",
    "cp1252": "Bäckerei Müller\nBeleg-Nr: A-0412\nSumme 14,97\nBar 20,00\nRückgeld 5,03\n",
}


def reader(encoding: str = "gb18030", **settings: object) -> EscposReader:
    return EscposReader(encoding=encoding, identify=str, **settings)  # type: ignore[arg-type]


def sales(events: list[ReaderEvent]) -> list[tuple[str | None, str | None, bool, bool]]:
    return [
        (one.number, one.total, one.damaged, one.partial)
        for one in events
        if isinstance(one, Printed) and one.kind is JobKind.RECEIPT and one.number
    ]


def whole(data: bytes, encoding: str = "gb18030", **settings: object) -> list[ReaderEvent]:
    one = reader(encoding, **settings)
    return one.feed(data, 0.0) + one.idle(10.0)


def at_another_speed(data: bytes, ratio: float) -> bytes:
    """Return what a port hears that listens `ratio` times as fast as the till sends, 8N1."""
    levels = [bit for byte in data for bit in (0, *(byte >> at & 1 for at in range(8)), 1)]
    heard, at = bytearray(), 0.0
    while True:
        start = int(at)
        while start < len(levels) and levels[start]:
            start += 1
        if start >= len(levels):
            return bytes(heard)
        at = max(at, float(start))
        places = [int(at + (bit + 1.5) / ratio) for bit in range(8)]
        bits = [levels[place] if place < len(levels) else 1 for place in places]
        heard.append(sum(bit << place for place, bit in enumerate(bits)))
        at += 9.5 / ratio


def test_it_is_a_reader() -> None:
    one: Reader = reader()
    assert one.counts.messages == 0


def test_a_receipt_is_read_at_its_cut() -> None:
    one = reader()
    (printed,) = one.feed(RECEIPT, 0.0)
    assert isinstance(printed, Printed)
    assert printed.kind is JobKind.RECEIPT
    assert (printed.number, printed.total, printed.items) == ("A-0412", "14.97", 2)
    assert printed.printed_at == "2026-11-21T18:42:07"
    assert printed.lines[0] == "便民超市"
    assert one.idle(10.0) == []
    assert (one.counts.received_bytes, one.counts.messages) == (len(RECEIPT), 1)
    assert (one.counts.dropped_bytes, one.counts.damaged, one.counts.resyncs) == (0, 0, 0)


def test_silence_ends_a_receipt_without_a_cut() -> None:
    one = reader(idle_seconds=1.0)
    assert one.feed(RECEIPT.removesuffix(CUT), 5.0) == []
    assert one.idle(5.9) == []
    assert sales(one.idle(6.0)) == [("A-0412", "14.97", False, False)]
    assert one.idle(7.0) == []


def test_the_next_bytes_after_a_silence_begin_a_new_job() -> None:
    one = reader()
    assert one.feed(RECEIPT.removesuffix(CUT), 0.0) == []
    assert [number for number, *_ in sales(one.feed(NEXT, 30.0))] == ["A-0412", "A-0413"]


def test_closing_the_port_ends_the_job() -> None:
    one = reader()
    assert one.feed(RECEIPT.removesuffix(CUT), 0.0) == []
    assert sales(one.close()) == [("A-0412", "14.97", False, False)]
    assert one.close() == []


@pytest.mark.parametrize("encoding", ELSEWHERE)
def test_each_encoding_is_a_setting(encoding: str) -> None:
    data = b"\x1b@" + ELSEWHERE[encoding].encode(encoding) + CUT
    assert sales(whole(data, encoding)) == [("A-0412", "14.97", False, False)]


def test_a_rule_in_single_byte_mode_is_not_read_as_hanzi() -> None:
    (printed,) = whole(SHOP + NUMBER + RULE + PAID + CUT)
    assert isinstance(printed, Printed)
    assert "─" * 41 in printed.lines
    assert sales([printed]) == [("A-0412", "14.97", False, False)]


def test_the_page_of_a_single_byte_till() -> None:
    data = b"\x1b@\x1bt\x10Beleg-Nr: 4711\nZu zahlen \x80 14,30\n\x1dV1"
    (printed,) = whole(data, "cp437")
    assert isinstance(printed, Printed)
    assert (printed.number, printed.total, printed.currency) == ("4711", "14.30", "EUR")


def test_the_drawer_and_the_codes_are_told() -> None:
    data = b"\x1bp\x00\x19\xfa" + RECEIPT.removesuffix(CUT) + b"\x1dk\x04A0412\x00" + CUT
    drawer, printed = whole(data)
    assert drawer == DrawerOpened()
    assert isinstance(printed, Printed)
    assert printed.codes == (Code(symbology="code39", text="A0412"),)


# --- damage ---


def test_a_claim_of_four_gigabytes_swallows_nothing() -> None:
    events = whole(b"\x1d8L\xff\xff\xff\xff" + RECEIPT)
    assert [(number, damaged) for number, _, damaged, _ in sales(events)] == [("A-0412", True)]


def test_a_damaged_length_swallows_no_more_than_until_silence() -> None:
    one = reader()
    assert one.feed(SHOP + b"\x1dv0\x00\xff\x00\xff\x02" + NUMBER + PAID + CUT, 0.0) == []
    events = one.idle(3.0) + one.feed(NEXT, 4.0)
    assert [(number, damaged) for number, _, damaged, _ in sales(events)] == [
        ("A-0412", True),
        ("A-0413", False),
    ]
    assert one.counts.resyncs == 1


def test_a_lost_cut_does_not_cost_the_next_receipt() -> None:
    other = NEXT.replace(b"10.97", b"11.97").replace(b"14.97", b"15.97")
    events = whole(RECEIPT.removesuffix(CUT) + other)
    assert [number for number, *_ in sales(events)] == ["A-0412", "A-0413"]


def test_a_till_that_initialises_in_mid_receipt_prints_one() -> None:
    events = whole(SHOP + NUMBER + ITEMS + b"\x1b@" + PAID + b"\x1b@WIFI: 12345678\n" + CUT)
    assert sales(events) == [("A-0412", "14.97", False, False)]
    assert len(events) == 1


def test_a_till_that_initialises_before_each_line_prints_one() -> None:
    """As an Android till of restaurants does; its foot names number and total once more."""
    foot = "总计: 14.97\n订单编号: A-0412\n".encode("gb18030")
    lines = (NUMBER + ITEMS + PAID + foot).splitlines(keepends=True)
    start = b"\x1b@\x1ba\x00\x1d!\x00\x1bt\x00\x1c&\x1bM\x00"
    events = whole(b"".join(start + line for line in lines) + b"\n\n\n")
    assert sales(events) == [("A-0412", "14.97", False, False)]
    assert len(events) == 1


@pytest.mark.parametrize(
    ("begin", "partial"), [(NUMBER, True), (b"\x00" + SHOP + NUMBER, False), (SHOP[2:], True)]
)
def test_the_first_job_may_lack_its_beginning(begin: bytes, partial: bool) -> None:
    data = begin if NUMBER in begin else begin + NUMBER
    one = reader()
    assert sales(one.feed(data + PAID + CUT, 0.0)) == [("A-0412", "14.97", False, partial)]
    assert sales(one.feed(NUMBER + PAID + CUT, 0.1)) == [("A-0412", "14.97", False, False)]


def test_after_a_silence_nothing_is_missing() -> None:
    one = reader()
    assert one.idle(0.0) == one.idle(1.0) == []
    assert sales(one.feed(NUMBER + PAID + CUT, 1.1)) == [("A-0412", "14.97", False, False)]
    one.close()
    assert sales(one.feed(NUMBER + PAID + CUT, 1.2)) == [("A-0412", "14.97", False, True)]


def mutated(data: bytes, random: Random) -> bytes:
    """Return a stream with bytes lost, added and changed, as bad lines do."""
    damaged = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 3, 8, 30))):
        at = random.randrange(len(damaged) + 1)
        match random.randrange(5):
            case 0:
                damaged[at : at + 1] = random.randbytes(1)
            case 1:
                del damaged[at : at + random.choice((1, 2, 5, 40, 300))]
            case 2:
                damaged[at:at] = random.randbytes(random.choice((1, 2, 5, 40)))
            case 3:
                del damaged[at:]
            case _ if at < len(damaged):
                damaged[at] ^= 1 << random.randrange(8)
            case _:
                pass
    return bytes(damaged)


def test_the_receipt_after_a_damaged_one_is_never_lost() -> None:
    """STORELOOP_MUTATIONS=20000 makes it a campaign; the seed says which mutation failed."""
    picture = b"\x1dv0\x00\x03\x00\x18\x00" + bytes(range(72))
    code = b"\x1d(k\x06\x001P0abc\x1d(k\x03\x001Q0\x1dkI\x04{C\x01\x02"
    lines = SHOP + picture + NUMBER + RULE + ITEMS + PAID + code
    for seed in range(int(os.environ.get("STORELOOP_MUTATIONS", "250"))):
        random = Random(seed)
        one = reader()
        one.idle(-5.0)
        one.feed(mutated(lines + CUT, random), 0.0)
        one.idle(5.0)
        events = one.feed(NEXT, 6.0) + one.idle(9.0)
        assert sales(events) == [("A-0413", "14.97", False, False)], seed


@given(st.binary(max_size=200), st.integers(0, len(RECEIPT)), st.integers(0, 60))
@settings(max_examples=60)
def test_nor_after_noise(noise: bytes, at: int, removed: int) -> None:
    one = reader()
    one.feed(RECEIPT[:at] + noise + RECEIPT[at + removed :], 0.0)
    one.idle(5.0)
    assert sales(one.feed(NEXT, 6.0)) == [("A-0413", "14.97", False, False)]
    assert one.idle(20.0) == []


BYTES = st.lists(
    st.one_of(
        st.sampled_from([RECEIPT, SHOP, NUMBER, PAID, CUT, RULE, b"\x1b", b"\x1d", b"\x1b@"]),
        st.sampled_from([text.encode(one) for one, text in ELSEWHERE.items()]),
        st.binary(max_size=12),
    ),
    max_size=8,
).map(b"".join)


@given(BYTES, st.lists(st.integers(0, 40), max_size=40), st.sampled_from(sorted(ELSEWHERE)))
@settings(max_examples=50)
def test_any_bytes_in_any_pieces_give_the_same_events(
    data: bytes, sizes: list[int], encoding: str
) -> None:
    expected = whole(data, encoding)
    for cuts in (sizes, [1] * len(data)):
        one = reader(encoding)
        events: list[ReaderEvent] = []
        at = 0
        for size in (*cuts, len(data)):
            events += one.feed(data[at : at + size], 0.0)
            at += size
        assert events + one.idle(10.0) == expected


# --- wrong settings ---


@pytest.mark.parametrize("ratio", [2, 4, 12, 1 / 2, 1 / 4, 1 / 12])
@pytest.mark.parametrize("encoding", ["gb18030", "cp1252"])
def test_a_wrong_speed_is_told_and_gives_no_receipt(ratio: float, encoding: str) -> None:
    right = b"\x1b@" + ELSEWHERE[encoding].encode(encoding) * 3 + CUT
    heard = at_another_speed(right, ratio)
    one = reader(encoding)
    events = [event for at in range(10) for event in one.feed(heard, 9.0 * at)] + one.idle(99.0)
    assert events == [Suspected(doubt=Doubt.BAUD)]
    back = one.feed(right, 100.0)
    assert back[0] == Suspected(doubt=None)
    assert sales(back) == [("A-0412", "14.97", False, False)]


def test_a_receipt_in_two_languages_is_no_noise() -> None:
    text = (
        "카드 승인\nNo: 4711\nSubtotal 5,000\nTotal 5,000\nCash 6,000\nChange 1,000\n감사합니다\n"
    )
    (printed,) = whole(b"\x1b@" + text.encode("cp949") + CUT, "cp949")
    assert isinstance(printed, Printed)
    assert printed.total == "5000"


@pytest.mark.parametrize("odd", [0, 1])
def test_a_wrong_parity_is_told_too(odd: int) -> None:
    """Half of the bytes come through: some commands, the cut, and words of English."""
    right = (
        b"\x1b@TEA HOUSE\nNo: 4711\nGreen tea 14.30\nTOTAL 14.30\nCASH 20.00\nCHANGE 5.70\n" + CUT
    )
    heard = bytes(byte & 0x7F | 0x80 * ((byte.bit_count() + odd) % 2) for byte in right)
    one = reader("cp437")
    events = [event for at in range(10) for event in one.feed(heard, 9.0 * at)] + one.idle(99.0)
    assert events == [Suspected(doubt=Doubt.BAUD)]


def test_noise_without_a_pause_is_told_within_a_minute_or_so() -> None:
    one = reader()
    heard = at_another_speed(RECEIPT, 2)
    events = [event for at in range(260) for event in one.feed(heard, at / 2)]
    assert events == [Suspected(doubt=Doubt.BAUD)]


@pytest.mark.parametrize("right", ["gb18030", "big5", "cp949", "shift_jis"])
@pytest.mark.parametrize("wrong", ["gb18030", "big5", "cp949", "shift_jis", "cp437", "utf-8"])
def test_a_wrong_encoding_is_told_with_the_right_one(right: str, wrong: str) -> None:
    data = b"\x1b@" + ELSEWHERE[right].encode(right) + CUT
    one = reader(wrong)
    told = [event for at in range(3) for event in one.feed(data, float(at))]
    doubts = [event for event in told if isinstance(event, Suspected)]
    expected = [] if right == wrong else [Suspected(doubt=Doubt.ENCODING, guess=right)]
    assert doubts == expected
