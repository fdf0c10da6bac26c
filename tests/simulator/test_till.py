from __future__ import annotations

import os
import tty
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from protocols.readers.escpos import EscposReader
from protocols.readers.events import JobKind, Printed, ReaderEvent
from simulator.till import Item, Receipt, Till, chunks, money, random_receipt, receipt_bytes

AT = datetime(2026, 11, 21, 18, 42, 7, tzinfo=UTC)


def reader() -> EscposReader:
    return EscposReader(encoding="gb18030", identify=str)


def as_told(receipt: Receipt) -> list[object]:
    return [
        JobKind.RECEIPT,
        receipt.number,
        receipt.total,
        "CNY",
        f"{receipt.printed_at:%Y-%m-%dT%H:%M:%S}",
        sum(item.quantity for item in receipt.items),
        False,
        False,
    ]


def told(event: ReaderEvent) -> list[object]:
    assert isinstance(event, Printed)
    what = [event.kind, event.number, event.total, event.currency, event.printed_at, event.items]
    return [*what, event.damaged, event.partial]


def printed(events: list[ReaderEvent]) -> list[list[object]]:
    """Return the receipts; what a cash drawer said is left out."""
    return [told(event) for event in events if isinstance(event, Printed)]


def test_known_answer() -> None:
    receipt = Receipt(
        number="0387", printed_at=AT, items=(Item(name="苹果", quantity=2, price_fen=200),)
    )
    data = receipt_bytes(receipt)
    assert data.startswith(b"\x1b@\x1c&\x1ba\x01\x1d!\x11\x1bE\x01\xb1\xe3\xc3\xf1")
    assert b"\n\xc6\xbb\xb9\xfb" + b" " * 15 + b"   2     4.00\n" in data
    assert b"\xca\xb5\xb8\xb6" + b" " * 22 + b"\xa3\xa44.00\n" in data
    assert data.endswith(b"\x1bd\x03\x1dVB\x00")


@given(
    st.integers(0, 2**32),
    st.integers(1, 9999),
    st.integers(0, 10**9).map(lambda seconds: AT + timedelta(seconds=seconds)),
)
def test_the_reader_reads_back_what_the_till_prints(seed: int, number: int, at: datetime) -> None:
    receipt = random_receipt(Random(seed), number=f"{number:04d}", at=at)
    one = reader()
    events = [event for chunk in chunks(receipt_bytes(receipt)) for event in one.feed(chunk, 0.0)]
    assert printed(events) == [as_told(receipt)]
    assert one.idle(9.0) == []
    assert one.counts.dropped_bytes == 0


def test_the_same_seed_prints_the_same() -> None:
    one, other = (random_receipt(Random(7), number="1", at=AT) for _ in range(2))
    assert receipt_bytes(one) == receipt_bytes(other)
    assert money(-5) == "-0.05"


def test_a_till_prints_through_a_pty_at_the_pace_of_the_line() -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    one = reader()
    read: list[ReaderEvent] = []
    slept: list[float] = []

    def arrive(seconds: float) -> None:
        slept.append(seconds)
        read.extend(one.feed(os.read(slave, 4096), 0.0))

    try:
        till = Till(master, random=Random(3), sleep=arrive)
        sold = [till.sell(AT) for _ in range(3)]
        assert printed(read) == [as_told(receipt) for receipt in sold]
        assert [receipt.number for receipt in sold] == [f"202611210300{n:02d}" for n in (1, 2, 3)]
        sent = sum(len(receipt_bytes(receipt)) for receipt in sold)
        assert round(sum(slept) * 960) == sent
        assert till.lost_bytes == 0
    finally:
        os.close(master)
        os.close(slave)


def test_a_line_that_nobody_reads_loses_bytes_and_never_blocks() -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    slept: list[float] = []
    try:
        till = Till(master, random=Random(3), sleep=slept.append)
        till.send(b"x" * 200_000)
        assert till.lost_bytes > 0
        assert len(slept) == 3125
    finally:
        os.close(master)
        os.close(slave)
