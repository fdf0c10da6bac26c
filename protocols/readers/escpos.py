"""Listens to the bytes on their way from a till to its receipt printer, and reads the receipts.

A job ends at the paper cut, or when the line falls silent. What comes at a wrong speed is told to
be so, and is no receipt.
"""

from __future__ import annotations

from collections.abc import Sequence

from protocols.readers.base import Counts
from protocols.readers.events import DrawerOpened, Identify, ReaderEvent
from protocols.readers.labels.finding import known_characters
from protocols.readers.pictures import ReadPicture
from protocols.readers.printer import Job, Printer
from protocols.readers.receipt.job import names_sale, read_job
from protocols.readers.suspicion import Suspicion

IDLE_SECONDS = 1.0
# Longer than any till prints without a pause: what goes on for so long may be noise.
_LONGEST_JOB_SECONDS = 60.0


class EscposReader:
    """Reads the print jobs of one till.

    `encoding` is the till's double-byte set or single-byte page (a Python codec name); `currency`
    is used when the receipt prints none; `page_table` is the printer's make (`pages.PAGE_TABLES`).
    `identify` turns the cashier's number into the store's HMAC. `read_picture` reads the codes in
    pictures; without it pictures are skipped.
    """

    def __init__(
        self,
        *,
        encoding: str,
        identify: Identify,
        currency: str | None = None,
        idle_seconds: float = IDLE_SECONDS,
        page_table: str = "epson",
        read_picture: ReadPicture | None = None,
    ) -> None:
        self.counts = Counts()
        self._printer = Printer(encoding, page_table, self.counts, read_picture)
        self._suspicion = Suspicion(encoding, known_characters)
        self._identify = identify
        self._currency = currency
        self._idle_seconds = idle_seconds
        self._listening_t: float | None = None
        self._began_t = 0.0
        self._last_t: float | None = None
        # Whether the next job's beginning is sure to be heard.
        self._in_step = False

    def feed(self, data: bytes, t: float) -> list[ReaderEvent]:
        """Add received bytes and return what they completed."""
        events = self.idle(t)
        if not data:
            return events
        self.counts.received_bytes += len(data)
        if self._last_t is None:
            self._began_t = t
        self._last_t = t
        events += self._told(self._printer.feed(data))
        if t - self._began_t >= _LONGEST_JOB_SECONDS:
            self._began_t = t
            if self._suspicion.noise(self._printer.evidence()):
                events += self._told(self._printer.finish())
        return events

    def idle(self, t: float) -> list[ReaderEvent]:
        """Return what silence completes."""
        if self._listening_t is None:
            self._listening_t = t
        silent_since = self._listening_t if self._last_t is None else self._last_t
        if t - silent_since < self._idle_seconds:
            return []
        events = self._told(self._printer.finish()) if self._last_t is not None else []
        self._last_t = None
        self._in_step = True
        return events

    def close(self) -> list[ReaderEvent]:
        """Return what the end of the stream completes; the next job may lack its beginning."""
        events = self._told(self._printer.finish())
        self._printer.reset()
        self._listening_t = self._last_t = None
        self._in_step = False
        return events

    def _told(self, done: list[Job | DrawerOpened]) -> list[ReaderEvent]:
        events: list[ReaderEvent] = []
        for one in done:
            if isinstance(one, Job):
                events += self._job(one)
            elif not self._suspicion.is_noise:
                events.append(one)
        return events

    def _job(self, job: Job) -> list[ReaderEvent]:
        events: list[ReaderEvent] = []
        readable, told = self._suspicion.judge(job.evidence, self._last_t)
        events += told
        if readable:
            events += self._read(job)
        else:
            self.counts.messages += 1
            self.counts.damaged += 1
        if job.lines or job.codes or job.evidence.cut:
            self._in_step = True
        return events

    def _read(self, job: Job) -> list[ReaderEvent]:
        events: list[ReaderEvent] = []
        begin = 0
        for end in _ends(job):
            lines = job.lines[begin:end]
            codes = tuple(code for at, code in job.codes if begin <= at < end)
            if lines or codes:
                self.counts.messages += 1
                self.counts.damaged += job.damaged
                printed = read_job(
                    lines,
                    codes=codes,
                    damaged=job.damaged,
                    partial=not (self._in_step or job.initialised or begin),
                    currency=self._currency,
                    identify=self._identify,
                )
                events.append(printed)
            begin = end
        return events


def _ends(job: Job) -> list[int]:
    """Where the lines of one receipt end: a till begins one with ESC @, though a cut was lost."""
    # A code under the last line belongs to it.
    ends = [len(job.lines) + 1]
    for seam in reversed(job.seams):
        # Many tills initialise in mid-receipt, some before each line; a foot may name the number
        # and the total again. Only what has goods, a date and another total is the next sale.
        following = _total_of_sale(job.lines[seam : ends[-1]])
        if following is not None and _total_of_sale(job.lines[:seam]) not in (None, following):
            ends.append(seam)
    return ends[::-1]


def _total_of_sale(lines: Sequence[str]) -> str | None:
    """Return what a whole receipt comes to; None when the lines are none."""
    if not names_sale(lines):
        return None
    read = read_job(
        lines, codes=(), damaged=False, partial=False, currency=None, identify=lambda _: ""
    )
    return read.total if read.printed_at is not None and read.goods else None
