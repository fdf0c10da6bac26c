"""Which parser reads which device, made from its settings.

Three kinds of readers there are: those that only listen (no byte is ever written to their port),
those that are spoken to (`Talker`), and those that let a shopper be asked (`Asker`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from edge_gateway.runner import Runner
from edge_gateway.settings import Driver, Reader
from protocols.readers.base import Counts
from protocols.readers.base import Reader as Parser
from protocols.readers.escpos import EscposReader
from protocols.readers.events import Identify, JobKind, Printed, ReaderEvent
from protocols.readers.receipt import ReceiptRead


@runtime_checkable
class Talker(Protocol):
    """A reader whose device is spoken to, such as one that must be polled."""

    def to_send(self) -> bytes:
        """Return what is to be written now, and forget it; asked after each feed and idle."""


@runtime_checkable
class Asker(Protocol):
    """A reader whose device can ask a shopper."""

    def ask(self, *, open: bool) -> None:
        """Let the device ask, or ask no more; `to_send` has the bytes for it."""


@runtime_checkable
class Waker(Protocol):
    """A talker that has something to send at other times than after a feed or idle."""

    def on_output(self, wake: Callable[[], None]) -> None:
        """Call `wake`, on the loop, whenever `to_send` has something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What parsers are given beside their settings."""

    identify: Identify
    runner: Runner | None = None
    """Of a running gateway; None when a tool reads."""


def make_reader(reader: Reader, around: Surroundings) -> Parser:
    """Return the parser of a port; ValueError when its settings do not make one."""
    return _MAKERS[reader.driver](reader, around)


def _escpos(reader: Reader, _around: Surroundings) -> Parser:
    return _Receipts(
        EscposReader(
            encoding=reader.encoding,
            currency=reader.currency,
            idle_seconds=1.0 if reader.idle_s is None else reader.idle_s,
        )
    )


class _Receipts:
    def __init__(self, parser: EscposReader) -> None:
        self._parser = parser
        self.counts = Counts()

    def feed(self, data: bytes, t: float) -> list[ReaderEvent]:
        self.counts.received_bytes += len(data)
        return self._told(self._parser.feed(data, t))

    def idle(self, t: float) -> list[ReaderEvent]:
        return self._told(self._parser.idle(t))

    def close(self) -> list[ReaderEvent]:
        return self._told(self._parser.close())

    def _told(self, read: list[ReceiptRead]) -> list[ReaderEvent]:
        self.counts.messages = self._parser.jobs
        self.counts.dropped_bytes = self._parser.dropped_bytes
        return [
            Printed(
                kind=JobKind(one.kind.value),
                number=one.number,
                total=one.total,
                currency=one.currency,
                printed_at=one.printed_at,
                items=one.items,
                damaged=one.damaged,
            )
            for one in read
        ]


_MAKERS: dict[Driver, Callable[[Reader, Surroundings], Parser]] = {Driver.ESCPOS: _escpos}
