from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.readers.base import Reader
from protocols.readers.escpos import EscposReader
from protocols.readers.receipt import ReceiptKind, ReceiptRead

# 便民超市 / 单号: A-0412 / 实付: 14.97 in GB18030, written out by hand.
SHOP = b"\x1b@\x1c&\x1ba\x01\x1b!\x30\xb1\xe3\xc3\xf1\xb3\xac\xca\xd0\n\x1b!\x00\x1ba\x00"
NUMBER = b"\xb5\xa5\xba\xc5: A-0412\n2026-11-21 18:42:07\n"
ITEMS = b"\xc6\xbb\xb9\xfb   2   4.00\n\xc5\xa3\xc4\xcc   1  10.97\n"
PAID = b"\xca\xb5\xb8\xb6: 14.97\n"
CUT = b"\x1bd\x03\x1dV\x42\x00"
RECEIPT = SHOP + NUMBER + ITEMS + PAID + CUT
READ = ReceiptRead(
    number="A-0412",
    total="14.97",
    currency=None,
    printed_at="2026-11-21T18:42:07",
    items=2,
    kind=ReceiptKind.RECEIPT,
    damaged=False,
)
NEXT = RECEIPT.replace(b"0412", b"0413")


def whole(data: bytes, **settings: str) -> list[ReceiptRead]:
    reader = EscposReader(**settings)  # type: ignore[arg-type]
    return reader.feed(data, 0.0) + reader.idle(10.0)


def in_pieces(data: bytes, sizes: list[int]) -> list[ReceiptRead]:
    reader: Reader = EscposReader()
    events: list[ReceiptRead] = []
    at = 0
    for size in sizes:
        events += reader.feed(data[at : at + size], 0.0)
        at += size
    return events + reader.feed(data[at:], 0.0) + reader.idle(10.0)


def test_a_receipt_is_read_at_its_cut() -> None:
    reader = EscposReader()
    assert reader.feed(RECEIPT, 0.0) == [READ]
    assert reader.idle(10.0) == []
    assert (reader.jobs, reader.dropped_bytes) == (1, 0)


def test_silence_ends_a_receipt_without_a_cut() -> None:
    reader = EscposReader(idle_seconds=1.0)
    assert reader.feed(RECEIPT.removesuffix(CUT), 5.0) == []
    assert reader.idle(5.9) == []
    assert reader.idle(6.0) == [READ]
    assert reader.idle(7.0) == []


def test_the_next_bytes_after_a_silence_begin_a_new_job() -> None:
    reader = EscposReader()
    assert reader.feed(RECEIPT.removesuffix(CUT), 0.0) == []
    assert reader.feed(NEXT, 30.0)[0].number == "A-0412"


def test_closing_the_port_ends_the_job() -> None:
    reader = EscposReader()
    assert reader.feed(RECEIPT.removesuffix(CUT), 0.0) == []
    assert reader.close() == [READ]
    assert reader.close() == []


def test_columns_are_runs_of_one_line() -> None:
    data = NUMBER + b"\xca\xb5\xb8\xb6\x1b$\xfc\x00\x1b\\\x18\x0014.97\n" + b"\x1bi"
    assert [receipt.total for receipt in whole(data)] == ["14.97"]


def test_a_rule_in_single_byte_mode_is_not_read_as_hanzi() -> None:
    data = NUMBER + b"\x1c.\x1bt\x00" + b"\xc4" * 41 + b"\n\x1c&" + PAID + CUT
    assert whole(data) == [
        ReceiptRead(
            number="A-0412",
            total="14.97",
            currency=None,
            printed_at="2026-11-21T18:42:07",
            items=None,
            kind=ReceiptKind.RECEIPT,
            damaged=False,
        )
    ]


