"""Runs HQ's processes: pages, ingest, or both under a supervisor that ends them cleanly."""

from __future__ import annotations

import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

from hq_server.clock import utc_now
from hq_server.database import Database
from hq_server.settings import Settings

logger = logging.getLogger(__name__)

STOP_SECONDS = 8.0
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
# A process that ran this long was well: the next failure starts with a short pause again.
WELL_AFTER_SECONDS = 30.0
POLL_SECONDS = 0.1


@contextmanager
def stopped_by_signal() -> Iterator[threading.Event]:
    """Give an event that SIGTERM or SIGINT sets."""
    stop = threading.Event()

    def _stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, _stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def serve(settings: Settings, database: Database, listener: socket.socket) -> None:
    """Serve pages and API on a listening socket until a signal ends it."""
    # Only here: ingest and the tools start in half the time without the web.
    import uvicorn  # noqa: PLC0415

    from hq_server.web.app import create_app  # noqa: PLC0415

    trusted = list(settings.listen.trusted_proxies)
    config = uvicorn.Config(
        create_app(settings, database, utc_now),
        log_level="warning",
        access_log=False,  # addresses of pages have shoppers' case codes in them
        # An empty list would let uvicorn take the environment's or its own idea of whom to trust.
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted,
        server_header=False,
        timeout_graceful_shutdown=3,
        limit_concurrency=500,
    )
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def ingest(settings: Settings, database: Database, stop: threading.Event) -> None:
    """Take feedback in until `stop`."""
    from hq_server.ingest.worker import Worker  # noqa: PLC0415 (the web has no use for it)

    Worker(settings, database, utc_now).run(stop)


class _Child:
    """One supervised process."""

    def __init__(self, name: str, arguments: Sequence[str]) -> None:
        self._name = name
        self._command = [sys.executable, "-m", "hq_server", *arguments]
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0
        self._pause = FIRST_PAUSE_SECONDS

    def tend(self, now: float) -> None:
        """Start the process when it does not run and its pause is over."""
        if self._process is not None and self._process.poll() is not None:
            self._ended(now, self._process.returncode)
        if self._process is None and now >= self._start_at:
            self._process = subprocess.Popen(self._command)  # noqa: S603 - our own program
            self._started_at = now

    def _ended(self, now: float, code: int) -> None:
        self._process = None
        if now - self._started_at > WELL_AFTER_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        logger.error("%s ended with code %s; starting it again", self._name, code)
        self._start_at = now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until the process is gone, and kill it at the deadline."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            logger.error("%s did not end in time; killed", self._name)
            self._process.kill()
            self._process.wait()


def supervise(commands: Mapping[str, Sequence[str]], stop: threading.Event) -> None:
    """Keep these commands of this program running until `stop`, then end them cleanly."""
    children = [_Child(name, arguments) for name, arguments in commands.items()]
    try:
        while not stop.is_set():
            for child in children:
                child.tend(time.monotonic())
            stop.wait(POLL_SECONDS)
    finally:
        for child in children:
            child.ask_to_end()
        deadline = time.monotonic() + STOP_SECONDS
        for child in children:
            child.end(deadline)
