"""A till on a serial line: a pty whose far end stands where a gateway looks for its port."""

from __future__ import annotations

import os
import threading
import tty
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from simulator.till import Till

# A supermarket till sells every 20 to 40 seconds; a demo is short.
_BETWEEN_SALES_SECONDS = (9.0, 16.0)
# Where the stores of a chain are: what gateways take when their settings name no zone.
_ZONE = ZoneInfo("Asia/Shanghai")


class TillLine:
    """Prints sales in a thread of its own until closed."""

    def __init__(self, port: Path, *, till: str, seed: int) -> None:
        """Make the line, with `port` as a link to the end that a gateway opens."""
        near, far = os.openpty()
        tty.setraw(far)  # or the kernel would echo receipts back to the till
        # Kept open, so that the line outlives a gateway that is restarted.
        self._ends = (near, far)
        port.parent.mkdir(parents=True, exist_ok=True)
        port.unlink(missing_ok=True)
        port.symlink_to(os.ttyname(far))
        self._random = Random(seed)
        self._port = port
        self._last = last_number(port)
        self._last.unlink(missing_ok=True)
        self._till = Till(near, random=self._random, till=till.removeprefix("till-").zfill(2))
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._sell, name=f"till {till}", daemon=True)

    @property
    def printed(self) -> int:
        """How many receipts it has printed."""
        return self._till.printed

    def open(self) -> None:
        """Begin to sell."""
        self._thread.start()

    def sell(self) -> str:
        """Print one receipt at once and return its number; not while a thread of others does."""
        number = self._till.sell(_now()).number
        # Whole or not at all: a shopper may look at any moment.
        new = self._last.with_suffix(".new")
        new.write_text(number, "ascii")
        new.replace(self._last)
        return number

    def close(self) -> None:
        """Stop selling and take the line away, as a pulled plug does."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        for end in self._ends:
            os.close(end)
        # The kernel gives the name of a closed end to the next pty.
        self._port.unlink(missing_ok=True)

    def _sell(self) -> None:
        wait = 2.0
        while not self._closing.wait(wait):
            self.sell()
            wait = self._random.uniform(*_BETWEEN_SALES_SECONDS)


def last_number(port: Path) -> Path:
    """Return the file that has the number of the last receipt printed at a port."""
    return port.with_suffix(".last")


def _now() -> datetime:
    # A till prints its store's wall clock, without a zone.
    return datetime.now(_ZONE).replace(tzinfo=None)
