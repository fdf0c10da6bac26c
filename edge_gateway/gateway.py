"""The gateway decides here: events in, commands out, no I/O; the runner does the rest.

What a device hands over is kept, graded for alarms and passed on to HQ unchanged; the answer
`Stored` follows the commit (D3), forgetting follows HQ's `Committed` (D5).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from edge_gateway import events as ev
from edge_gateway.admission import MOST_WAITING_STREAMS, Admission
from edge_gateway.alarms import Alarms
from edge_gateway.belonging import Belonging
from edge_gateway.briefs import HeldBriefs
from edge_gateway.cases import Cases
from edge_gateway.codes import Reserve
from edge_gateway.correlation import ClockMap
from edge_gateway.events import Command, Event
from edge_gateway.findings import Findings
from edge_gateway.headquarters import Headquarters
from edge_gateway.instructions import Instructions
from edge_gateway.intake import Intake
from edge_gateway.mint import Mint
from edge_gateway.refusals import Kind, Refusals
from edge_gateway.sales import Sale, Sales
from edge_gateway.storage import Storage
from edge_gateway.till_floor import TillFloor
from edge_gateway.today import Today, day_of
from edge_gateway.wait_radar.rules import Rule, rules
from protocols.briefs import BriefKind, CodeBlock
from protocols.delivery import Position
from protocols.messages import (
    Brief,
    Clock,
    CodesGranted,
    DeviceState,
    GatewayState,
    HopMessage,
    Stored,
    Stream,
)

PRESENCE_EVERY_MS = 30_000
KEEP_TODAY_EVERY_MS = TAKE_STOCK_EVERY_MS = 5_000
# The board may lag this far behind quiet changes; an alarm never waits.
BOARD_EVERY_MS = 1_000
# GatewayState.readers is bounded by the protocol.
_MOST_READERS = 64
# A kiosk shows a few; the board has them all.
_MOST_ALARMS_AT_CONNECT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who this gateway is."""

    gateway: str
    store: str
    epoch: str
    program: str
    zone: ZoneInfo
    address: str = ""
    """Where kiosks of the store connect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an earlier run left on disk."""

    positions: tuple[Position, ...]
    alarms: Alarms
    today: Today
    briefs: HeldBriefs
    codes: Reserve
    quota_bytes: int | None = None
    """What the outbox may take of the disk; None: as much as it likes."""
    sales: tuple[Sale, ...] = ()
    """Of the last day."""
    open_instructions: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = field(default_factory=rules)
    """What instructions are given by."""


