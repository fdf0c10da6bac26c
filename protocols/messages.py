"""What crosses between programs: events that must not be lost, and the messages that carry them.

An *event* is one JSON object, made once at a device and kept byte for byte on every hop, so a
field that only a newer peer knows arrives at HQ unharmed (D10). A *hop message* lives for one
link: kiosk to gateway (WebSocket), or gateway to HQ (MQTT). `wire.py` turns both into bytes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

MAJOR_VERSION = 1

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]
# An Id of an event: wire.decode_event() checks the characters of all of them in one look, because
# a pattern for each takes three times as long as all the rest of decoding.
EventId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
ShortText = Annotated[str, msgspec.Meta(max_length=200)]
Seq = Annotated[int, msgspec.Meta(ge=0, lt=2**62)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, lt=2**62)]
Score = Annotated[int, msgspec.Meta(ge=1, le=5)]

MAX_NOTE_CHARACTERS = 140
MAX_EVENT_BYTES = 16 * 1024


class Lane(StrEnum):
    """Two queues per device, so that a week of bare taps never delays a warning (D1)."""

    URGENT = "urgent"
    BULK = "bulk"


class Stream(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """The unit of order: one lane of one outbox file of one device (D1)."""

    device: Id
    epoch: Id
    lane: Lane


class ClockQuality(StrEnum):
    """How far a wall clock may be trusted (D9)."""

    SYNCED = "synced"
    UNSYNCED = "unsynced"


class Clock(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """When something happened, as the device knew it (D9)."""

    boot: Id
    """Changes with every start of the machine."""
    mono_ms: Milliseconds
    """Milliseconds since that boot; never jumps."""
    wall_ms: Milliseconds
    """Unix milliseconds; may be wrong."""
    quality: ClockQuality = ClockQuality.UNSYNCED


# --- events -------------------------------------------------------------------------------------


class EventBase(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", gc=False
):
    """What every event says about itself. None is part of a cycle: garbage collection skips it."""

    id: EventId
    """UUIDv7, minted with the event."""
    store: EventId
    at: Clock
    v: int = MAJOR_VERSION
    touchpoint: EventId | None = None


class Outcome(StrEnum):
    """How a visit ended; "asked and ignored" is data too."""

    RATED = "rated"
    SKIPPED = "skipped"
    TIMED_OUT = "timed_out"
    ABANDONED = "abandoned"
    ERROR = "error"
    NOT_ASKED = "not_asked"


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A reason chip that the shopper chose, with what the survey says of it."""

    id: Id
    topic: Id
    """One of the 41 topics of `grading/topics.py`."""
    urgent: bool = False
    """The survey marks it as grade S (allergy, food safety)."""


class Response(EventBase, frozen=True, kw_only=True, tag="response"):
    """One visit to a kiosk. Each revision is whole: the highest `rev` replaces the others."""

    response: EventId
    """UUIDv7 of the visit; the same in every revision."""
    rev: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    outcome: Outcome
    survey: EventId
    survey_version: Annotated[int, msgspec.Meta(ge=1)]
    language: Annotated[str, msgspec.Meta(max_length=16)]
    question: EventId = "overall"
    rating: Score | None = None
    reasons: Annotated[tuple[Reason, ...], msgspec.Meta(max_length=32)] = ()
    note: Annotated[str, msgspec.Meta(max_length=MAX_NOTE_CHARACTERS * 8)] | None = None
    """The shopper's words, personal data already masked."""
    contact_sealed: Annotated[str, msgspec.Meta(max_length=2000)] | None = None
    """Base64 NaCl sealed box of the phone number; only HQ's private key opens it."""
    contact_consent: bool = False
    code: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    """The case code that the thanks screen shows."""
    final: bool = False
    """True once the visit is over."""


class ReceiptSeen(EventBase, frozen=True, kw_only=True, tag="receipt_seen"):
    """A till printed a receipt."""

    receipt: Id
    """UUIDv7 of this sighting."""
    till: Id
    number: ShortText
    total: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    """Decimal text, as printed."""
    currency: Annotated[str, msgspec.Meta(max_length=8)] | None = None
    printed_at: ShortText | None = None
    """The till's own time, as printed."""
    items: Annotated[int, msgspec.Meta(ge=0)] | None = None
    damaged: bool = False


class ReceiptLinked(EventBase, frozen=True, kw_only=True, tag="receipt_linked"):
    """A rating belongs to a receipt: exactly one fell into the window."""

    response: Id
    receipt: Id
    number: ShortText
    till: Id
    offset_ms: int
    """Rating minus receipt, milliseconds; negative when the rating came first."""


class AlarmRaised(EventBase, frozen=True, kw_only=True, tag="alarm_raised"):
    """The gateway raised an alarm on site for a response of grade S."""

    alarm: Id
    response: Id
    evidence: Annotated[tuple[ShortText, ...], msgspec.Meta(max_length=32)] = ()
    """Rule ids that made it S; never the shopper's words."""


class AlarmAcknowledged(EventBase, frozen=True, kw_only=True, tag="alarm_acknowledged"):
    """Somebody in the store took charge of an alarm."""

    alarm: Id
    response: Id
    by: ShortText


class Replayed(EventBase, frozen=True, kw_only=True, tag="replayed"):
    """A gateway that had lost part of a stream has it again from the device (D5)."""

    stream: Stream
    first: Seq
    last: Seq


Event = Response | ReceiptSeen | ReceiptLinked | AlarmRaised | AlarmAcknowledged | Replayed


# --- hop messages -------------------------------------------------------------------------------


