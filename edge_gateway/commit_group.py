"""What one commit does to the outbox: events of a stream that come together are kept together.

A statement per tap would be most of the work of a rush: sqlite3 lets go of the interpreter at
every step of one, and has to wait for it again. So a run of events is one statement, and so is
forgetting a stream however often HQ answered.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from edge_gateway.events import Relayed
from outbox import Outbox
from protocols.messages import Lane, Stream


class Gap(Exception):
    """What should lie before this write is not on disk."""


@dataclass(slots=True)
class _Run:
    """Events of a stream that follow on what is on disk."""

    head: int
    payloads: list[bytes] = field(default_factory=list)


class CommitGroup:
    """Collects within the outbox's transaction; nothing is there before it is settled."""

    def __init__(self, outbox: Outbox, now_ms: int) -> None:
        self._outbox = outbox
        self._now_ms = now_ms
        self._runs: dict[Stream, _Run] = {}
        self._own: dict[Lane, list[bytes]] = {}
        self._forgotten: dict[Stream, int] = {}

    def store(self, relayed: Relayed) -> None:
        """Keep a device's events, or raise Gap."""
        stream = relayed.stream
        if relayed.hole is not None:
            self.settle(stream)
            self._outbox.pass_over(stream, relayed.first - 1)
        if stream not in self._runs:
            self._runs[stream] = _Run(self._outbox.position(stream).head)
        run = self._runs[stream]
        if relayed.first != run.head + 1:
            raise Gap(f"what lies before {relayed.first} was not stored")
        run.payloads += relayed.payloads
        run.head = relayed.through

    def append(self, lane: Lane, payload: bytes) -> None:
        """Keep an event of the gateway's own."""
        self._own.setdefault(lane, []).append(payload)

    def forget(self, stream: Stream, through: int) -> None:
        """HQ has the stream through `through`."""
        self._forgotten[stream] = max(through, self._forgotten.get(stream, 0))

    def settle(self, stream: Stream) -> None:
        """Do what was collected for a stream, before something else is done to it."""
        run = self._runs.pop(stream, None)
        if run is not None and run.payloads:
            first = run.head - len(run.payloads) + 1
            self._outbox.store(stream, first, run.payloads, self._now_ms)
        through = self._forgotten.pop(stream, None)
        if through is not None:
            self._outbox.commit_through(stream, through)

    def settle_all(self) -> None:
        """Do all that was collected."""
        # What makes room comes first.
        for stream in [*self._forgotten, *self._runs]:
            self.settle(stream)
        for lane, payloads in self._own.items():
            self._outbox.append_many(lane, payloads, self._now_ms)
