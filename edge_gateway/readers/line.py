"""One port with its parser: what it says, how it stands, and what there is to know of it."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from edge_gateway import settings
from edge_gateway.readers.awake_clock import AwakeClock
from edge_gateway.readers.drivers import Asker, Surroundings, Talker, Waker, make_reader
from edge_gateway.readers.serial_port import SerialPort, Wire
from edge_gateway.readers.series import SeriesPort
from protocols.messages import ReaderStanding, ReaderState
from protocols.readers.base import Counts
from protocols.readers.events import Doubt, JobKind, Printed, ReaderEvent, Suspected

logger = logging.getLogger(__name__)

_CLOCKS_KEPT = 15
# A receipt is some hundred bytes; a scan or a key are ten: this many without one are no device's.
_SILENT_BYTES = 512
TICK_S = 0.25
"""How often whoever has lines ticks them."""
SILENT_S = 10.0
"""So long after the first byte there should have been a message."""
LONGEST_TROUBLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who is told what a line says."""

    said: Callable[[settings.Reader, ReaderEvent], None]
    changed: Callable[[], None]
    """Its standing, or why it does not read, is another."""


class Line:
    """Reads one port for as long as it runs."""

    def __init__(
        self, reader: settings.Reader, around: Surroundings, listener: Listener, zone: ZoneInfo
    ) -> None:
        """Make the parser; ValueError when the settings do not make one."""
        self.settings = reader
        self.recording_until_ms: int | None = None
        self.record: Callable[[bytes], None] | None = None
        """Gets every byte before the parser, while somebody records."""
        self.last_ms: int | None = None
        self._around = around
        self._listener = listener
        self._zone = zone
        self._parser = make_reader(reader, around)
        self._blown = False
        self._doubt: Suspected | None = None
        self._clocks: deque[float] = deque(maxlen=_CLOCKS_KEPT)
        self._was: tuple[object, ...] = ()
        self._wake_at: asyncio.TimerHandle | None = None
        self._clock = clock_of(reader.driver)
        self._first_t: float | None = None
        self._last_t = 0.0
        self._port = self._port_of(reader)
        if isinstance(self._parser, Waker):
            self._parser.on_output(self._flush)

    def _port_of(self, reader: settings.Reader) -> SerialPort | SeriesPort:
        wire = Wire(port=reader.port, baud=reader.speed, bits=reader.bits)
        if reader.pass_to is not None:
            printer = replace(wire, port=reader.pass_to)
            return SeriesPort(wire, printer, received=self._received, changed=self._port_changed)
        talks = isinstance(self._parser, Talker)
        return SerialPort(wire, received=self._received, changed=self._port_changed, talks=talks)

    @property
    def name(self) -> str:
        """Who it is in logs, figures and at the board."""
        return self.settings.called

    @property
    def open(self) -> bool:
        """Whether the port is there."""
        return self._port.open

    @property
    def untried(self) -> bool:
        """Whether nobody knows yet if the port is there."""
        return not self._port.open and self._port.trouble is None

    @property
    def counts(self) -> Counts:
        """What its parser has met."""
        return self._parser.counts

    @property
    def openings(self) -> int:
        """How often the port was opened: more than once are reconnections."""
        return self._port.openings

    @property
    def skew_s(self) -> int | None:
        """The till's clock minus ours, the median of the last receipts."""
        return round(median(self._clocks)) if self._clocks else None

    async def run(self) -> None:
        """Read until cancelled."""
        try:
            await self._port.run()
        finally:
            if self._wake_at is not None:
                self._wake_at.cancel()
            self._parse(self._parser.close)

    def tick(self) -> None:
        """Let silence end what it ends; called every TICK_S."""
        self._clock.met("tick")
        if self._port.listening:
            self._parse(lambda: self._parser.idle(self._clock.now()))
        self._clock.expect("tick", TICK_S)
        self._note()

    @property
    def asks(self) -> bool:
        """Whether the device can ask a shopper."""
        return isinstance(self._parser, Asker) and self._parser.asks

    def ask(self, *, open: bool) -> None:
        """Let the device ask a shopper, or ask no more; one that cannot is left alone."""
        if isinstance(self._parser, Asker):
            self._parser.ask(open=open)
            self._flush()

    def state(self) -> ReaderState:
        """Return how it stands."""
        standing, trouble = self._standing()
        return ReaderState(
            name=self.name,
            driver=self.settings.driver,
            standing=standing,
            touchpoint=self.settings.place,
            trouble=trouble[:LONGEST_TROUBLE],
            messages=self.counts.messages,
            damaged=self.counts.damaged,
            last_ms=self.last_ms,
            skew_s=self.skew_s,
            recording_until_ms=self.recording_until_ms,
        )

    def _standing(self) -> tuple[ReaderStanding, str]:
        if not self._port.open:
            return ReaderStanding.GONE, self._port.trouble or ""
        if self._doubt is not None:
            return ReaderStanding.SUSPECT, _said(self._doubt)
        if self._means_nothing():
            why = "bytes come, but nothing that this driver knows"
            return ReaderStanding.READING, f"{why}: another driver, speed or device?"
        return ReaderStanding.READING, self._port.trouble or ""

    def _means_nothing(self) -> bool:
        if self.counts.messages or self.counts.received_bytes <= _SILENT_BYTES:
            return False
        return self._first_t is not None and self._clock.now() - self._first_t >= SILENT_S

    def _port_changed(self) -> None:
        if not self._port.listening:
            self._parse(self._parser.close)
        self._note()

    def _received(self, data: bytes) -> None:
        self._last_t = now = self._clock.now()
        if self._first_t is None:
            self._first_t = self._last_t
        if self.record is not None:
            self.record(data)
        self._parse(lambda: self._parser.feed(data, now))
        if self.settings.idle_s is not None or self.settings.driver in _QUICK:
            self._look_soon()

    def _look_soon(self) -> None:
        """Look when a short silence is over: the quarter of a second of `tick` is too long."""
        if self._wake_at is None:
            idle_s = self.settings.idle_s or _QUICK.get(self.settings.driver, 1.0)
            over_in_s = max(0.0, self._last_t + idle_s + 0.005 - self._clock.now())
            self._clock.expect("end of silence", over_in_s)
            self._wake_at = asyncio.get_running_loop().call_later(over_in_s, self._silent, idle_s)

    def _silent(self, idle_s: float) -> None:
        self._wake_at = None
        self._clock.met("end of silence")
        if self._clock.now() - self._last_t < idle_s:  # more has come meanwhile
            self._look_soon()
            return
        self._parse(lambda: self._parser.idle(self._clock.now()))

    def _parse(self, work: Callable[[], list[ReaderEvent]]) -> None:
        """Let the parser work; should it fail, a new one goes on and the port never stops."""
        before = self._parser.counts.messages
        try:
            self._take(work())
        except Exception as error:  # a fault of ours must not cost the receipts that follow
            if not self._blown:  # where it was, and not its words: they may be a shopper's
                place = "".join(traceback.format_tb(error.__traceback__))
                kind = type(error).__name__
                logger.error(
                    "reader %s: what came could not be read (%s); going on\n%s",
                    self.name, kind, place,
                )  # fmt: skip
            self._blown = True
            self._renew_parser()
        if self._parser.counts.messages != before:
            self.last_ms = time.time_ns() // 1_000_000
        self._flush()

    def _renew_parser(self) -> None:
        counts = self._parser.counts
        self._parser = make_reader(self.settings, self._around)
        self._parser.counts = counts
        self._doubt = None  # the new one knows nothing of it, and would never take it back
        if isinstance(self._parser, Waker):
            self._parser.on_output(self._flush)

    def _take(self, said: Iterable[ReaderEvent]) -> None:
        for one in said:
            if isinstance(one, Suspected):
                self._suspect(one)
                continue
            if isinstance(one, Printed):
                self._compare_clocks(one)
            self._listener.said(self.settings, one)

    def _suspect(self, said: Suspected) -> None:
        self._doubt = None if said.doubt is None else said
        if self._doubt is None:
            logger.info("reader %s: its settings look right again", self.name)
        else:
            logger.warning("reader %s: suspect: %s", self.name, _said(said))
        self._note()

    def _compare_clocks(self, printed: Printed) -> None:
        if printed.kind is not JobKind.RECEIPT or printed.printed_at is None:
            return
        try:
            moment = datetime.fromisoformat(printed.printed_at)
        except ValueError:
            return
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        self._clocks.append(moment.timestamp() - time.time())

    def _flush(self) -> None:
        if isinstance(self._parser, Talker) and self._port.open:
            data = self._parser.to_send()
            if data:
                self._port.send(data)

    def _note(self) -> None:
        # The first message, too: whoever connects a device looks whether something came.
        now = (*self._standing(), self.recording_until_ms, self.last_ms is None)
        if now != self._was:
            self._was = now
            self._listener.changed()


_QUICK = {settings.Driver.SCANNER: 0.08}


def clock_of(driver: settings.Driver) -> AwakeClock:
    """Return the clock of a line: a pad's presses are dated, so there a second is a second."""
    return AwakeClock(patient=driver is not settings.Driver.PAD)


def _said(doubt: Suspected) -> str:
    if doubt.doubt is Doubt.ENCODING:
        guess = f": {doubt.guess} would read well" if doubt.guess else ": another would read better"
        return f"encoding{guess}"
    return "speed, bits or driver: mostly bytes that no such device sends"
