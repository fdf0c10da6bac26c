"""A device, a gateway and HQ in memory, joined by links that lose, double and reorder.

Each box keeps two kinds of state: what is on its disk and survives a restart, and what is not.
The boxes run the real `Sender` and `Receiver`; only disks and links are models here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from random import Random

from protocols.delivery import (
    Accept,
    Answered,
    Appended,
    Diverged,
    Gap,
    LinkDown,
    LinkUp,
    Position,
    Receiver,
    Release,
    Rewind,
    SendBatch,
    Sender,
    SenderCommand,
    SendOffer,
    Tick,
)
from protocols.messages import Batch, Committed, Lane, Offer, Stored, Stream

STREAM = Stream(device="kiosk-1", epoch="e1", lane=Lane.BULK)
Message = Offer | Batch | Stored | Committed


@dataclass
class Disk:
    """What an outbox keeps of the one stream; the rules of outbox/log.py in a few lines."""

    origin: bool
    rows: dict[int, bytes] = field(default_factory=dict)
    head: int = 0
    oldest: int = 1
    committed: int = 0
    floor: int = 1

    def position(self) -> Position:
        return Position(
            stream=STREAM,
            oldest=self.oldest,
            head=self.head,
            committed=self.committed,
            floor=self.floor,
            origin=self.origin,
        )

    def store(self, first: int, events: Iterable[bytes]) -> None:
        for seq, event in enumerate(events, first):
            self.rows.setdefault(seq, event)
            self.head = max(self.head, seq)

    def commit_through(self, through: int) -> None:
        self.committed = through
        if not self.origin:
            self.rows = {seq: event for seq, event in self.rows.items() if seq > through}
            self.oldest = max(self.oldest, through + 1)
            self.head = max(self.head, through)

    def rewind(self, through: int) -> None:
        if through < self.head:
            self.head, self.oldest = through, through + 1
            self.committed = min(self.committed, through)

    def copy(self) -> Disk:
        return replace(self, rows=dict(self.rows))


class Link:
    """Messages under way in one direction; the chain's random source decides their fate."""

    def __init__(self, deliver: Callable[[Message], None]) -> None:
        self.deliver = deliver
        self.under_way: list[Message] = []
        self.up = False

    def send(self, message: Message) -> None:
        if self.up:
            self.under_way.append(message)


