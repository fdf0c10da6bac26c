"""Listens to the bytes on their way from a till to its receipt printer, and reads the receipts.

Commands are cut out by their lengths; an unknown one costs two bytes and is counted. Only an
unfinished command is ever kept, so memory is bounded, and any cutting of the stream into chunks
gives the same events. A job ends at the paper cut, or when the line falls silent: then an
unfinished command was damaged, and what it seemed to swallow is read again as what it is.
"""

from __future__ import annotations

import re

from protocols.readers.commands import LEADS, Incomplete, Unknown, length
from protocols.readers.printout import Printout
from protocols.readers.receipt import ReceiptRead, read_receipt

IDLE_SECONDS = 1.0
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_LINE_ENDS = frozenset(b"\n\r\x0c")
_TAB = 0x09
_INITIALISE = b"\x1b@"


class EscposReader:
    """Reads the receipts of one till.

    `encoding` is the till's double-byte set or single-byte page (a Python codec name); `currency`
    is used when the receipt prints none. `dropped_bytes`, `jobs` and `ignored_jobs` only grow.
    """

    def __init__(
        self,
        *,
        encoding: str = "gb18030",
        currency: str | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._printout = Printout(encoding)
        self._currency = currency
        self._idle_seconds = idle_seconds
        self._pending = bytearray()
        self._last_t: float | None = None
        self.dropped_bytes = 0
        self.jobs = 0
        self.ignored_jobs = 0

    def feed(self, data: bytes, t: float) -> list[ReceiptRead]:
        """Add received bytes and return the receipts that they completed."""
        events = self.idle(t)
        if data:
            self._last_t = t
            self._pending += data
            events += self._parse()
        return events

    def idle(self, t: float) -> list[ReceiptRead]:
        """Return the receipt that silence completes."""
        if self._last_t is None or t - self._last_t < self._idle_seconds:
            return []
        return self.close()

    def close(self) -> list[ReceiptRead]:
        """Return the receipt that the end of the stream completes."""
        self._last_t = None
        events = self._parse(last=True)
        self._printout.end_line()
        return events + self._end_job()

    def _parse(self, *, last: bool = False) -> list[ReceiptRead]:
        """Take what is complete; at the `last` bytes also what will never be."""
        events: list[ReceiptRead] = []
        data, at = self._pending, 0
        while at < len(data):
            if data[at] not in LEADS:
                at = self._print(at)
                continue
            size = self._command_length(at)
            if size is None and not last:
                break
            if not size:
                at += self._drop(at)
                continue
            events += self._obey(bytes(data[at : at + min(size, 8)]))
            at += size
        del data[:at]
        return events

    def _obey(self, command: bytes) -> list[ReceiptRead]:
        if self._printout.command(command):
            return self._end_job()
        # A lost cut must not cost the next receipt: most tills begin it with ESC @.
        if command == _INITIALISE and self._is_whole():
            return self._end_job()
        return []

    def _is_whole(self) -> bool:
        receipt = read_receipt(self._printout.lines, damaged=False)
        return receipt is not None and receipt.number is not None and receipt.total is not None

    def _command_length(self, at: int) -> int | None:
        """0 when no command begins like this, None while it is not all there."""
        try:
            size = length(self._pending, at)
        except Incomplete:
            return None
        except Unknown:
            return 0
        return size if at + size <= len(self._pending) else None

    def _drop(self, at: int) -> int:
        following = self._pending[at + 1 : at + 2]
        # A control character after a stray lead byte has a meaning of its own.
        count = 2 if following and following[0] >= 0x20 else 1
        self.dropped_bytes += count
        self._printout.damage += 1
        return count

    def _print(self, at: int) -> int:
        data = self._pending
        control = _CONTROL.search(data, at)
        end = control.start() if control else len(data)
        if end > at:
            self._printout.text(bytes(data[at:end]))
            return end
        if data[at] in _LINE_ENDS:
            self._printout.end_line()
        elif data[at] == _TAB:
            self._printout.column()
        return at + 1

    def _end_job(self) -> list[ReceiptRead]:
        lines, damaged = self._printout.lines, self._printout.damage > 0
        self._printout.start_job()
        if not lines:
            return []
        self.jobs += 1
        receipt = read_receipt(lines, damaged=damaged, currency=self._currency)
        if receipt is None:
            self.ignored_jobs += 1
            return []
        return [receipt]
