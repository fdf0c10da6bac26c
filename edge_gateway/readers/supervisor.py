"""All serial readers of a gateway: each runs for itself, and the settings may change meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from edge_gateway import events as ev
from edge_gateway import settings
from edge_gateway.readers.drivers import Surroundings
from edge_gateway.readers.line import Line, Listener
from protocols.messages import ReaderState
from protocols.readers.events import ReaderEvent

logger = logging.getLogger(__name__)

TICK_S = 0.25
# Standing is told at once; the figures beside it need not be.
_FIGURES_EVERY_S = 30.0


class Readers:
    """The readers of the settings, and nobody else's."""

    def __init__(
        self, post: Callable[[ev.Event], None], around: Surroundings, zone: ZoneInfo
    ) -> None:
        self.lines: dict[str, Line] = {}
        self._post = post
        self._around = around
        self._zone = zone
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._told: tuple[ReaderState, ...] | None = None
        self._telling = False
        self._listener = Listener(said=self._said, changed=self._tell_soon)

    async def run(self, readers: Iterable[settings.Reader]) -> None:
        """Read until cancelled."""
        try:
            await self.take(readers)
            ticks = 0
            while True:
                await asyncio.sleep(TICK_S)
                ticks += 1
                for line in self.lines.values():
                    line.tick()
                if ticks * TICK_S % _FIGURES_EVERY_S == 0:
                    self._tell_soon()
        finally:
            await self._end(list(self.lines))

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
        self.lines = {name: self.lines[name] for name in wanted}
        self._tell_soon()

    def tell(self, command: ev.PromptKeypad | ev.AskPad) -> None:
        """Let a keypad or pad ask, or ask no more."""
        name = command.reader if isinstance(command, ev.PromptKeypad) else command.device
        line = self.lines.get(name)
        if line is not None:
            line.ask(open=command.open)

    def states(self) -> tuple[ReaderState, ...]:
        """Return how each stands, in the order of the settings."""
        return tuple(line.state() for line in self.lines.values())

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
        states = self.states()
        if states != self._told:
            self._told = states
            ask_s = {name: line.settings.ask_s for name, line in self.lines.items()}
            self._post(ev.ReadersChanged(states, ask_s))