class Gateway:
    """The decisions of one store's gateway."""

    def __init__(
        self,
        identity: Identity,
        kept: Kept,
        *,
        new_id: Callable[[], str],
        jitter: Callable[[], float],
        now: Clock,
    ) -> None:
        self.identity = identity
        self.alarms = kept.alarms
        self.today = kept.today
        self.briefs = kept.briefs
        self.alarms.grade_by(self.briefs.rulebook)
        self.codes = kept.codes
        self.cases = Cases(kept.alarms, now.wall_ms)
        self.connected: dict[str, DeviceState | None] = {}
        self.storage = Storage()
        self.stock = ev.StockTaken()
        self.hq_committed = 0
        """Events that HQ has committed since the start."""
        positions = [one for one in kept.positions if self._current(one)]
        self.intake = Intake(positions)
        self.refusals = Refusals()
        self.admission = Admission(kept.quota_bytes, positions)
        self.hq = Headquarters(identity.gateway, positions, self.intake, jitter, now)
        self._clocks = ClockMap()
        mint = Mint(identity.store, new_id)
        belonging = Belonging(mint, kept.today, Sales(kept.sales), now)
        self.findings = Findings(mint, kept.alarms, kept.today, self._clocks, belonging)
        instructions = Instructions(mint, kept.rules, kept.open_instructions)
        self.floor = TillFloor(mint, self.findings, belonging, instructions, self.connected)
        self._positions = {one.stream: one for one in positions}
        self._waiting: dict[str, dict[Stream, ev.OfferArrived | None]] = {}
        """By device: streams that were held back, with the last offer if there was one."""
        self._board_changed = False
        self._shown_ms = self._announced_ms = self._kept_ms = self._stock_ms = 0
        self._deciders = self._by_event()

    def handle(self, event: Event, now: Clock) -> list[Command]:
        """Take what happened and return what to do, in order."""
        return self._deciders[type(event)](event, now)

    def _by_event(self) -> dict[type, Callable[..., list[Command]]]:
        return {
            ev.DeviceConnected: self._device_connected,
            ev.DeviceLost: self._device_lost,
            ev.OfferArrived: self._offer_arrived,
            ev.BatchArrived: self._batch_arrived,
            ev.DeviceStateArrived: self._device_state_arrived,
            ev.CaseAskedArrived: self._case_asked,
            ev.UnexpectedArrived: self._unexpected_arrived,
            ev.MalformedArrived: self._malformed_arrived,
            ev.BrokerUp: self._broker_up,
            ev.BrokerLost: self._broker_lost,
            ev.PublishEnded: self._publish_ended,
            ev.CommittedArrived: self._committed_arrived,
            ev.HqStateArrived: self._hq_state_arrived,
            ev.InstructionArrived: self._instruction_arrived,
            ev.BriefArrived: self._brief_arrived,
            ev.BriefKept: self._brief_kept,
            ev.CodesTaken: self._codes_taken,
            ev.CaseToldArrived: self._case_told,
            ev.ReaderSpoke: self._reader_spoke,
            ev.ReadersChanged: self._readers_changed,
            ev.InstructionAcknowledgedAtBoard: self._instruction_acknowledged,
            ev.AlarmAcknowledgedAtBoard: self._alarm_acknowledged,
            ev.StreamOpened: self._stream_opened,
            ev.Written: self._written,
            ev.WriteFailed: self._write_failed,
            ev.StreamChanged: self._stream_changed,
            ev.EpochRenewed: self._epoch_renewed,
            ev.EpochNotRenewed: self._epoch_not_renewed,
            ev.StockTaken: self._stock_taken,
            ev.Tick: self._tick,
        }

    def state(self, now: Clock, *, online: bool = True) -> GatewayState:
        """Return the presence that HQ sees."""
        states = (state for state in self.connected.values() if state is not None)
        return GatewayState(
            gateway=self.identity.gateway,
            store=self.identity.store,
            online=online,
            epoch=self.identity.epoch,
            at=now,
            program=self.identity.program,
            waiting=self.hq.uplink.waiting(),
            devices=tuple(states),
            streams=self.stock.accounts,
            briefs=self.briefs.versions,
            codes_left=self.codes.left if self.briefs.has_key else None,
            address=self.identity.address,
            readers=self.floor.readers[:_MOST_READERS],
            rules=self.briefs.rules,
        )

    # --- devices ---------------------------------------------------------------------------------

    def _device_connected(self, event: ev.DeviceConnected, now: Clock) -> list[Command]:
        self.connected[event.device] = None
        alarms = [one.message() for one in self.alarms.standing()[:_MOST_ALARMS_AT_CONNECT]]
        messages: list[HopMessage] = [*alarms, *self.floor.instructions.messages(now)]
        answers = [ev.AnswerDevice(event.device, message) for message in messages]
        return [*answers, ev.ShowBoard()]

    def _device_lost(self, event: ev.DeviceLost, _now: Clock) -> list[Command]:
        self.connected.pop(event.device, None)
        self._waiting.pop(event.device, None)
        self.briefs.lost(event.device)
        return [ev.ShowBoard()]

    def _offer_arrived(self, event: ev.OfferArrived, now: Clock) -> list[Command]:
        device, offer = event.device, event.offer
        commands = self._noted(self.intake.offered(device, offer), now)
        if any(isinstance(one, ev.RefuseDevice) for one in commands):
            return commands
        # What is held back gets no answer: the device asks again, with growing patience.
        if offer.head > offer.known and self._held_back(device, offer.stream, now):
            self._keep_waiting(offer.stream, event)
            return []
        if not self.intake.knows(offer.stream):
            kind = self.admission.another_stream(device, now)
            if kind is not None:
                why = "too many streams: something renews the epoch"
                return self._noted([ev.RefuseDevice(device, why, kind)], now)
        self.hq.replays.offered(offer)
        return commands

    def _batch_arrived(self, event: ev.BatchArrived, now: Clock) -> list[Command]:
        device, batch = event.device, event.batch
        if batch.stream.device == device and self._held_back(device, batch.stream, now):
            self._keep_waiting(batch.stream, None)
            return []
        taken = self.intake.arrived(device, batch, self._positions.get(batch.stream))
        if isinstance(taken, list):
            return self._noted(taken, now)
        if taken.hole is not None:
            self.hq.replays.skipped(taken.stream, taken.hole[1])
        self.admission.brought(device, len(taken.payloads), sum(map(len, taken.payloads)))
        found = self.findings.of_events(device, taken.payloads, now)
        for code in found.codes:
            self.cases.relayed(code)
        self._board_changed = self._board_changed or found.rated
        commands: list[Command] = [ev.Write(relayed=taken, own=found.own, alarms=found.alarms)]
        for touchpoint, at_ms in found.answers.items():
            commands += self.floor.answered(touchpoint, at_ms, now)
        return commands

    def _keep_waiting(self, stream: Stream, offered: ev.OfferArrived | None) -> None:
        waiting = self._waiting.setdefault(stream.device, {})
        if offered is not None or stream not in waiting:
            waiting[stream] = offered
        if len(waiting) > MOST_WAITING_STREAMS:  # the others ask again by themselves
            waiting.pop(next(iter(waiting)))

    def _let_go_on(self, device: str, now: Clock) -> list[Command]:
        """Answer a device that was held back, now that HQ has taken some of what it holds."""
        if device not in self._waiting or not self.admission.has_room(device):
            return []
        commands: list[Command] = []
        for stream, offered in self._waiting.pop(device).items():
            if offered is not None:
                commands += self._offer_arrived(offered, now)
            elif stream in self._positions:  # a batch was left: the flag makes the device offer
                head = self._positions[stream].head
                answer = Stored(stream=stream, through=head, gap=True)
                commands.append(ev.AnswerDevice(device, answer))
        return commands

    def _held_back(self, device: str, stream: Stream, now: Clock) -> bool:
        if not self.admission.full(device, stream.lane):
            return False
        self._board_changed = True
        why = "it holds its share of the outbox already, and HQ has none of it yet"
        self.refusals.note(device, Kind.SHARE, why, now)
        return True

    def _device_state_arrived(self, event: ev.DeviceStateArrived, now: Clock) -> list[Command]:
        refusal = self.intake.stated(event.device, event.state)
        if refusal:
            return self._noted(refusal, now)
        self._clocks.heard(event.device, event.state.at, now)
        commands: list[Command] = []
        if event.device in self.connected:
            if self.connected[event.device] is None:
                commands = self.floor.asking_at(event.device, event.state.touchpoint)
            self.connected[event.device] = event.state
        self._board_changed = True
        return commands + self._due(event.device, now)

    def _due(self, device: str, now: Clock) -> list[Command]:
        """Return what a kiosk lacks by its own account: documents and case codes."""
        state = self.connected.get(device)
        if state is None:
            return []
        granted = self.codes.grant(device, state.codes_left, now)
        briefs = [ev.AnswerDevice(device, brief) for brief in self.briefs.due(device, state, now)]
        return [*briefs, *([granted] if granted else [])]

    def _case_asked(self, event: ev.CaseAskedArrived, now: Clock) -> list[Command]:
        hq_there = self.hq.broker_up and self.hq.cut_since_ms is None
        commands = self.cases.asked(event.device, event.asked, now, hq_there=hq_there)
        return self._noted(commands, now)

    def _unexpected_arrived(self, event: ev.UnexpectedArrived, now: Clock) -> list[Command]:
        why = f"a device never sends {event.kind}"
        return self._noted([ev.RefuseDevice(event.device, why, Kind.UNEXPECTED)], now)

    def _malformed_arrived(self, event: ev.MalformedArrived, now: Clock) -> list[Command]:
        self._board_changed = True
        self.refusals.note(event.device, Kind.UNDECODABLE, event.why, now)
        return []

    def _noted(self, commands: list[Command], now: Clock) -> list[Command]:
        for command in commands:
            if isinstance(command, ev.RefuseDevice):
                self._board_changed = True
                self.refusals.note(command.device, command.kind, command.why, now)
        return commands

    # --- the outbox ------------------------------------------------------------------------------

    def _stream_opened(self, event: ev.StreamOpened, now: Clock) -> list[Command]:
        self.hq.replays.opened(event.position)
        return self._moved(event.position, now) + self.intake.opened(event)

    def _written(self, event: ev.Written, now: Clock) -> list[Command]:
        commands = self.storage.written(event)
        for position in event.positions:
            commands += self._moved(position, now)
        return commands

    def _write_failed(self, event: ev.WriteFailed, _now: Clock) -> list[Command]:
        if event.position is not None:
            self.intake.failed(event.position)
        return self.storage.failed(event)

    def _stream_changed(self, event: ev.StreamChanged, now: Clock) -> list[Command]:
        self._board_changed = True
        moved = self._moved(event.position, now)
        return moved + self._let_go_on(event.position.stream.device, now)

    def _epoch_renewed(self, event: ev.EpochRenewed, now: Clock) -> list[Command]:
        self.identity = replace(self.identity, epoch=event.epoch)
        self._positions = {one.stream: one for one in event.positions if self._current(one)}
        self.codes.clear()
        return self.hq.renewed(self._positions.values(), now)

    def _epoch_not_renewed(self, _event: ev.EpochNotRenewed, now: Clock) -> list[Command]:
        return self.hq.not_renewed(now)

    def _moved(self, position: Position, now: Clock) -> list[Command]:
        if not self._current(position):
            return []
        before = self._positions.get(position.stream, position)
        self.hq_committed += max(0, position.committed - before.committed)
        self._positions[position.stream] = position
        self.admission.moved(position)
        commands = self.hq.uplink.changed(position, now.mono_ms)
        healed = self.hq.replays.moved(position, now.wall_ms)
        if healed is None:
            return commands
        own = self.findings.of_replay(healed.stream, healed.first, healed.last, now)
        return [*commands, ev.Write(own=own), ev.ShowBoard()]

    def _stock_taken(self, event: ev.StockTaken, _now: Clock) -> list[Command]:
        self.stock = event
        return []

    def _current(self, position: Position) -> bool:
        # An own stream of an earlier epoch grows no more, but while it holds anything HQ may go
        # back to a backup that lacks it (D5).
        return not position.ended or position.oldest <= position.head

    # --- HQ --------------------------------------------------------------------------------------

    def _broker_up(self, event: ev.BrokerUp, now: Clock) -> list[Command]:
        came = self.hq.broker_came(now, event.broker)
        return [*self._announced(now), *came]

    def _broker_lost(self, _event: ev.BrokerLost, now: Clock) -> list[Command]:
        return self.hq.broker_went(now)

    def _publish_ended(self, _event: ev.PublishEnded, _now: Clock) -> list[Command]:
        return self.hq.uplink.published()

    def _committed_arrived(self, event: ev.CommittedArrived, now: Clock) -> list[Command]:
        return self.hq.committed(event, now)

    def _hq_state_arrived(self, event: ev.HqStateArrived, now: Clock) -> list[Command]:
        return self.hq.changed(event, now)

    def _instruction_arrived(self, event: ev.InstructionArrived, _now: Clock) -> list[Command]:
        return self.floor.instructions.arrived(event.instruction)

    def _brief_arrived(self, event: ev.BriefArrived, now: Clock) -> list[Command]:
        brief = event.brief
        fault = self.briefs.faults.get(brief.kind)
        body = self.briefs.read(brief)
        if body is None:  # HQ hears once why its rules are not followed here
            new = brief.kind is BriefKind.RULEBOOK and self.briefs.faults[brief.kind] != fault
            return self._announced(now) if new else []
        if self.briefs.holds(brief):  # HQ has not heard so yet
            return self._announced(now)
        if not isinstance(body, CodeBlock):
            return [ev.KeepBrief(brief, body)]
        if not self.codes.wants(body):
            return self._announced(now)
        version = Brief(kind=brief.kind, version=brief.version, body=b"")
        return [ev.KeepBrief(version, body, body)]

    def _brief_kept(self, event: ev.BriefKept, now: Clock) -> list[Command]:
        kept = event.kept
        self.briefs.take(kept.brief, kept.body)
        if kept.brief.kind is BriefKind.RULEBOOK:
            self.alarms.grade_by(self.briefs.rulebook)
        if kept.block is not None:
            self.codes.add(kept.block)
        commands = [*self._announced(now), ev.ShowBoard()]
        for device in self.connected:
            commands += self._due(device, now)
        return commands

    def _codes_taken(self, event: ev.CodesTaken, _now: Clock) -> list[Command]:
        granted = event.granted
        return [ev.AnswerDevice(granted.device, CodesGranted(codes=granted.codes))]

    def _case_told(self, event: ev.CaseToldArrived, now: Clock) -> list[Command]:
        return self.cases.told(event.told, now)

    def _announced(self, now: Clock) -> list[Command]:
        if not self.hq.broker_up:
            return []
        self._announced_ms = now.mono_ms
        return [ev.PublishState(self.state(now))]

    # --- the store -------------------------------------------------------------------------------

    def _reader_spoke(self, event: ev.ReaderSpoke, now: Clock) -> list[Command]:
        self._board_changed = True
        return self.floor.spoke(event, now)

    def _readers_changed(self, event: ev.ReadersChanged, now: Clock) -> list[Command]:
        self._board_changed = True
        return self._announced(now) if self.floor.changed(event) else []

    def _instruction_acknowledged(
        self, event: ev.InstructionAcknowledgedAtBoard, now: Clock
    ) -> list[Command]:
        return self.floor.instructions.acknowledge(event.instruction, event.by, now)

    def _alarm_acknowledged(self, event: ev.AlarmAcknowledgedAtBoard, now: Clock) -> list[Command]:
        alarm = self.alarms.acknowledge(event.alarm, event.by, now)
        if alarm is None:
            return []
        own = self.findings.of_acknowledgement(alarm, now)
        return [ev.Write(own=own, alarms=(alarm,)), ev.ShowBoard()]

    def _tick(self, _event: ev.Tick, now: Clock) -> list[Command]:
        self.today.turn_to(day_of(now.wall_ms, self.identity.zone))
        commands = [*self.hq.tick(now), *self.storage.tick(now), *self.cases.tick(now)]
        commands += self.floor.tick(now)
        if now.mono_ms - self._kept_ms >= KEEP_TODAY_EVERY_MS:
            self._kept_ms = now.mono_ms
            changes = self.today.changes()
            commands += [ev.Write(today=changes)] if changes else []
        if now.mono_ms - self._stock_ms >= TAKE_STOCK_EVERY_MS:
            self._stock_ms = now.mono_ms
            commands.append(ev.TakeStock())
        if now.mono_ms - self._announced_ms >= PRESENCE_EVERY_MS:
            commands += self._announced(now)
        if self._board_changed and now.mono_ms - self._shown_ms >= BOARD_EVERY_MS:
            self._shown_ms, self._board_changed = now.mono_ms, False
            commands.append(ev.ShowBoard())
        return commands
