"""A till's port and its printer's, joined: every byte is passed on first and looked at later.

A thread of its own carries bytes both ways, so neither a parser nor a busy loop ever holds a
receipt up; should the loop take no more, it is the parser that misses bytes, never the printer.
The printer's answers (status, paper out) go back untouched. Nothing is kept for an end that is
away: without the cable those bytes would be lost, too.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import select
import sys
import termios
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable

from edge_gateway.readers.serial_port import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    LOOK_EVERY_S,
    MAX_UNSENT_BYTES,
    NoPort,
    OpenPort,
    Wire,
    node,
    opened,
    sentence,
)

logger = logging.getLogger(__name__)

MAX_UNREAD_BYTES = 262_144
"""What may wait for the parser; what comes beyond it is printed and not read."""
_LONGEST_WAIT_MS = 1_000
_READ_BYTES = 4096
# The parser waits until a burst has passed, and lets go of the interpreter this often.
_LATER_S = 0.05
_MOST_AT_THE_END = 8
_SWITCH_S = 0.0005


class SeriesPort:
    """Both ports; `run` keeps them joined for as long as they are there."""

    def __init__(
        self,
        till: Wire,
        printer: Wire,
        *,
        received: Callable[[bytes], None],
        changed: Callable[[], None],
    ) -> None:
        """`received` gets, on the loop, what the till sent; `changed`: see SerialPort."""
        self.open = False
        """Both are."""
        self.trouble: str | None = None
        self.openings = 0
        self.unread_bytes = 0
        """Passed on, but never looked at."""
        self._till, self._printer = _End(till), _End(printer)
        self._received = received
        self._changed = changed
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._was: tuple[bool, str | None] = (False, None)

    @property
    def listening(self) -> bool:
        """Whether the till's bytes arrive, printed or not."""
        return self._till.there

    async def run(self) -> None:
        """Join the ports until cancelled."""
        loop = asyncio.get_running_loop()
        wake, woken = os.pipe()
        self._ending.clear()
        pump = threading.Thread(
            target=self._pump, args=(loop, wake), name=f"series {self._till.wire.port}", daemon=True
        )
        sys.setswitchinterval(min(_SWITCH_S, sys.getswitchinterval()))
        pump.start()
        try:
            await loop.create_future()  # the thread works; this only waits to be cancelled
        finally:
            self._ending.set()
            os.write(woken, b".")
            pump.join()
            os.close(wake)
            os.close(woken)
            for data in list(self._waiting)[:_MOST_AT_THE_END]:
                self._received(data)
            self._waiting.clear()
            self._waiting_bytes = 0
            self.open = False

    def send(self, data: bytes) -> None:
        """Write nothing: the line is the till's and the printer's."""

    # --- on the thread ---

    def _pump(self, loop: asyncio.AbstractEventLoop, wake: int) -> None:
        while not self._ending.is_set():
            try:
                self._carry(loop, wake)
            except Exception:
                # Whatever it was: the shop's receipts are printed on.
                logger.exception("%s: passing on failed and begins anew", self._till.wire.port)
                self._ending.wait(FIRST_PAUSE_S)
            finally:
                self._till.close()
                self._printer.close()

    def _carry(self, loop: asyncio.AbstractEventLoop, wake: int) -> None:
        till, printer = self._till, self._printer
        watched: tuple[tuple[int, int], ...] = ()
        poller = select.poll()
        while not self._ending.is_set():
            whole = till.there and printer.there
            if not (whole and self._was[0]):
                self._look(loop)
                whole = till.there and printer.there
            wanted = ((wake, select.POLLIN), *till.watched(printer), *printer.watched(till))
            if wanted != watched:
                poller, watched = _polling(wanted), wanted
            ready = dict(poller.poll(None if whole else _LONGEST_WAIT_MS))
            # The printer's answers first: a till waits for them.
            till.write(printer.serve(ready))
            data = till.serve(ready)
            printer.write(data)
            if data:
                self._leave(data, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        for end in (self._till, self._printer):
            end.look(time.monotonic())
        troubles = [end.trouble for end in (self._till, self._printer) if end.trouble]
        now = (self._till.there and self._printer.there, troubles[0] if troubles else None)
        if now != self._was:
            self._was = now
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._tell, *now)

    def _leave(self, data: bytes, loop: asyncio.AbstractEventLoop) -> None:
        """Leave bytes for the parser."""
        with self._lock:
            if self._waiting_bytes + len(data) > MAX_UNREAD_BYTES:
                self.unread_bytes += len(data)
                return
            first = not self._waiting
            self._waiting.append(data)
            self._waiting_bytes += len(data)
        if first:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(loop.call_later, _LATER_S, self._take)

    # --- on the loop ---

    def _take(self) -> None:
        """Read one piece, and let others have their turn before the next."""
        with self._lock:
            data = self._waiting.popleft() if self._waiting else b""
            self._waiting_bytes -= len(data)
            more = bool(self._waiting)
        if data:
            self._received(data)
        if more:
            asyncio.get_running_loop().call_soon(self._take)

    def _tell(self, open_: bool, trouble: str | None) -> None:
        self.openings += open_ and not self.open
        self.open, self.trouble = open_, trouble
        if trouble is None:
            logger.info("%s is passed on to %s", self._till.wire.port, self._printer.wire.port)
        else:
            logger.warning("%s; nothing is printed until it is there", trouble)
        self._changed()


