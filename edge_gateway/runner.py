"""The loop around the gateway's core: one asyncio loop does what the core decides.

Devices, serial ports and the board speak to it on the loop; the writer's and the broker's threads
hand their news over to the loop. Whatever happens goes through `post`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import Protocol, TypeVar

from edge_gateway import events as ev
from edge_gateway import mqtt
from edge_gateway.arrivals import Arrivals
from edge_gateway.clock import SystemClock
from edge_gateway.gateway import Gateway
from edge_gateway.turns import Turns
from edge_gateway.writer import BatchesRead, Outcome, Writer
from outbox import Outbox
from protocols import topics, wire
from protocols.errors import MessageError
from protocols.messages import Brief, CaseTold, Committed, HopMessage, HqState, Instruction

logger = logging.getLogger(__name__)

TICK_S = 0.25
_T = TypeVar("_T")


class Connection(Protocol):
    """A device's open link."""

    def send(self, payload: bytes) -> None:
        """Queue bytes for the device; never waits."""

    def refuse(self, why: str, code: int) -> None:
        """Say why, and close."""


class Runner:
    """Does the I/O that the core decides on."""

    def __init__(self, gateway: Gateway, outbox: Outbox, clock: SystemClock) -> None:
        self.gateway = gateway
        self.clock = clock
        self.writer = Writer(outbox, self._report_outcomes)
        self.turns = Turns(self.writer.busy)
        self._arrivals = Arrivals()
        self.connections: dict[str, Connection] = {}
        self.board_listeners: set[Callable[[bool], None]] = set()
        """Told when the board changed; True when it must sound."""
        self.reader_listeners: set[Callable[[ev.PromptKeypad | ev.AskPad], None]] = set()
        """Told what a keypad or pad is to be sent; who has that reader sends it."""
        self.counts: Counter[str] = Counter()
        self._link: mqtt.BrokerLink | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._up = topics.up(gateway.identity.gateway)
        self._down = topics.down(gateway.identity.gateway)
        self._tokens: set[int] = set()
        self._ticking: asyncio.Task[None] | None = None
        self._malformed_logged = False

    # --- life ------------------------------------------------------------------------------------

    def start(self, link: mqtt.BrokerLink | None) -> None:
        """Start the threads; call it on the loop."""
        self._loop = asyncio.get_running_loop()
        self._link = link
        self.writer.start()
        if link is not None:
            link.start()
        self._ticking = self._loop.create_task(self._tick())

    async def stop(self) -> None:
        """Finish what is queued and let go of the broker and the outbox."""
        if self._ticking is not None:
            self._ticking.cancel()
        changes = self.gateway.today.changes()
        if changes is not None:
            self.writer.submit(ev.Write(today=changes))
        if self._link is not None:
            self._link.set_will(self.will())
            await asyncio.to_thread(self._link.stop)
        await asyncio.to_thread(self.writer.stop)

    def will(self) -> mqtt.Will:
        """Return what the broker shall say when this gateway is gone; call it on the loop."""
        gateway = self.gateway
        state = gateway.state(self.clock.now(), online=False)
        return mqtt.Will(topic=topics.state(gateway.identity.gateway), payload=wire.encode(state))

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topics that come down."""
        return (self._down, topics.hq_all())

    def hear(self, event: mqtt.LinkEvent) -> None:
        """Take news of the broker's link, on whatever thread."""
        self._on_loop(self._hear, event)

    # --- events in -------------------------------------------------------------------------------

    def hand_over(self, event: ev.BatchArrived) -> None:
        """Take a batch; what comes after it before the loop turns goes to the core with it."""
        if not self._arrivals:
            asyncio.get_running_loop().call_soon(self._take_arrivals)
        self._arrivals.add(event)

    def _take_arrivals(self) -> None:
        for event in self._arrivals.take():
            self._decide(event)

    def post(self, event: ev.Event) -> None:
        """Let the core decide on an event and do what it says."""
        if self._arrivals:  # the order of things stays
            self._take_arrivals()
        self._decide(event)

    def _decide(self, event: ev.Event) -> None:
        for command in self.gateway.handle(event, self.clock.now()):
            self._do(command)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.post(ev.Tick())

    def _report_outcomes(self, outcomes: list[Outcome]) -> None:
        self._on_loop(self._take_outcomes, outcomes)

    def _on_loop(self, call: Callable[[_T], None], value: _T) -> None:
        try:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(call, value)
        except RuntimeError:  # the loop has ended; nobody is left to hear it
            logger.debug("after the end: %s", type(value).__name__)

    def _take_outcomes(self, outcomes: list[Outcome]) -> None:
        self.turns.next()
        for outcome in outcomes:
            if isinstance(outcome, BatchesRead):
                self._publish_batches(outcome)
            else:
                self.post(outcome)

    def _hear(self, event: mqtt.LinkEvent) -> None:
        match event:
            case mqtt.LinkStood(broker):
                self.counts["broker_connection"] += 1
                self._tokens.clear()
                self.post(ev.BrokerUp(broker))
            case mqtt.LinkBroke(reason):
                self._tokens.clear()
                self.post(ev.BrokerLost(reason))
                if self._link is not None:
                    self._link.set_will(self.will())
            case mqtt.Taken(token):
                if token in self._tokens:
                    self._tokens.discard(token)
                    self.post(ev.PublishEnded())
            case mqtt.Received(topic, payload, retained):
                self._received(topic, payload, retained=retained)

    def _received(self, topic: str, payload: bytes, *, retained: bool) -> None:
        try:
            event = self._downlink(topic, payload, retained=retained)
        except MessageError as error:
            self.counts["malformed_downlink"] += 1
            if not self._malformed_logged:
                logger.warning("on %s: %s; later ones are only counted", topic[:100], error)
                self._malformed_logged = True
            return
        self.post(event)

    def _downlink(self, topic: str, payload: bytes, *, retained: bool) -> ev.Event:
        if topic != self._down:
            ingest = topic.rsplit("/", 1)[-1]
            state = wire.decode(payload) if payload else HqState(online=False, boot="gone")
            if isinstance(state, HqState):
                return ev.HqStateArrived(ingest, state, retained)
            raise MessageError(f"{type(state).__name__} is no state of HQ")
        match wire.decode(payload):
            case Committed() as committed:
                return ev.CommittedArrived(committed)
            case Instruction() as instruction:
                return ev.InstructionArrived(instruction)
            case Brief() as brief:
                return ev.BriefArrived(brief)
            case CaseTold() as told:
                return ev.CaseToldArrived(told)
            case other:
                raise MessageError(f"HQ never sends {type(other).__name__}")

    # --- commands out ----------------------------------------------------------------------------

    def _do(self, command: ev.Command) -> None:
        match command:
            case ev.AnswerDevice() | ev.Broadcast() | ev.RefuseDevice():
                self._tell_devices(command)
            case ev.Publish(offer):
                self._publish(offer)
            case ev.AskHq(asked):  # beside the uplink's own: none of its places is taken
                self._up_by_broker(asked)
            case ev.PublishState() | ev.LeaveBroker():
                if self._link is not None:
                    self._tell_broker(self._link, command)
            case ev.ShowBoard() | ev.PromptKeypad() | ev.AskPad():
                self._tell_store(command)
            case _:
                self.writer.submit(command)

    def _tell_store(self, command: ev.ShowBoard | ev.PromptKeypad | ev.AskPad) -> None:
        if isinstance(command, ev.ShowBoard):
            for show in list(self.board_listeners):
                show(command.sound)
            return
        for tell in list(self.reader_listeners):
            tell(command)

    def _tell_broker(
        self, link: mqtt.BrokerLink, command: ev.PublishState | ev.LeaveBroker
    ) -> None:
        match command:
            case ev.PublishState(state):
                topic = topics.state(self.gateway.identity.gateway)
                link.publish(topic, wire.encode(state), retain=True)
                link.set_will(self.will())
            case ev.LeaveBroker():
                link.move_on()

    def _tell_devices(self, command: ev.AnswerDevice | ev.Broadcast | ev.RefuseDevice) -> None:
        match command:
            case ev.AnswerDevice(device, message):
                self._send(device, message)
            case ev.Broadcast(message):
                for device in list(self.connections):
                    self._send(device, message)
            case ev.RefuseDevice(device, why):
                connection = self.connections.get(device)
                if connection is not None:
                    connection.refuse(why, 1008)

    def _send(self, device: str, message: HopMessage) -> None:
        connection = self.connections.get(device)
        if connection is not None:
            connection.send(wire.encode(message))

    def _publish_batches(self, read: BatchesRead) -> None:
        for batch in read.batches[:-1]:
            self._up_by_broker(batch)
        if read.batches:
            self._publish(read.batches[-1])
        else:
            self.post(ev.PublishEnded())

    def _publish(self, message: HopMessage) -> None:
        token = self._up_by_broker(message)
        if token is not None:
            self._tokens.add(token)

    def _up_by_broker(self, message: HopMessage) -> int | None:
        if self._link is None:
            return None
        payload = wire.encode(message)
        self.counts["published"] += 1
        self.counts["published_bytes"] += len(payload)
        return self._link.publish(self._up, payload)