class Chain:
    """One stream from a device through a gateway to HQ, with faults to inject."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.now_ms = 0
        self.accepted: list[bytes] = []
        self.device_disk = Disk(origin=True)
        self.gateway_disk: Disk | None = None
        self.hq_rows: list[bytes] = []
        self.hq_old_copies: list[list[bytes]] = [[]]
        self.diverged = 0
        self.to_gateway = Link(self._gateway_takes)
        self.to_device = Link(self._device_takes)
        self.to_hq = Link(self._hq_takes)
        self.from_hq = Link(self._gateway_hears_hq)
        self.links = [self.to_gateway, self.to_device, self.to_hq, self.from_hq]
        self.restart_device()
        self.restart_gateway()

    # --- the shopper ---

    def tap(self, count: int) -> None:
        for _ in range(count):
            event = b"tap %d" % (len(self.accepted) + 1)
            self.accepted.append(event)
            self.device_disk.store(self.device_disk.head + 1, [event])
        self._device(Appended(self.device_disk.position(), self.now_ms))

    # --- the device ---

    def restart_device(self) -> None:
        self.device_sender = self._new_sender(self.device_disk)
        self.cut(self.to_gateway, self.to_device)

    def _device(self, event: Appended | Answered | LinkUp | LinkDown | Tick) -> None:
        for command in self.device_sender.handle(event):
            match command:
                case Diverged():
                    self.diverged += 1
                case Release() | Rewind():
                    pass
                case SendOffer() | SendBatch():
                    self.to_gateway.send(_message(command, self.device_disk))

    def _device_takes(self, message: Message) -> None:
        if isinstance(message, Stored):
            self._device(_answered(message, self.now_ms))
        elif isinstance(message, Committed):
            self.device_disk.commit_through(min(message.through, self.device_disk.head))

    # --- the gateway ---

    def restart_gateway(self) -> None:
        self.cut(*self.links)
        self.gateway_sender: Sender | None = None
        self.gateway_receiver: Receiver | None = None
        if self.gateway_disk is not None:
            self.gateway_sender = self._new_sender(self.gateway_disk)
            self.gateway_receiver = Receiver(self.gateway_disk.head)

    def swap_gateway_disk(self) -> None:
        self.gateway_disk = None
        self.restart_gateway()

    def _gateway_takes(self, message: Message) -> None:
        if isinstance(message, Offer):
            if self.gateway_disk is None:
                self.gateway_disk = Disk(
                    origin=False,
                    head=message.known,
                    oldest=message.known + 1,
                    committed=message.known,
                )
                self.gateway_sender = self._new_sender(self.gateway_disk)
                self.gateway_receiver = Receiver(message.known)
                if self.to_hq.up:
                    self._gateway(LinkUp(self.now_ms))
            assert self.gateway_receiver is not None
            self.gateway_disk.floor = message.floor
            through = self.gateway_receiver.through
            self.to_device.send(Stored(stream=STREAM, through=through, nonce=message.nonce))
        elif isinstance(message, Batch) and self.gateway_disk and self.gateway_receiver:
            verdict = self.gateway_receiver.arrived(
                message.first, len(message.events), message.floor
            )
            gap = isinstance(verdict, Gap)
            if isinstance(verdict, Accept):
                self.gateway_disk.floor = message.floor
                self.gateway_disk.store(
                    message.first + verdict.skip, message.events[verdict.skip :]
                )
                self._gateway(Appended(self.gateway_disk.position(), self.now_ms))
            self.to_device.send(Stored(stream=STREAM, through=verdict.through, gap=gap))

    def _gateway(self, event: Appended | Answered | LinkUp | LinkDown | Tick) -> None:
        if self.gateway_sender is None:
            return
        for command in self.gateway_sender.handle(event):
            self._gateway_does(command)

    def _gateway_does(self, command: SenderCommand) -> None:
        assert self.gateway_disk is not None
        assert self.gateway_receiver is not None
        match command:
            case Release(_, through):
                self.gateway_disk.commit_through(through)
                self.gateway_receiver.through = max(self.gateway_receiver.through, through)
                self.to_device.send(Committed(stream=STREAM, through=through))
                self._gateway(Appended(self.gateway_disk.position(), self.now_ms))
            case Rewind(_, through):
                self.gateway_disk.rewind(through)
                self.gateway_receiver.through = min(self.gateway_receiver.through, through)
                self._gateway(Appended(self.gateway_disk.position(), self.now_ms))
                self.to_device.send(Stored(stream=STREAM, through=through, gap=True))
            case SendOffer() | SendBatch():
                self.to_hq.send(_message(command, self.gateway_disk))
            case Diverged():
                raise AssertionError("only a device's own stream can diverge")

    def _gateway_hears_hq(self, message: Message) -> None:
        assert isinstance(message, Committed)
        self._gateway(_answered(message, self.now_ms))

    # --- HQ ---

    def restart_hq(self) -> None:
        self.cut(self.to_hq, self.from_hq)

    def back_up_hq(self) -> None:
        self.hq_old_copies.append(list(self.hq_rows))

    def restore_hq(self) -> None:
        self.hq_rows = list(self.random.choice(self.hq_old_copies))
        self.restart_hq()

    def _hq_takes(self, message: Message) -> None:
        through = len(self.hq_rows)
        if isinstance(message, Offer):
            self.from_hq.send(Committed(stream=STREAM, through=through, nonce=message.nonce))
        elif isinstance(message, Batch):
            verdict = Receiver(through).arrived(message.first, len(message.events), message.floor)
            if isinstance(verdict, Accept):
                assert verdict.hole is None, "the device holds all of it"
                self.hq_rows += message.events[verdict.skip :]
            gap = isinstance(verdict, Gap)
            self.from_hq.send(Committed(stream=STREAM, through=verdict.through, gap=gap))

    # --- links and time ---

    def cut(self, *links: Link) -> None:
        for link in links:
            link.up = False
            link.under_way.clear()
        if self.to_gateway in links and hasattr(self, "device_sender"):
            self._device(LinkDown())
        if self.to_hq in links and hasattr(self, "gateway_sender"):
            self._gateway(LinkDown())

    def join(self) -> None:
        if not self.to_gateway.up:
            self.to_gateway.up = self.to_device.up = True
            self._device(LinkUp(self.now_ms))
        if not self.to_hq.up:
            self.to_hq.up = self.from_hq.up = True
            self._gateway(LinkUp(self.now_ms))

    def move(self, *, faulty: bool) -> bool:
        """Let one message arrive, or come to harm; False when none is under way."""
        busy = [link for link in self.links if link.under_way]
        if not busy:
            return False
        link = self.random.choice(busy)
        fate = self.random.random() if faulty else 1.0
        index = self.random.randrange(len(link.under_way)) if 0.3 <= fate < 0.5 else 0
        message = link.under_way[index]
        if not 0.2 <= fate < 0.3:  # else: doubled, it stays under way
            link.under_way.pop(index)
        if fate >= 0.1:  # else: lost
            link.deliver(message)
        return True

    def tick(self, milliseconds: int) -> None:
        self.now_ms += milliseconds
        self._device(Tick(self.now_ms))
        self._gateway(Tick(self.now_ms))

    def heal(self) -> None:
        """No more faults: run until nothing moves and nobody waits."""
        for _ in range(200):
            self.join()
            while self.move(faulty=False):
                pass
            if len(self.hq_rows) >= len(self.accepted) and self.device_sender.idle:
                return
            self.tick(61_000)

    def _new_sender(self, disk: Disk) -> Sender:
        return Sender(disk.position(), nonce=self.random.randrange(2**40), window=3, batch_events=4)


def _message(command: SendOffer | SendBatch, disk: Disk) -> Offer | Batch:
    if isinstance(command, SendOffer):
        return command.message()
    events = tuple(disk.rows[seq] for seq in range(command.first, command.last + 1))
    return Batch(stream=STREAM, first=command.first, floor=command.floor, events=events)


def _answered(message: Stored | Committed, now_ms: int) -> Answered:
    return Answered(message.through, message.gap, message.nonce, now_ms)
