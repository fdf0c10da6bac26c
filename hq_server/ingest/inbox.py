"""Where messages of all brokers wait, unacknowledged, until the worker takes them."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass
from typing import Protocol

from hq_server.ingest.intake import Taken


class Source(Protocol):
    """A link by which messages come."""

    def acknowledge(self, mid: int, session: int) -> None:
        """Let the broker forget a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A message that a broker still holds for us."""

    taken: Taken
    mid: int
    session: int
    """Which connection it came by: an acknowledgement is worth nothing to another one."""
    link: Source


class Inbox:
    """One queue, in the order of arrival, with room for so many messages of each link."""

    def __init__(self, room: int) -> None:
        """Open an empty one; `room` messages of one link may wait."""
        self._room = room
        self._waiting: deque[Pending] = deque()
        self._of: Counter[int] = Counter()
        self._changed = threading.Condition()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, pending: Pending, wait_seconds: float = 0.0) -> bool:
        """Add a message as soon as its link has room; False when it has none in time."""
        link = id(pending.link)
        with self._changed:
            if not self._changed.wait_for(lambda: self._of[link] < self._room, wait_seconds):
                return False
            self._of[link] += 1
            self._waiting.append(pending)
            self._changed.notify_all()
            return True

    def take(self, at_most: int, wait_seconds: float, gather_seconds: float) -> list[Pending]:
        """Return messages that wait: the first within `wait_seconds`, more as they follow."""
        taken: list[Pending] = []
        with self._changed:
            if not self._changed.wait_for(lambda: self._waiting, wait_seconds):
                return taken
            deadline = time.monotonic() + gather_seconds
            while len(taken) < at_most:
                left = deadline - time.monotonic()
                if not self._waiting and not (left > 0 and self._changed.wait(left)):
                    break
                if self._waiting:
                    pending = self._waiting.popleft()
                    self._of[id(pending.link)] -= 1
                    taken.append(pending)
            self._changed.notify_all()
        return taken

    def forget(self, link: Source) -> None:
        """Drop what came by a link: its broker sends it again by the next connection."""
        with self._changed:
            self._waiting = deque(each for each in self._waiting if each.link is not link)
            self._of.pop(id(link), None)
            self._changed.notify_all()
