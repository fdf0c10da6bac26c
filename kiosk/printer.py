"""A receipt printer at a device file: ESC/POS, written in a thread of its own."""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

logger = logging.getLogger(__name__)

_START = b"\x1b@"  # ESC @: forget what another program has set
_CHINESE = b"\x1c&"  # FS &: two bytes are one character; printers without Chinese ignore it
_FEED_AND_CUT = b"\n\n\n\x1dV\x42\x00"  # GS V B: feed to the knife, then cut
# A printer without paper takes a few bytes and then none.
WITHIN_S = 10.0


def escpos(lines: Sequence[str]) -> bytes:
    """Return what makes a printer with Chinese characters print these lines and cut."""
    text = "\n".join(lines).encode("gb18030", errors="replace")
    return _START + _CHINESE + text + b"\n" + _FEED_AND_CUT


def send(path: Path, payload: bytes, within_s: float = WITHIN_S) -> None:
    """Write to the printer; OSError, such as TimeoutError, when it does not take it in time."""
    ends = time.monotonic() + within_s
    # Never a new file: a path that is wrong must be an error, and no disk that fills.
    handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        while payload:
            left_s = ends - time.monotonic()
            if left_s <= 0 or not select.select([], [handle], [], left_s)[1]:
                raise TimeoutError("the printer takes nothing: is there paper?")
            payload = payload[os.write(handle, payload) :]
    finally:
        os.close(handle)


def print_soon(path: Path, payload: bytes, tell: Callable[[str], None]) -> None:
    """Print in a thread; `tell` hears there why it failed, or ""."""

    def work() -> None:
        try:
            send(path, payload)
        except OSError as error:
            logger.warning("printer %s: %s", path, error)
            tell(error.strerror or str(error))
        else:
            tell("")

    threading.Thread(target=work, name="printer", daemon=True).start()
