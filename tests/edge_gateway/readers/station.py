"""The readers of a gateway on cables, and what they told; for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from zoneinfo import ZoneInfo

from edge_gateway import events as ev
from edge_gateway.readers.drivers import Surroundings
from edge_gateway.readers.identity import identify_with
from edge_gateway.readers.recording import Recorder
from edge_gateway.readers.supervisor import Readers
from edge_gateway.settings import Reader
from protocols.messages import ReaderState
from protocols.readers.events import Identify, Printed, ReaderEvent

RECEIPT = (
    b"\x1b@"
    + "云杉超市 城北店\n单号: 20261121-0418\n东北大米 5kg  1  39.90\n合计: 39.90\n".encode(
        "gb18030"
    )
    + b"\n\n\x1dV\x01"
)


class Station:
    """Readers that run, and what they posted."""

    def __init__(self, identify: Identify | None = None, recorder: Recorder | None = None) -> None:
        self.events: list[ev.Event] = []
        around = Surroundings(identify=identify or identify_with(b"key"))
        zone = ZoneInfo("Asia/Shanghai")
        self.readers = Readers(self.events.append, around, zone, recorder)

    @property
    def said(self) -> list[ReaderEvent]:
        return [one.said for one in self.events if isinstance(one, ev.ReaderSpoke)]

    @property
    def numbers(self) -> list[str | None]:
        return [one.number for one in self.said if isinstance(one, Printed)]

    @property
    def told(self) -> list[tuple[ReaderState, ...]]:
        return [one.states for one in self.events if isinstance(one, ev.ReadersChanged)]

    def open(self, *names: str) -> bool:
        lines = self.readers.lines
        return all(name in lines and lines[name].open for name in names)


def stationed(
    settings: Sequence[Reader],
    then: Callable[[Station], Awaitable[None]],
    identify: Identify | None = None,
    recorder: Recorder | None = None,
) -> Station:
    """Run readers, and then what a test does with them; return what they told."""
    station = Station(identify, recorder)

    async def run() -> None:
        task = asyncio.create_task(station.readers.run(settings))
        try:
            await then(station)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    return station
