"""Devices, a gateway and HQ in memory, joined by links that lose, double and reorder.

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

DEVICES = ("kiosk-1", "kiosk-2")
STREAM = Stream(device=DEVICES[0], epoch="e1", lane=Lane.BULK)
Message = Offer | Batch | Stored | Committed
SenderInput = Appended | Answered | LinkUp | LinkDown | Tick


@dataclass
class Disk:
    """What an outbox keeps of one stream; the rules of outbox/log.py in a few lines."""

    stream: Stream
    origin: bool
    rows: dict[int, bytes] = field(default_factory=dict)
    head: int = 0
    oldest: int = 1
    committed: int = 0
    floor: int = 1
    ended: bool = False

    def position(self) -> Position:
        return Position(
            stream=self.stream,
            oldest=self.oldest,
            head=self.head,
            committed=self.committed,
            floor=self.floor,
            origin=self.origin,
            ended=self.ended,
        )

    def store(self, first: int, events: Iterable[bytes]) -> None:
        for seq, event in enumerate(events, first):
            self.rows.setdefault(seq, event)
            self.head = max(self.head, seq)

    def commit_through(self, through: int) -> None:
        if self.origin:
            self.committed = min(through, self.head)
            return
        self.committed = through
        self.rows = {seq: event for seq, event in self.rows.items() if seq > through}
        self.oldest = max(self.oldest, through + 1)
        self.head = max(self.head, through)

    def rewind(self, through: int) -> None:
        if through < self.head:
            self.head, self.oldest = through, through + 1
            self.committed = min(self.committed, through)

    def renewed(self, epoch: str) -> Disk:
        """End this stream; return the one that has what HQ may lack of it."""
        new = Disk(stream=_of_epoch(self.stream, epoch), origin=True)
        new.store(1, [self.rows.pop(seq) for seq in range(self.committed + 1, self.head + 1)])
        self.head, self.ended = self.committed, True
        return new

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
    """Streams from devices through a gateway to HQ, with faults to inject."""

    def __init__(self, random: Random, *, devices: int = 1) -> None:
        self.random = random
        self.now_ms = 0
        self.accepted: dict[Stream, list[bytes]] = {}
        self.device_disks: dict[Stream, Disk] = {}
        self.current: dict[str, Stream] = {}
        self.epochs_offered: bool = True
        """False: as if a device offered only its current epoch."""
        self.gateway_disks: dict[Stream, Disk] = {}
        self.hq_rows: dict[Stream, list[bytes]] = {}
        self.hq_old_copies: list[dict[Stream, list[bytes]]] = [{}]
        self.diverged = 0
        self.to_gateway = Link(self._gateway_takes)
        self.to_device = Link(self._device_takes)
        self.to_hq = Link(self._hq_takes)
        self.from_hq = Link(self._gateway_hears_hq)
        self.links = [self.to_gateway, self.to_device, self.to_hq, self.from_hq]
        self.device_senders: dict[Stream, Sender] = {}
        self.gateway_senders: dict[Stream, Sender] = {}
        self.gateway_receivers: dict[Stream, Receiver] = {}
        for device in DEVICES[:devices]:
            self._begin(Disk(stream=replace_device(STREAM, device), origin=True))
        self.restart_device()
        self.restart_gateway()

    def _begin(self, disk: Disk) -> None:
        self.device_disks[disk.stream] = disk
        self.current[disk.stream.device] = disk.stream
        self.accepted.setdefault(disk.stream, [disk.rows[seq] for seq in sorted(disk.rows)])

    # --- the shopper ---

    def tap(self, count: int) -> None:
        for stream in self.current.values():
            disk = self.device_disks[stream]
            for _ in range(count):
                event = f"{stream.device} {stream.epoch} tap {disk.head + 1}".encode()
                self.accepted[stream].append(event)
                disk.store(disk.head + 1, [event])
            self._device(stream, Appended(disk.position(), self.now_ms))

    # --- the devices ---

    def restart_device(self) -> None:
        self.device_senders = {
            stream: self._new_sender(disk)
            for stream, disk in self.device_disks.items()
            if not disk.ended or (self.epochs_offered and disk.rows)
        }
        self.cut(self.to_gateway, self.to_device)

    def put_back_an_old_copy(self) -> None:
        """Let a device's disk be replaced by an earlier image of it, once HQ had everything."""
        self.heal()
        stream = self.random.choice(list(self.current.values()))
        copy = self.device_disks[stream].copy()
        self.tap(self.random.randrange(1, 10))
        self.heal()
        self.device_disks[stream] = copy
        self.restart_device()
        self.heal()  # here the copy notices what it is

    def _renew(self, stream: Stream) -> None:
        self.diverged += 1
        self._begin(self.device_disks[stream].renewed(f"e{self.diverged + 1}"))
        self.restart_device()

    def _device(self, stream: Stream, event: SenderInput) -> None:
        sender = self.device_senders.get(stream)
        for command in sender.handle(event) if sender else ():
            match command:
                case Diverged():
                    self._renew(stream)
                case SendOffer() | SendBatch():
                    self.to_gateway.send(_message(command, self.device_disks[stream]))

    def _device_takes(self, message: Message) -> None:
        if isinstance(message, Stored):
            self._device(message.stream, _answered(message, self.now_ms))
        elif isinstance(message, Committed):
            self.device_disks[message.stream].commit_through(message.through)

    # --- the gateway ---

    def restart_gateway(self) -> None:
        self.cut(*self.links)
        disks = self.gateway_disks
        self.gateway_senders = {of: self._new_sender(disk) for of, disk in disks.items()}
        self.gateway_receivers = {of: Receiver(disk.head) for of, disk in disks.items()}

    def swap_gateway_disk(self) -> None:
        self.gateway_disks = {}
        self.restart_gateway()

    def _gateway_opens(self, offer: Offer) -> None:
        stream, known = offer.stream, offer.known
        if stream in self.gateway_disks:
            return
        self.gateway_disks[stream] = Disk(
            stream=stream, origin=False, head=known, oldest=known + 1, committed=known
        )
        self.gateway_senders[stream] = self._new_sender(self.gateway_disks[stream])
        self.gateway_receivers[stream] = Receiver(known)
        if self.to_hq.up:
            self._gateway(stream, LinkUp(self.now_ms))

    def _gateway_takes(self, message: Message) -> None:
        stream = message.stream
        if isinstance(message, Offer):
            self._gateway_opens(message)
            self.gateway_disks[stream].floor = message.floor
            through = self.gateway_receivers[stream].through
            self.to_device.send(Stored(stream=stream, through=through, nonce=message.nonce))
        elif isinstance(message, Batch) and stream in self.gateway_disks:
            disk = self.gateway_disks[stream]
            verdict = self.gateway_receivers[stream].arrived(
                message.first, len(message.events), message.floor
            )
            gap = isinstance(verdict, Gap)
            if isinstance(verdict, Accept):
                disk.floor = message.floor
                disk.store(message.first + verdict.skip, message.events[verdict.skip :])
                self._gateway(stream, Appended(disk.position(), self.now_ms))
            self.to_device.send(Stored(stream=stream, through=verdict.through, gap=gap))

    def _gateway(self, stream: Stream, event: SenderInput) -> None:
        sender = self.gateway_senders.get(stream)
        for command in sender.handle(event) if sender else ():
            self._gateway_does(stream, command)

    def _gateway_does(self, stream: Stream, command: SenderCommand) -> None:
        disk, receiver = self.gateway_disks[stream], self.gateway_receivers[stream]
        match command:
            case Release(_, through):
                disk.commit_through(through)
                receiver.through = max(receiver.through, through)
                self.to_device.send(Committed(stream=stream, through=through))
                self._gateway(stream, Appended(disk.position(), self.now_ms))
            case Rewind(_, through):
                disk.rewind(through)
                receiver.through = min(receiver.through, through)
                self._gateway(stream, Appended(disk.position(), self.now_ms))
                self.to_device.send(Stored(stream=stream, through=through, gap=True))
            case SendOffer() | SendBatch():
                self.to_hq.send(_message(command, disk))
            case Diverged():
                raise AssertionError("only a device's own stream can diverge")

    def _gateway_hears_hq(self, message: Message) -> None:
        assert isinstance(message, Committed)
        self._gateway(message.stream, _answered(message, self.now_ms))

    # --- HQ ---

    def restart_hq(self) -> None:
        self.cut(self.to_hq, self.from_hq)

    def back_up_hq(self) -> None:
        self.hq_old_copies.append({of: list(rows) for of, rows in self.hq_rows.items()})

    def restore_hq(self) -> None:
        copy = self.random.choice(self.hq_old_copies)
        self.hq_rows = {of: list(rows) for of, rows in copy.items()}
        self.restart_hq()

    def _hq_takes(self, message: Message) -> None:
        stream = message.stream
        rows = self.hq_rows.setdefault(stream, [])
        if isinstance(message, Offer):
            self.from_hq.send(Committed(stream=stream, through=len(rows), nonce=message.nonce))
        elif isinstance(message, Batch):
            verdict = Receiver(len(rows)).arrived(message.first, len(message.events), message.floor)
            if isinstance(verdict, Accept):
                assert verdict.hole is None, "the device holds all of it"
                rows += message.events[verdict.skip :]
            gap = isinstance(verdict, Gap)
            self.from_hq.send(Committed(stream=stream, through=verdict.through, gap=gap))

    # --- links and time ---

    def cut(self, *links: Link) -> None:
        for link in links:
            link.up = False
            link.under_way.clear()
        if self.to_gateway in links:
            self._all_devices(LinkDown())
        if self.to_hq in links:
            self._all_of_gateway(LinkDown())

    def join(self) -> None:
        if not self.to_gateway.up:
            self.to_gateway.up = self.to_device.up = True
            self._all_devices(LinkUp(self.now_ms))
        if not self.to_hq.up:
            self.to_hq.up = self.from_hq.up = True
            self._all_of_gateway(LinkUp(self.now_ms))

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
        self._all_devices(Tick(self.now_ms))
        self._all_of_gateway(Tick(self.now_ms))

    def heal(self) -> None:
        """No more faults: run until nothing moves and nobody waits."""
        for _ in range(200):
            self.join()
            while self.move(faulty=False):
                pass
            if self.whole() and all(sender.idle for sender in self.device_senders.values()):
                return
            self.tick(61_000)

    def whole(self) -> bool:
        """Whether HQ has every event that a device holds, in whichever stream."""
        return self.held() <= self.at_hq()

    def held(self) -> set[bytes]:
        """Return all events on the disks of the devices."""
        return {event for disk in self.device_disks.values() for event in disk.rows.values()}

    def at_hq(self) -> set[bytes]:
        """Return what HQ has: an event that came in two streams is known by its id."""
        return {event for rows in self.hq_rows.values() for event in rows}

    def in_order(self) -> bool:
        """Whether each stream at HQ is what was accepted into it so far, once and in order."""
        return all(
            rows == self.accepted[stream][: len(rows)] for stream, rows in self.hq_rows.items()
        )

    def _all_devices(self, event: SenderInput) -> None:
        for stream in list(self.device_senders):
            self._device(stream, event)

    def _all_of_gateway(self, event: SenderInput) -> None:
        for stream in list(self.gateway_senders):
            self._gateway(stream, event)

    def _new_sender(self, disk: Disk) -> Sender:
        return Sender(disk.position(), nonce=self.random.randrange(2**40), window=3, batch_events=4)


def _of_epoch(stream: Stream, epoch: str) -> Stream:
    return Stream(device=stream.device, epoch=epoch, lane=stream.lane)


def replace_device(stream: Stream, device: str) -> Stream:
    """Return the same stream of another device."""
    return Stream(device=device, epoch=stream.epoch, lane=stream.lane)


def _message(command: SendOffer | SendBatch, disk: Disk) -> Offer | Batch:
    if isinstance(command, SendOffer):
        return command.message()
    events = tuple(disk.rows[seq] for seq in range(command.first, command.last + 1))
    return Batch(stream=disk.stream, first=command.first, floor=command.floor, events=events)


def _answered(message: Stored | Committed, now_ms: int) -> Answered:
    return Answered(message.through, message.gap, message.nonce, now_ms)
