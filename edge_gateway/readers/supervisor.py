"""All serial readers of a gateway: each runs for itself, and the settings may change meanwhile."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from itertools import count
from zoneinfo import ZoneInfo

from msgspec import structs

from edge_gateway import events as ev
from edge_gateway import settings
from edge_gateway.readers.drivers import Surroundings
from edge_gateway.readers.line import LONGEST_TROUBLE, TICK_S, Line, Listener
from edge_gateway.readers.recording import Recorder
from protocols.messages import ReaderState
from protocols.readers.events import ReaderEvent

logger = logging.getLogger(__name__)

_TICKS_A_LOOK = 4
# Standing is told at once; the figures beside it every half minute.
_TICKS_OF_FIGURES = 120


class Readers:
    """The readers of the settings, and nobody else's."""

    def __init__(
        self,
        post: Callable[[ev.Event], None],
        around: Surroundings,
        zone: ZoneInfo,
        recorder: Recorder | None = None,
    ) -> None:
        self.lines: dict[str, Line] = {}
        """By name, in the order of the settings; always the same dict."""
        self._post = post
        self._around = around
        self._zone = zone
        self._recorder = recorder
        self._complaint = ""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._told: ev.ReadersChanged | None = None
        self._telling = False
        self._listener = Listener(said=self._said, changed=self._tell_soon)

    async def run(self, readers: Iterable[settings.Reader]) -> None:
        """Read until cancelled."""
        try:
            await self.take(readers)
            for ticks in count(1):
                await asyncio.sleep(TICK_S)
                for line in self.lines.values():
                    line.tick()
                if ticks % _TICKS_A_LOOK == 0:
                    self._record()
                if ticks % _TICKS_OF_FIGURES == 0:
                    self._tell_soon()
        finally:
            await self._end(list(self.lines))
            if self._recorder is not None:
                self._recorder.close()

    def complain(self, complaint: str) -> None:
        """Show beside every reader why changed settings were not taken; "" when they are."""
        self._complaint = f"settings not taken: {complaint}" if complaint else ""
        self._tell_soon()

    def _record(self) -> None:
        if self._recorder is not None:
            self._recorder.look(self.lines.values(), time.time_ns() // 1_000_000)

    async def take(self, readers: Iterable[settings.Reader]) -> None:
        """Run these readers from now on: those that are as they were are not disturbed."""
        wanted = {one.called: one for one in readers if one.enabled}
        ended = [name for name, line in self.lines.items() if wanted.get(name) != line.settings]
        await self._end(ended)
        for name in ended:
            del self.lines[name]
        for name, reader in wanted.items():
            if name not in self.lines:
                line = Line(reader, self._around, self._listener, self._zone)
                self.lines[name] = line
                self._tasks[name] = asyncio.create_task(line.run(), name=f"reader {name}")
        ordered = {name: self.lines[name] for name in wanted}
        self.lines.clear()
        self.lines.update(ordered)
        self._record()
        self._tell_soon()

    def tell(self, command: ev.PromptKeypad | ev.AskPad) -> None:
        """Let a keypad or pad ask, or ask no more."""
        name = command.reader if isinstance(command, ev.PromptKeypad) else command.device
        line = self.lines.get(name)
        if line is not None:
            line.ask(open=command.open)

    def states(self) -> tuple[ReaderState, ...]:
        """Return how each stands, in the order of the settings."""
        states = tuple(line.state() for line in self.lines.values())
        if not self._complaint:
            return states
        said = self._complaint[:LONGEST_TROUBLE]
        return tuple(structs.replace(one, trouble=one.trouble or said) for one in states)

    async def _end(self, names: list[str]) -> None:
        """End readers, and wait until their ports are free."""
        tasks = [self._tasks.pop(name) for name in names]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _said(self, reader: settings.Reader, said: ReaderEvent) -> None:
        self._post(
            ev.ReaderSpoke(
                reader=reader.called, till=reader.till, touchpoint=reader.place, said=said
            )
        )

    def _tell_soon(self) -> None:
        """Tell once of all that changes in one turn of the loop."""
        if not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_soon(self._tell)

    def _tell(self) -> None:
        self._telling = False
        if any(line.untried for line in self.lines.values()):
            return  # the first try tells, a moment later
        ask_s = {name: line.settings.ask_s for name, line in self.lines.items()}
        asks = frozenset(name for name, line in self.lines.items() if line.asks)
        told = ev.ReadersChanged(self.states(), ask_s, asks)
        if told != self._told:
            self._told = told
            self._post(told)
