"""What crosses between programs: events that must not be lost, and the messages that carry them.

An *event* is one JSON object, made once at a device and kept byte for byte on every hop, so a
field that only a newer peer knows arrives at HQ unharmed (D10). A *hop message* lives for one
link: kiosk to gateway (WebSocket), or gateway to HQ (MQTT). `wire.py` turns both into bytes. What
only a till gives rise to is in `till_events.py`; `events.py` names all events.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from protocols.briefs import MAX_BRIEF_BYTES, BriefKind, RulesState
from protocols.survey import Id

MAJOR_VERSION = 1

# An Id of an event: wire.decode_event() checks the characters of all of them in one look, because
# a pattern for each takes three times as long as all the rest of decoding.
EventId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
ShortText = Annotated[str, msgspec.Meta(max_length=200)]
Seq = Annotated[int, msgspec.Meta(ge=0, lt=2**62)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, lt=2**62)]
Score = Annotated[int, msgspec.Meta(ge=1, le=5)]
Nps = Annotated[int, msgspec.Meta(ge=0, le=10)]

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


class Misuse(StrEnum):
    """Why a response is doubted (R011)."""

    MASH = "mash"
    """Several visits in a few seconds: keys were mashed."""
    BURST = "burst"
    """One finger, the same score again and again."""
    AFTER_HOURS = "after_hours"
    """Given while the store was closed."""
    AFTER_SALE = "after_sale"
    """Always within a second or two after the till printed: somebody behind the till presses."""


class Mark(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A doubt about a response."""

    misuse: Misuse
    weight: Annotated[float, msgspec.Meta(ge=0, le=1)]
    """What the response still counts in the scores: 0 nothing, 1 whole."""


class Source(StrEnum):
    """What a shopper answered on."""

    KIOSK = "kiosk"
    PAD = "pad"
    """A feedback pad of our own (protocols/pad)."""
    KEYPAD = "keypad"
    """Somebody else's button box at a serial port."""


class ReceiptSaid(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the shopper showed of the receipt: the gateway looks for the one it fits."""

    text: Annotated[str, msgspec.Meta(min_length=4, max_length=200)]
    """The printed code's content, or the last digits of the number."""
    scanned: bool = False


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
    nps: Nps | None = None
    """The answer to a question of 0 to 10; such a response has no rating."""
    promised_ms: Milliseconds | None = None
    """Unix milliseconds by which the screen promised an answer."""
    marks: Annotated[tuple[Mark, ...], msgspec.Meta(max_length=8)] = ()
    """Why this may be no shopper's honest answer; it is kept all the same (R011)."""
    source: Source = Source.KIOSK
    receipt_said: ReceiptSaid | None = None
    """Set once the shopper scanned the receipt or typed its last digits."""


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


class ResponseMarked(EventBase, frozen=True, kw_only=True, tag="response_marked"):
    """The gateway doubts a response, for what it knows and the kiosk does not (R011)."""

    response: Id
    mark: Mark


class Vote(StrEnum):
    """What a shopper says of an open problem."""

    ME_TOO = "me_too"
    FIXED = "fixed"


class ProblemVote(EventBase, frozen=True, kw_only=True, tag="problem_vote"):
    """A shopper touched "me too" or "fixed now" beside a problem of the store."""

    problem: Id
    topic: Id
    vote: Vote
    place: Id | None = None
    """The touchpoint that the problem is about; `touchpoint` is where the kiosk stands."""


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


Briefs = Annotated[dict[BriefKind, ShortText], msgspec.Meta(max_length=16)]
"""Which version of each document is held here."""


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
    briefs: Briefs = {}
    codes_left: Seq | None = None
    """Case codes that it may still give out; None: it gives out none."""
    marked: Seq = 0
    """Responses of today that carry a mark, and how many there were."""
    responses: Seq = 0


class ReaderStanding(StrEnum):
    """How a serial port is."""

    READING = "reading"
    GONE = "gone"
    """Not there, held by somebody else, or not to be opened."""
    SUSPECT = "suspect"
    """Bytes come, but a setting looks wrong."""


class ReaderState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reader's account, as its gateway gives it."""

    name: Id
    driver: Id
    standing: ReaderStanding
    touchpoint: Id | None = None
    trouble: ShortText = ""
    """In English, for whoever mends it: "encoding: big5 would read well"."""
    messages: Seq = 0
    damaged: Seq = 0
    last_ms: Milliseconds | None = None
    """Wall clock of the last message."""
    skew_s: int | None = None
    """The till's clock minus the gateway's, the median of the last receipts."""
    recording_until_ms: Milliseconds | None = None
    """Raw bytes are being recorded, encrypted, until then."""


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
    briefs: Briefs = {}
    codes_left: Seq | None = None
    """Case codes that it has not granted yet."""
    address: ShortText = ""
    """Where kiosks of the store connect, "ws://192.168.1.10:8081": HQ puts it into enrolments."""
    readers: Annotated[tuple[ReaderState, ...], msgspec.Meta(max_length=64)] = ()
    rules: RulesState | None = None


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
    ended: bool = False
    """It is over: take it off the screen."""


class Asking(HopBase, frozen=True, kw_only=True, tag="asking"):
    """Gateway to the kiosk of a till: a sale is under way, the shopper stands before it now."""

    open: bool
    """False: the sale is over for long enough, or the next has begun."""


class Brief(HopBase, frozen=True, kw_only=True, tag="brief"):
    """HQ to gateway, and gateway to kiosk: a document (see `briefs`)."""

    kind: BriefKind
    version: ShortText
    body: Annotated[bytes, msgspec.Meta(max_length=MAX_BRIEF_BYTES)]
    """JSON of the struct that belongs to the kind."""
    signature: Annotated[str, msgspec.Meta(max_length=128)] = ""
    """Base64 Ed25519 of `briefs.signed_bytes`, by HQ."""


class CodesGranted(HopBase, frozen=True, kw_only=True, tag="codes_granted"):
    """Gateway to kiosk: case codes to give out; no other kiosk gets any of them."""

    codes: Annotated[tuple[ShortText, ...], msgspec.Meta(min_length=1, max_length=1000)]


class CaseAsked(HopBase, frozen=True, kw_only=True, tag="case_asked"):
    """Kiosk to gateway, gateway to HQ: how does the case of this code stand?"""

    code: ShortText
    nonce: Seq
    device: Id | None = None
    """The kiosk; the gateway says it to HQ, which counts wrong guesses by it."""


class CaseFound(StrEnum):
    """What came of the question."""

    FOUND = "found"
    UNKNOWN = "unknown"
    """No case of the chain has this code."""
    AWAY = "away"
    """The gateway does not know it and HQ cannot be asked now."""
    SLOW_DOWN = "slow_down"
    """Too many wrong codes from here."""


class CaseNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step of a case that the shopper may see."""

    step: Id
    """received, acknowledge, assign, contact, propose, resolve, verify, close, reopen."""
    at_ms: Milliseconds


class CaseTold(HopBase, frozen=True, kw_only=True, tag="case_told"):
    """The answer to CaseAsked; it holds no personal data and none of the shopper's words."""

    code: ShortText
    nonce: Seq
    found: CaseFound
    nodes: Annotated[tuple[CaseNode, ...], msgspec.Meta(max_length=64)] = ()
    """In order of time."""
    promised_ms: Milliseconds | None = None
    """By when an answer is promised, while there is none."""
    wait_s: Seq = 0
    """With SLOW_DOWN: when to try again."""


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
    | Asking
    | Brief
    | CodesGranted
    | CaseAsked
    | CaseTold
    | Refused
)
