"""A till's serial line: port, parser and what the gateway makes of its receipts."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from edge_gateway import events as ev
from edge_gateway import settings
from edge_gateway.readers.serial_port import SerialPort
from protocols.readers.base import Reader
from protocols.readers.escpos import EscposReader
from protocols.readers.receipt import ReceiptKind, ReceiptRead

logger = logging.getLogger(__name__)

_LONGEST_NUMBER, _LONGEST_TOTAL, _LONGEST_CURRENCY, _LONGEST_TIME = 200, 32, 8, 200


class Sink(Protocol):
    """Takes events and counts."""

    counts: Counter[str]

    def post(self, event: ev.Event) -> None:
        """Take an event."""


class Till:
    """Reads one till for as long as the gateway runs."""

    def __init__(self, reader: settings.Reader, sink: Sink) -> None:
        self.name = reader.till
        self._settings = reader
        self._sink = sink
        self._parser = parser(reader.driver, reader.encoding, reader.idle_s)
        self._port = SerialPort(
            reader.port, reader.baud, received=self._received, closed=self._closed
        )

    @property
    def open(self) -> bool:
        """Whether the port is there."""
        return self._port.open

    async def run(self) -> None:
        """Read until cancelled."""
        listening = asyncio.create_task(self._port.run())
        try:
            while True:
                await asyncio.sleep(self._settings.idle_s / 4)
                self._take(self._parser.idle(time.monotonic()))
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    def _received(self, data: bytes) -> None:
        self._take(self._parser.feed(data, time.monotonic()))

    def _closed(self) -> None:
        self._take(self._parser.close())

    def _take(self, receipts: Iterable[ReceiptRead]) -> None:
        for receipt in receipts:
            event = receipt_event(receipt, self._settings)
            if event is None:
                self._sink.counts["job_passed_over"] += 1
                continue
            if event.damaged:
                self._sink.counts["damaged_receipt"] += 1
            self._sink.post(event)


def parser(driver: str, encoding: str, idle_s: float) -> Reader:
    """Return the parser of a driver's name."""
    if driver != "escpos":
        raise ValueError(f"there is no driver {driver}; there is: escpos")
    return EscposReader(encoding=encoding, idle_seconds=idle_s)


def receipt_event(receipt: ReceiptRead, reader: settings.Reader) -> ev.ReceiptRead | None:
    """Return what the gateway hears of a job; None when it is no sale or has no number."""
    if receipt.kind is not ReceiptKind.RECEIPT or not receipt.number:
        return None
    return ev.ReceiptRead(
        till=reader.till,
        touchpoint=reader.place,
        number=receipt.number[:_LONGEST_NUMBER],
        total=_text(receipt.total, _LONGEST_TOTAL),
        currency=_text(receipt.currency, _LONGEST_CURRENCY),
        printed_at=_text(receipt.printed_at, _LONGEST_TIME),
        items=receipt.items,
        damaged=receipt.damaged,
    )


def _text(value: object, longest: int) -> str | None:
    return None if value is None else str(value)[:longest]
