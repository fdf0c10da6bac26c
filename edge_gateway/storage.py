"""What follows from a write that is on disk, and from one that is not (D3, D8)."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import replace

from edge_gateway import events as ev
from edge_gateway.events import Command
from protocols.messages import Clock, Stored

logger = logging.getLogger(__name__)

TRY_AGAIN_EVERY_MS = 1_000
# The gateway's own findings; what devices hand over stays with them until it is confirmed.
_MOST_UNWRITTEN = 2_000


class Storage:
    """Whether the outbox takes what it is given."""

    def __init__(self) -> None:
        self.trouble: str | None = None
        """Why nothing is confirmed at the moment; shown on the board."""
        self.failures = self.commits = self.kept_events = 0
        self._unwritten: deque[ev.Write] = deque(maxlen=_MOST_UNWRITTEN)
        self._tried_ms = 0

    def written(self, event: ev.Written) -> list[Command]:
        """Announce alarms and confirm to the devices what is on disk now."""
        commands: list[Command] = []
        # The board's counts of the day still fit where no event does.
        if self.trouble is not None and any(one.relayed or one.own for one in event.writes):
            logger.info("the outbox takes events again")
            self.trouble = None
            commands.append(ev.ShowBoard())
        self.commits += 1
        for write in event.writes:
            commands += _announced(write)
            self.kept_events += len(write.own)
            if write.relayed is not None:
                self.kept_events += len(write.relayed.payloads)
        through = {position.stream: position.head for position in event.positions}
        relayed = (write.relayed.stream for write in event.writes if write.relayed is not None)
        for stream in dict.fromkeys(relayed):  # once each: the answer is cumulative
            answer = Stored(stream=stream, through=through[stream])
            commands.append(ev.AnswerDevice(stream.device, answer))
        return commands

    def failed(self, event: ev.WriteFailed) -> list[Command]:
        """Confirm nothing and say so; keep the gateway's own findings for another try."""
        self.failures += 1
        write = event.write
        if event.failure is not ev.Failure.GAP:  # a gap is the order of things, not the disk
            if self.trouble is None:  # once per episode, not once per event
                logger.error("the outbox takes nothing, nothing is confirmed: %s", event.why)
            self.trouble = event.why
        if event.failure is not ev.Failure.FAULT and (write.own or write.alarms):
            again = replace(write, relayed=None, today=None, attempt=write.attempt + 1)
            self._unwritten.append(again)
        # People must hear of a danger even when the disk is full.
        return [*_announced(write), ev.ShowBoard()]

    def tick(self, now: Clock) -> list[Command]:
        """Try again what was not written."""
        if not self._unwritten or now.mono_ms - self._tried_ms < TRY_AGAIN_EVERY_MS:
            return []
        self._tried_ms = now.mono_ms
        commands: list[Command] = list(self._unwritten)
        self._unwritten.clear()
        return commands


def _announced(write: ev.Write) -> list[Command]:
    commands: list[Command] = []
    if write.attempt == 0:  # a later try was announced at the first
        for alarm in write.alarms:
            commands += [ev.Broadcast(alarm.message()), ev.ShowBoard(sound=alarm.standing)]
    return commands