class HopBase(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """What every hop message says about itself."""

    v: int = MAJOR_VERSION


class Offer(HopBase, frozen=True, kw_only=True, tag="offer"):
    """Sender: "of this stream I hold `oldest` to `head`"; asks how far the receiver has it."""

    stream: Stream
    oldest: Seq
    """Lowest seq held here; head + 1 when nothing is held."""
    head: Seq
    floor: Seq
    """Lowest seq that the device itself still holds: what is below can never be sent again."""
    known: Seq
    """How far the sender knows the stream to be committed at HQ."""
    nonce: Seq
    told: Seq = 0
    """How far the receiver said to have it, as the sender remembers: more than it has now means
    that the receiver lost something."""


class Batch(HopBase, frozen=True, kw_only=True, tag="batch"):
    """Consecutive events of one stream; `events[0]` has seq `first`. Any bytes may be an event."""

    stream: Stream
    first: Annotated[int, msgspec.Meta(ge=1, lt=2**62)]
    floor: Seq
    events: Annotated[tuple[bytes, ...], msgspec.Meta(min_length=1, max_length=2000)]


class Stored(HopBase, frozen=True, kw_only=True, tag="stored"):
    """Gateway: "I hold this stream through `through` on disk" (D3)."""

    stream: Stream
    through: Seq
    gap: bool = False
    """A batch began after `through` + 1: go back."""
    nonce: Seq = 0
    """Echoes the Offer this answers; 0 when it answers a batch."""


class Committed(HopBase, frozen=True, kw_only=True, tag="committed"):
    """HQ: "this stream is in my database through `through`" (D4)."""

    stream: Stream
    through: Seq
    gap: bool = False
    nonce: Seq = 0


class StreamAccount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a device says of one of its own streams: the ledger compares it with HQ."""

    epoch: Id
    lane: Lane
    accepted: Seq
    """Events ever accepted into it: its highest seq."""
    committed: Seq
    """How far the device knows HQ to have it."""
    oldest_waiting_ms: Milliseconds | None = None
    """Wall clock at which the oldest event that waits for HQ was accepted."""


MAX_ACCOUNTS = 256
Accounts = Annotated[tuple[StreamAccount, ...], msgspec.Meta(max_length=MAX_ACCOUNTS)]


class DeviceState(HopBase, frozen=True, kw_only=True, tag="device_state"):
    """A device's own account of itself, for boards and the ledger."""

    device: Id
    epoch: Id
    program: ShortText
    """Name and version: "storeloop-kiosk 0.1.0"."""
    accepted: dict[Lane, Seq]
    """Events ever accepted, per lane."""
    waiting: Seq
    """Events not yet committed at HQ."""
    at: Clock
    touchpoint: Id | None = None
    survey_version: int | None = None
    streams: Accounts = ()
    """All streams it made, of earlier epochs too while it holds or remembers any of them."""


class GatewayState(HopBase, frozen=True, kw_only=True, tag="gateway_state"):
    """Retained presence of a gateway; its last will says `online` false."""

    gateway: Id
    store: Id
    online: bool
    epoch: Id
    at: Clock
    program: ShortText = ""
    waiting: Seq = 0
    devices: tuple[DeviceState, ...] = ()
    streams: Accounts = ()
    """The gateway's own streams."""


class HqState(HopBase, frozen=True, kw_only=True, tag="hq_state"):
    """Retained presence of an ingest process: a new `boot` asks every sender to offer again."""

    online: bool
    boot: Id
    partitions: tuple[int, ...] | None = None
    """Which gateways it takes in (`topics.partition`); None: all of them."""


class Alarm(HopBase, frozen=True, kw_only=True, tag="alarm"):
    """Gateway to kiosks and board: an alarm stands, or was taken charge of."""

    alarm: Id
    response: Id
    touchpoint: Id | None
    reasons: tuple[Id, ...] = ()
    """Topics or rule ids; never the shopper's words."""
    code: str | None = None
    raised_ms: Milliseconds = 0
    acknowledged: bool = False


class Instruction(HopBase, frozen=True, kw_only=True, tag="instruction"):
    """What a store is told to do now ("open another till")."""

    instruction: Id
    text: dict[str, str]
    """By language: {"zh-CN": …, "en": …}."""
    touchpoint: Id | None = None
    until_ms: Milliseconds | None = None


class Refused(HopBase, frozen=True, kw_only=True, tag="refused"):
    """The receiver will not take what was sent, and why; the link is closed after it."""

    why: ShortText


HopMessage = (
    Offer
    | Batch
    | Stored
    | Committed
    | DeviceState
    | GatewayState
    | HqState
    | Alarm
    | Instruction
    | Refused
)


# --- survey -------------------------------------------------------------------------------------


class ReasonChoice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chip on the reasons screen."""

    id: Id
    topic: Id
    icon: Id
    """Name of a Tabler icon."""
    label: dict[str, str]
    urgent: bool = False


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What a kiosk asks; versioned data, never code. Texts are by language ("zh-CN", "en")."""

    survey: Id
    version: Annotated[int, msgspec.Meta(ge=1)]
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    question: Id
    ask: dict[str, str]
    faces: Annotated[tuple[dict[str, str], ...], msgspec.Meta(min_length=5, max_length=5)]
    """Labels from very dissatisfied (1) to very satisfied (5)."""
    unhappy: Annotated[tuple[ReasonChoice, ...], msgspec.Meta(min_length=1, max_length=12)]
    """Chips for scores 1 to 3."""
    happy: Annotated[tuple[ReasonChoice, ...], msgspec.Meta(min_length=1, max_length=12)]
    """Chips for scores 4 and 5."""
