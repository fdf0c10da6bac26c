from __future__ import annotations

import os
import tty
from datetime import UTC, datetime
from random import Random

from protocols.readers.escpos import EscposReader
from protocols.readers.events import Printed, ReaderEvent
from simulator.printing.sale import Sale, plain
from simulator.printing.shops import DE
from simulator.till import Till, chunks

AT = datetime(2026, 11, 21, 18, 42, 7, tzinfo=UTC)


def receipts(events: list[ReaderEvent]) -> list[tuple[str | None, str | None, str | None]]:
    return [(one.number, one.total, one.till) for one in events if isinstance(one, Printed)]


def said(sale: Sale) -> tuple[str, str, str]:
    return (sale.number, plain(sale.paid, 2), sale.till)


def test_a_till_prints_through_a_pty_at_the_pace_of_the_line() -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    reader = EscposReader(encoding="gb18030", identify=str)
    read: list[ReaderEvent] = []
    slept: list[float] = []
    heard = bytearray()

    def arrive(seconds: float) -> None:
        slept.append(seconds)
        data = os.read(slave, 4096)
        heard.extend(data)
        read.extend(reader.feed(data, 0.0))

    try:
        till = Till(master, random=Random(3), sleep=arrive)
        sold = [till.sell(AT) for _ in range(3)]
        read.extend(reader.idle(60.0))
        assert receipts(read) == [said(sale) for sale in sold]
        assert [sale.number for sale in sold] == [f"202611210300{n:02d}" for n in (1, 2, 3)]
        assert round(sum(slept) * 960) == len(heard)
        assert till.lost_bytes == 0
    finally:
        os.close(master)
        os.close(slave)


def test_a_till_of_another_country() -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    heard = bytearray()
    try:
        till = Till(
            master, random=Random(3), shop=DE, sleep=lambda _: heard.extend(os.read(slave, 4096))
        )
        sale = till.sell(AT)
        reader = EscposReader(encoding="cp1252", identify=str)
        events = reader.feed(bytes(heard), 0.0) + reader.idle(60.0)
        assert receipts(events) == [said(sale)]
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
        assert [len(chunk) for chunk in chunks(b"x" * 100)] == [64, 36]
    finally:
        os.close(master)
        os.close(slave)
