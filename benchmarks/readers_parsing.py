"""What a till's stream costs to read: text, receipts with a picture, pictures; whole and in bits.

Beside it, in the same run, a parser that takes byte after byte, as most are written: it knows the
same commands, keeps the same lines, and looks into no picture either.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.errors import BenchmarkError
from benchmarks.figures import Budget, Limit, Results
from protocols.readers.base import Counts
from protocols.readers.commands import EPSON, Action, Incomplete, Unknown
from protocols.readers.escpos import EscposReader
from protocols.readers.events import Printed
from protocols.readers.printer import Job, Printer
from simulator.printing import jobs
from simulator.printing.shop import random_sale
from simulator.printing.shops import ZH_CN
from simulator.till import SUPERMARKET

_ENCODING = "gb18030"
_CHUNKS = {"in pieces of 64 KiB": 65536, "in pieces of 64 bytes": 64}
_TEXT_MB_S = Budget(value=20)
_RECEIPT_MS = Budget(value=5, at_most=True)
_CUT = b"\x1dVB\x00"
_AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
Feed = Callable[[bytes], int]


def run(results: Results, megabytes: float) -> None:
    """Read so many megabytes of each kind, at each size of chunk."""
    random = Random(results.seed)
    for kind, build in {"text": _text, "receipts": _receipts, "pictures": _pictures}.items():
        stream = b"".join(build(random) for _ in range(20))
        stream *= max(1, round(megabytes * 1e6 / len(stream)))
        for name, size in _CHUNKS.items():
            ours = _speed(stream, size, _bulk())
            bytewise = _speed(stream[: len(stream) // 5], size, _ByteWise().feed)
            results.add(
                f"{kind}, {name}",
                ours,
                "MB/s",
                limit=Limit("byte by byte", round(bytewise, 2)),
                budget=_TEXT_MB_S if (kind, size) == ("text", 65536) else None,
            )
    _fields(results, random)


def _speed(stream: bytes, size: int, feed: Feed) -> float:
    """Return MB of processor time's second; a reader that found nothing measured nothing."""
    began = time.process_time()
    lines = sum(feed(stream[at : at + size]) for at in range(0, len(stream), size))
    seconds = time.process_time() - began
    if not lines:
        raise BenchmarkError("the stream was read, and nothing was in it")
    return len(stream) / 1e6 / max(seconds, 1e-9)


def _fields(results: Results, random: Random) -> None:
    """Measure a receipt up to its number, goods and total."""
    sold = [_receipt(random, f"{at:06d}", _AT + timedelta(minutes=at)) for at in range(200)]
    reader = EscposReader(encoding=_ENCODING, identify=str)
    began = time.process_time()
    read = [event for data in sold for event in reader.feed(data, 0.0)]
    seconds = time.process_time() - began
    if sum(isinstance(one, Printed) and one.total is not None for one in read) != len(sold):
        raise BenchmarkError("not every receipt was read")
    results.add(
        "a receipt with all its fields, processor time",
        seconds * 1000 / len(sold),
        "ms",
        budget=_RECEIPT_MS,
    )


# --- the streams ---


def _receipt(random: Random, number: str, at: datetime) -> bytes:
    return jobs.receipt(random_sale(random, ZH_CN, number=number, at=at), ZH_CN, SUPERMARKET)


def _text(random: Random) -> bytes:
    """Return a long receipt without any style: a printer in text mode."""
    goods = ("农夫山泉550ml", "蒙牛纯牛奶250ml", "全麦吐司", "Green tea 500ml", "鸡蛋10枚")
    lines = [f"{random.choice(goods)}   {random.randint(1, 9)}   {at}.90" for at in range(40)]
    return b"\x1b@\x1c&" + "\n".join(lines).encode(_ENCODING) + b"\n" + _CUT


def _receipts(random: Random) -> bytes:
    """Return a sale as a till prints it, with the raster of a QR below."""
    receipt = _receipt(random, f"{random.randint(0, 999999):06d}", _AT)
    return receipt.removesuffix(_CUT) + _raster(random, 24, 192) + _CUT


def _pictures(random: Random) -> bytes:
    """Return a receipt that a driver draws: 80 mm wide, 512 dots high."""
    return b"\x1b@" + _raster(random, 72, 512) + b"No. 1\n" + _CUT


def _raster(random: Random, wide: int, high: int) -> bytes:
    header = b"\x1dv0\x00" + wide.to_bytes(2, "little") + high.to_bytes(2, "little")
    return header + random.randbytes(wide * high)


# --- the parsers ---


def _bulk() -> Feed:
    printer = Printer(_ENCODING, "epson", Counts())
    return lambda data: sum(len(one.lines) for one in printer.feed(data) if isinstance(one, Job))


class _ByteWise:
    """Takes one byte at a time: text into the line, a command until it has its length."""

    def __init__(self) -> None:
        self._command = bytearray()
        self._needed = 0
        self._line = bytearray()
        self._lines: list[str] = []

    def feed(self, data: bytes) -> int:
        """Add bytes; return how many lines were finished."""
        before = len(self._lines)
        for byte in data:
            if self._command:
                self._command.append(byte)
                if len(self._command) >= self._needed:
                    self._measure()
            elif byte in EPSON.rules:
                self._command.append(byte)
                self._needed = 2
            elif byte == 0x0A:
                self._end_line()
            elif byte >= 0x20:
                self._line.append(byte)
        found = len(self._lines) - before
        return found

    def _measure(self) -> None:
        try:
            self._needed = EPSON.length(bytes(self._command), 0)
        except Incomplete as wait:
            self._needed = wait.needed
            return
        except Unknown:
            self._command.clear()
            return
        if len(self._command) >= self._needed:
            if EPSON.action(bytes(self._command), 0) is Action.CUT:
                self._end_line()
            self._command.clear()

    def _end_line(self) -> None:
        if self._line:
            self._lines.append(self._line.decode(_ENCODING, errors="replace").strip())
            self._line.clear()