def _polling(wanted: Iterable[tuple[int, int]]) -> select.poll:
    poller = select.poll()
    for descriptor, events in wanted:
        poller.register(descriptor, events)
    return poller


class _End:
    """One of the two ports, on the thread."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.trouble: str | None = None
        self._port: OpenPort | None = None
        self._unsent = bytearray()
        self._look_at = 0.0
        self._pause = FIRST_PAUSE_S

    @property
    def there(self) -> bool:
        return self._port is not None

    def look(self, now: float) -> None:
        """Open the port when it is there again."""
        if self._port is not None or now < self._look_at:
            return
        path = self.wire.port
        try:
            path = node(self.wire.port)
            self._port = opened(path, self.wire)
        except (OSError, ValueError, termios.error) as error:
            self.trouble = sentence(path, error)
            away = isinstance(error, NoPort)
            self._pause = FIRST_PAUSE_S if away else min(2 * self._pause, LONGEST_PAUSE_S)
            self._look_at = now + (LOOK_EVERY_S if away else self._pause)
        else:
            self.trouble = None
            self._pause = FIRST_PAUSE_S

    def watched(self, other: _End) -> tuple[tuple[int, int], ...]:
        """Wait for bytes while the other end can take them, and for room while some wait."""
        if self._port is None:
            return ()
        wanted = 0 if len(other._unsent) >= MAX_UNSENT_BYTES else select.POLLIN
        return ((self._port.fileno(), wanted | (select.POLLOUT if self._unsent else 0)),)

    def serve(self, ready: dict[int, int]) -> bytes:
        """Write what waits, and return what came; b"" when nothing did."""
        if self._port is None:
            return b""
        events = ready.get(self._port.fileno(), 0)
        if events & select.POLLOUT:
            self.write(b"")
        if not events & (select.POLLIN | select.POLLHUP | select.POLLERR):
            return b""
        try:
            data = os.read(self._port.fileno(), _READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            self._lost(str(error.strerror))
            return b""
        if not data:
            self._lost("unplugged")
        return data

    def write(self, data: bytes) -> None:
        """Write now what the port takes, and the rest as soon as it takes more."""
        if self._port is None:
            return
        self._unsent += data
        if not self._unsent:
            return
        try:
            del self._unsent[: os.write(self._port.fileno(), self._unsent)]
        except BlockingIOError:
            return
        except OSError as error:
            self._lost(str(error.strerror))

    def close(self) -> None:
        """Let the port go."""
        if self._port is not None:
            self._port.close()
            self._port = None
        self._unsent.clear()

    def _lost(self, why: str) -> None:
        self.close()
        self.trouble = f"{self.wire.port}: {why}"
        self._look_at = time.monotonic() + FIRST_PAUSE_S
