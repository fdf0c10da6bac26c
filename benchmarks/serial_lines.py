"""Tills on ptys that print at a line's pace, in a process of their own."""

from __future__ import annotations

import os
import select
import time
import tty
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from simulator.printing import jobs
from simulator.printing.shop import random_sale
from simulator.printing.shops import ZH_CN
from simulator.till import SUPERMARKET

_STEP_S = 0.02
_BITS_A_BYTE = 10
_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """How tills print; all of it can cross to another process."""

    ports: tuple[str, ...]
    """Where each till's port appears, as udev would name it."""
    baud: int = 115_200
    seed: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is printed, and for how long; a receipt that was begun is always printed whole."""

    seconds: float
    logo_bytes: int = 0
    """Of the picture at the head of each receipt."""
    pause_s: float = 0.0
    """Between two receipts of a till."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What was printed while it was asked for."""

    receipts: int
    sent_bytes: int
    refused_bytes: int
    """What a line did not take because nobody read it in time."""


class _Till:
    """One till and its end of the line."""

    def __init__(self, port: str, baud: int, seed: int) -> None:
        self._port = Path(port)
        self._bytes_a_second = baud / _BITS_A_BYTE
        self._random = Random(seed)
        self._number = seed * 100_000
        self._waiting = b""
        self._next_at = 0.0
        self._credit = 0.0
        self._pace = Pace(seconds=0)
        self._logo = b""
        self.far = -1
        self.receipts = self.sent = self.refused = 0
        self.plug()

    @property
    def is_printing(self) -> bool:
        """Whether a receipt is under way."""
        return bool(self._waiting)

    def begin(self, pace: Pace, now: float) -> None:
        """Print like this from now on."""
        self._pace = pace
        self._logo = _picture(self._random, pace.logo_bytes)
        self._next_at = now + self._random.uniform(0, pace.pause_s)
        self.receipts = self.sent = self.refused = 0

    def plug(self) -> None:
        """Let the port appear."""
        self.far, near = os.openpty()
        tty.setraw(near)
        os.set_blocking(self.far, False)
        self._port.unlink(missing_ok=True)
        self._port.symlink_to(os.ttyname(near))
        os.close(near)

    def unplug(self) -> None:
        """Take the port away."""
        os.close(self.far)
        self._port.unlink()

    def step(self, now: float, seconds: float, *, last: bool) -> None:
        """Print what the line carries in so many seconds; at `last` begin no further receipt."""
        self._credit = min(self._credit + seconds * self._bytes_a_second, 4096)
        while self._credit >= 1:
            if not self._waiting:
                if last or now < self._next_at:
                    return
                self._waiting = self._receipt()
                self._next_at = now + self._pace.pause_s
            piece = self._waiting[: int(self._credit)]
            try:
                taken = os.write(self.far, piece)
            except BlockingIOError:
                self.refused += len(piece)
                self._credit = 0
                return
            self._waiting = self._waiting[taken:]
            self._credit -= taken
            self.sent += taken
            self.receipts += not self._waiting

    def _receipt(self) -> bytes:
        self._number += 1
        sold = random_sale(
            self._random,
            ZH_CN,
            number=f"{self._number:012d}",
            at=datetime.fromtimestamp(time.time()),  # noqa: DTZ006 (a till has no zone)
        )
        return self._logo + jobs.receipt(sold, ZH_CN, SUPERMARKET)


def _picture(chance: Random, size: int) -> bytes:
    """Return a picture as a till prints it at the head of each receipt; b"" of no size."""
    wide, high = 48, size // 48
    if not high:
        return b""
    head = b"\x1dv0\x00" + wide.to_bytes(2, "little") + high.to_bytes(2, "little")
    return head + chance.randbytes(wide * high)


def print_lines(lines: Lines, connection: Connection) -> None:
    """Do what is asked: print at a Pace, "unplug" or "plug"; answer each when it is done.

    To "plug" the answer is the seconds until every port was opened again.
    """
    tills = [_Till(port, lines.baud, lines.seed * 100 + n) for n, port in enumerate(lines.ports)]
    connection.send("ready")
    while True:
        match connection.recv():
            case Pace() as pace:
                connection.send(_printed(tills, pace))
            case "unplug":
                for till in tills:
                    till.unplug()
                connection.send("done")
            case "plug":
                for till in tills:
                    till.plug()
                connection.send(_seconds_until_open(tills))


def _printed(tills: Sequence[_Till], pace: Pace) -> Printed:
    began = last = time.monotonic()
    for till in tills:
        till.begin(pace, began)
    ends, gives_up = began + pace.seconds, began + pace.seconds + _WITHIN_S
    while last < ends or (any(till.is_printing for till in tills) and last < gives_up):
        time.sleep(_STEP_S)
        now = time.monotonic()
        for till in tills:
            till.step(now, now - last, last=now >= ends)
        last = now
    return Printed(
        receipts=sum(till.receipts for till in tills),
        sent_bytes=sum(till.sent for till in tills),
        refused_bytes=sum(till.refused for till in tills),
    )


def _seconds_until_open(tills: Sequence[_Till]) -> float:
    """Return how long it takes until somebody has every near end open."""
    began = time.monotonic()
    while time.monotonic() - began < _WITHIN_S:
        poll = select.poll()
        for till in tills:
            poll.register(till.far, 0)
        if not poll.poll(0):  # nobody at the other end is a hang-up
            return time.monotonic() - began
        time.sleep(0.005)
    return _WITHIN_S


def only_read(ports: Sequence[str], connection: Connection) -> None:
    """Read ports and do nothing with what comes: what reading alone costs."""
    poll = select.poll()
    for port in ports:
        near = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        poll.register(near, select.POLLIN)
    connection.send(os.getpid())
    while True:
        for near, _ in poll.poll():
            os.read(near, 65_536)
