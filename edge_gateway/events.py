"""What happens to a gateway (events) and what it decides (commands); plain values, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from edge_gateway.alarms import StandingAlarm
from edge_gateway.refusals import Kind
from edge_gateway.sales import Sale
from protocols.briefs import CodeBlock
from protocols.delivery import Position
from protocols.messages import (
    Batch,
    Brief,
    CaseAsked,
    CaseTold,
    Committed,
    DeviceState,
    GatewayState,
    HopMessage,
    HqState,
    Instruction,
    Lane,
    Offer,
    ReaderState,
    Stream,
    StreamAccount,
)
from protocols.readers.events import ReaderEvent
from protocols.wire import BriefBody

# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeviceConnected:
    """A device with a good token has opened its WebSocket."""

    device: str


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """A device's WebSocket is gone."""

    device: str


@dataclass(frozen=True, slots=True)
class OfferArrived:
    """A device says what it holds of a stream."""

    device: str
    offer: Offer


@dataclass(frozen=True, slots=True)
class BatchArrived:
    """A device hands over events."""

    device: str
    batch: Batch


@dataclass(frozen=True, slots=True)
class DeviceStateArrived:
    """A device gives account of itself."""

    device: str
    state: DeviceState


@dataclass(frozen=True, slots=True)
class CaseAskedArrived:
    """A shopper at a device asks how a case stands."""

    device: str
    asked: CaseAsked


@dataclass(frozen=True, slots=True)
class UnexpectedArrived:
    """A device sent a message that only a receiver sends."""

    device: str
    kind: str


@dataclass(frozen=True, slots=True)
class MalformedArrived:
    """A device sent a frame that is no message; its link is being closed."""

    device: str
    why: str


@dataclass(frozen=True, slots=True)
class BrokerUp:
    """The MQTT link stands and is subscribed."""

    broker: str = ""
    """Its host:port."""


@dataclass(frozen=True, slots=True)
class BrokerLost:
    """The MQTT link is gone."""

    reason: str


@dataclass(frozen=True, slots=True)
class PublishEnded:
    """The broker has taken a publication, or it came to nothing: room for the next."""


@dataclass(frozen=True, slots=True)
class CommittedArrived:
    """HQ says how far it has a stream."""

    committed: Committed


@dataclass(frozen=True, slots=True)
class HqStateArrived:
    """An ingest process came or went; a new boot wants every stream offered again."""

    ingest: str
    state: HqState
    retained: bool = False
    """It was said before this link stood."""


@dataclass(frozen=True, slots=True)
class InstructionArrived:
    """HQ tells the store to do something now."""

    instruction: Instruction


@dataclass(frozen=True, slots=True)
class BriefArrived:
    """HQ tells the store a document."""

    brief: Brief


@dataclass(frozen=True, slots=True)
class CaseToldArrived:
    """HQ answers how a case stands."""

    told: CaseTold


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSpoke:
    """A serial reader at a till told of something, just now."""

    reader: str
    till: str
    touchpoint: str
    said: ReaderEvent


@dataclass(frozen=True, slots=True)
class ReadersChanged:
    """Which readers there are and how they stand: all of them, at the start and on each change."""

    states: tuple[ReaderState, ...]
    ask_s: Mapping[str, float] = field(default_factory=dict)
    """By reader: how long after the receipt the question stays."""
    asks: frozenset[str] = frozenset()
    """Readers whose device can ask: pads, and keypads with a prompt."""


@dataclass(frozen=True, slots=True)
class AlarmAcknowledgedAtBoard:
    """Somebody in the store pressed "take charge"."""

    alarm: str
    by: str


@dataclass(frozen=True, slots=True)
class InstructionAcknowledgedAtBoard:
    """Somebody in the store said that an instruction is being done."""

    instruction: str
    by: str


@dataclass(frozen=True, slots=True)
class StreamOpened:
    """The outbox knows the stream of an offer; everything handed over before is on disk or lost."""

    device: str
    position: Position
    known: int
    """How far the device knew HQ to have it."""
    nonce: int


@dataclass(frozen=True, slots=True)
class Written:
    """These writes are on disk, and the streams they touched stand at `positions`."""

    writes: tuple[Write, ...]
    positions: tuple[Position, ...]


class Failure(StrEnum):
    """What a write failed of."""

    DISK = "disk"
    """The outbox takes nothing: full, or its disk is broken."""
    GAP = "gap"
    """What should lie before it is not on disk; the device sends it again from there."""
    FAULT = "fault"
    """An error of our own: another try would end the same way."""


@dataclass(frozen=True, slots=True)
class WriteFailed:
    """A write is not on disk; `position` is where its relayed stream stands there."""

    write: Write
    why: str
    position: Position | None
    failure: Failure = Failure.DISK


@dataclass(frozen=True, slots=True)
class StreamChanged:
    """The outbox forgot or took back part of a stream."""

    position: Position


