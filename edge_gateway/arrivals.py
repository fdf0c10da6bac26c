"""Batches that arrive together are one batch to the core: so a rush of single taps costs less."""

from __future__ import annotations

from dataclasses import dataclass

from edge_gateway.events import BatchArrived
from protocols.messages import Batch, Stream

MOST_EVENTS_JOINED = 2_000


@dataclass(slots=True)
class _Run:
    """Events of one stream without a gap."""

    device: str
    batch: Batch
    events: list[bytes]

    def goes_on(self, device: str, batch: Batch) -> bool:
        return (
            self.device == device
            and batch.first == self.batch.first + len(self.events)
            and batch.floor == self.batch.floor
            and len(self.events) + len(batch.events) <= MOST_EVENTS_JOINED
        )

    def joined(self) -> BatchArrived:
        if len(self.events) == len(self.batch.events):
            return BatchArrived(self.device, self.batch)
        batch = Batch(
            stream=self.batch.stream,
            first=self.batch.first,
            floor=self.batch.floor,
            events=tuple(self.events),
        )
        return BatchArrived(self.device, batch)


class Arrivals:
    """What devices handed over since the core was last asked."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._last: dict[Stream, _Run] = {}

    def __bool__(self) -> bool:
        return bool(self._runs)

    def add(self, arrived: BatchArrived) -> None:
        """Join a batch to what came before it of its stream, if it goes on there."""
        batch = arrived.batch
        run = self._last.get(batch.stream)
        if run is not None and run.goes_on(arrived.device, batch):
            run.events += batch.events
            return
        run = _Run(arrived.device, batch, list(batch.events))
        self._runs.append(run)
        self._last[batch.stream] = run

    def take(self) -> list[BatchArrived]:
        """Return all of it, in order, and begin anew."""
        arrived = [run.joined() for run in self._runs]
        self._runs.clear()
        self._last.clear()
        return arrived
