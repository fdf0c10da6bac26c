"""Reads what a played device sends, over its real line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import serial

from protocols.readers.base import Reader
from protocols.readers.events import ReaderEvent


class Port:
    """The reading end of a line; open before the device sends, as opening forgets what was sent."""

    def __init__(self, line: serial.Serial) -> None:
        self._line = line

    def read(self, reader: Reader, t: float = 0.0) -> list[ReaderEvent]:
        """Return the events of what is on the line now, and of the silence behind it."""
        return reader.feed(self._line.read(65_536), t) + reader.idle(t + 9.0)

    def send(self, data: bytes) -> None:
        """Write to the device."""
        self._line.write(data)
        self._line.flush()


@contextmanager
def opened(path: Path) -> Iterator[Port]:
    """Open the port of a played device."""
    with serial.Serial(str(path), timeout=0.03) as line:
        yield Port(line)