@dataclass(frozen=True, slots=True)
class EpochRenewed:
    """The own outbox was an old copy of itself and has new streams now."""

    epoch: str
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class EpochNotRenewed:
    """The disk did not take a new epoch: to be tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTaken:
    """What the outbox holds, as it was a moment ago."""

    accounts: tuple[StreamAccount, ...] = ()
    """Of the gateway's own streams."""
    oldest_ms: Mapping[Lane, int] = field(default_factory=dict)
    """Wall clock at which the oldest event that waits for HQ was accepted, per lane."""
    used_bytes: int = 0


@dataclass(frozen=True, slots=True)
class BriefKept:
    """A brief is on disk, and the codes of its block with it."""

    kept: KeepBrief


@dataclass(frozen=True, slots=True)
class CodesTaken:
    """These codes are gone from the reserve on disk: now they may be sent."""

    granted: GrantCodes


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went on."""


Event = (
    DeviceConnected | DeviceLost | OfferArrived | BatchArrived | DeviceStateArrived
    | CaseAskedArrived | UnexpectedArrived | MalformedArrived | BrokerUp | BrokerLost
    | PublishEnded | CommittedArrived | HqStateArrived | InstructionArrived | BriefArrived
    | CaseToldArrived | ReaderSpoke | ReadersChanged | InstructionAcknowledgedAtBoard
    | AlarmAcknowledgedAtBoard | StreamOpened | Written | WriteFailed | StreamChanged
    | EpochRenewed | EpochNotRenewed | StockTaken | BriefKept | CodesTaken | Tick
)  # fmt: skip

# --- commands -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Relayed:
    """Events of a device, to be kept from seq `first` on."""

    stream: Stream
    first: int
    payloads: tuple[bytes, ...]
    floor: int
    hole: tuple[int, int] | None = None

    @property
    def through(self) -> int:
        """Return the last seq."""
        return self.first + len(self.payloads) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Keep all of this in one transaction, or none of it."""

    relayed: Relayed | None = None
    own: tuple[tuple[Lane, bytes], ...] = ()
    alarms: tuple[StandingAlarm, ...] = ()
    today: tuple[str, bytes] | None = None
    """The day and the board's counts of it."""
    sales: tuple[Sale, ...] = ()
    opened: tuple[str, ...] = ()
    """Instructions that were given."""
    ended: tuple[str, ...] = ()
    """Instructions that are over."""
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class OpenStream:
    """Make the stream of an offer known to the outbox."""

    device: str
    stream: Stream
    known: int
    floor: int
    nonce: int


@dataclass(frozen=True, slots=True)
class Forget:
    """HQ has the stream through `through`."""

    stream: Stream
    through: int


@dataclass(frozen=True, slots=True)
class TakeAgain:
    """HQ lost what was forgotten here: take the stream again from the device (D5)."""

    stream: Stream
    through: int


@dataclass(frozen=True, slots=True)
class RenewEpoch:
    """HQ knows more of the own stream than this file: it is an old copy."""


@dataclass(frozen=True, slots=True)
class TakeStock:
    """Say what the outbox holds."""


@dataclass(frozen=True, slots=True)
class KeepBrief:
    """Keep the last good brief of a kind, and the codes of a block that is new."""

    brief: Brief
    """Of a code block without its body: the codes lie in the reserve."""
    body: BriefBody
    block: CodeBlock | None = None


@dataclass(frozen=True, slots=True)
class GrantCodes:
    """Take these codes out of the reserve on disk, to be sent to a kiosk after that."""

    device: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskHq:
    """Ask HQ how a case stands; nobody asks again when it gets lost."""

    asked: CaseAsked


@dataclass(frozen=True, slots=True)
class LeaveBroker:
    """HQ does not answer at this broker: try the next one, if there is another."""


@dataclass(frozen=True, slots=True)
class AnswerDevice:
    """Send a message to one device, if it is connected."""

    device: str
    message: HopMessage


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Send a message to every connected device."""

    message: HopMessage


@dataclass(frozen=True, slots=True)
class RefuseDevice:
    """Tell a device why, and close its link."""

    device: str
    why: str
    kind: Kind = Kind.UNEXPECTED


@dataclass(frozen=True, slots=True)
class PromptKeypad:
    """Send a keypad its prompt, or the bytes that take it back."""

    reader: str
    open: bool


@dataclass(frozen=True, slots=True)
class AskPad:
    """Let a pad ask, or ask no more."""

    device: str
    open: bool


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish an offer towards HQ."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class PublishBatch:
    """Read these events from the outbox and publish them towards HQ."""

    stream: Stream
    first: int
    last: int
    floor: int


@dataclass(frozen=True, slots=True)
class PublishState:
    """Publish the retained presence."""

    state: GatewayState


@dataclass(frozen=True, slots=True)
class ShowBoard:
    """Something that the board shows has changed; `sound` when people must look up."""

    sound: bool = False


Command = (
    Write | OpenStream | Forget | TakeAgain | RenewEpoch | TakeStock | KeepBrief | GrantCodes
    | AskHq | LeaveBroker | AnswerDevice | Broadcast | RefuseDevice | PromptKeypad | AskPad
    | Publish | PublishBatch | PublishState | ShowBoard
)  # fmt: skip