def test_pictures_and_codes_are_skipped_whatever_they_hold() -> None:
    picture = b"\x1dv0\x00\x02\x00\x08\x00" + b"\x1dV\x00\x1b@\n" + b"\xff" * 10
    code = b"\x1d(k\x08\x001P0\x1bi\x1d\x1d\x1b"
    large = b"\x1d8L\x06\x00\x00\x00\x1bi\x1bi\x1b\x1d"
    bar = b"\x1dk\x04NO: 99\x00\x1dkI\x04{C\x1bi"
    assert whole(SHOP + picture + code + NUMBER + large + ITEMS + bar + PAID + CUT) == [READ]


def test_the_page_of_a_single_byte_till() -> None:
    data = b"\x1b@\x1bt\x10Beleg-Nr: 4711\nZu zahlen \x80 14,30\n\x1dV1"
    receipt = whole(data, encoding="cp437")[0]
    assert (receipt.number, receipt.total, receipt.currency) == ("4711", "14.30", "EUR")


def test_big5_is_a_setting() -> None:
    data = "統一編號 12345678\n序 0387 機 03\n合計  $162\n".encode("big5") + b"\x1bm"
    receipt = whole(data, encoding="big5", currency="TWD")[0]
    assert (receipt.number, receipt.total, receipt.currency) == ("0387", "162", "TWD")


def test_a_claim_of_four_gigabytes_swallows_nothing() -> None:
    events = whole(b"\x1d8L\xff\xff\xff\xff" + RECEIPT)
    assert [event.number for event in events] == ["A-0412"]
    assert events[0].damaged


def test_a_damaged_length_swallows_no_more_than_until_silence() -> None:
    reader = EscposReader()
    assert reader.feed(SHOP + b"\x1dv0\x00\xff\x00\xff\x02" + NUMBER + PAID + CUT, 0.0) == []
    events = reader.idle(3.0) + reader.feed(NEXT, 4.0)
    assert [event.number for event in events] == ["A-0412", "A-0413"]
    assert [event.damaged for event in events] == [True, False]


def test_a_lost_cut_does_not_cost_the_next_receipt() -> None:
    events = whole(RECEIPT.removesuffix(CUT) + NEXT)
    assert [event.number for event in events] == ["A-0412", "A-0413"]


def test_a_job_without_number_and_total_is_ignored() -> None:
    reader = EscposReader()
    assert reader.feed(SHOP + b"WIFI: 12345678\n" + CUT, 0.0) == []
    assert (reader.jobs, reader.ignored_jobs) == (1, 1)


BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(
        st.one_of(
            st.sampled_from([RECEIPT, SHOP, NUMBER, PAID, CUT, b"\x1b", b"\x1d", b"\x1c", b"\x10"]),
            st.sampled_from([b"\x1dv0\x00", b"\x1d(k", b"\x1bD", b"\x1dk\x02", b"\x1b&", b"\x1cq"]),
            st.binary(max_size=12),
        ),
        max_size=14,
    ).map(b"".join),
)


@given(BYTES, st.lists(st.integers(0, 40), max_size=40))
def test_any_bytes_in_any_pieces_give_the_same_events(data: bytes, sizes: list[int]) -> None:
    assert in_pieces(data, sizes) == whole(data)
    assert in_pieces(data, [1] * len(data)) == whole(data)


@given(st.binary(max_size=200), st.integers(0, len(RECEIPT)), st.integers(0, 60))
@settings(max_examples=300)
def test_the_receipt_after_a_damaged_one_is_never_lost(noise: bytes, at: int, removed: int) -> None:
    reader = EscposReader()
    reader.feed(RECEIPT[:at] + noise + RECEIPT[at + removed :], 0.0)
    reader.idle(5.0)
    assert [event.number for event in reader.feed(NEXT, 6.0)] == ["A-0413"]
    assert reader.idle(20.0) == []


def test_hostile_streams_take_bounded_memory_and_time() -> None:
    for unit in (b"\x1b$", b"\x1dv0\x00\xff\x00\xff\x00", b"\x1d*\xff\x7f", b"\xb1", b"\x1b\x1b"):
        reader = EscposReader()
        for _ in range(40):
            assert reader.feed(unit * 2000, 0.0) == []
        assert reader.idle(9.0) == []
        assert [event.number for event in reader.feed(NEXT, 10.0)] == ["A-0413"]
