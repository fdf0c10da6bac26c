"""What came over MQTT, into the database: events and watermarks in one transaction (D4, D6, D7).

Runs inside a transaction that the worker opened, and returns the answers to publish after it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hq_server.cases.following import Ground
from hq_server.database import TRANSIENT
from hq_server.devices import service as devices
from hq_server.devices.presence import UNKNOWN_WAY, Way
from hq_server.ingest import applying, asked, decoding, repository
from hq_server.ingest.arrival import DeadLetter, Origin
from hq_server.ingest.asked import Guesses
from hq_server.ingest.decoding import Delivery
from hq_server.ingest.partitions import is_state, sender_of
from hq_server.ingest.repository import Watermark
from hq_server.insights import service as insights
from hq_server.ledger import service as ledger
from hq_server.ledger.service import Offered
from hq_server.sla.policy import Policy
from protocols import wire
from protocols.delivery import Accept, Duplicate, Gap, Receiver
from protocols.errors import MessageError
from protocols.messages import (
    Batch,
    CaseAsked,
    CaseTold,
    Committed,
    GatewayState,
    HopMessage,
    Offer,
    Stream,
)

logger = logging.getLogger(__name__)

WHOLE_LETTERS_PER = timedelta(hours=1)
# Refusals are logged once each; a sender of made-up names must not fill the memory either.
REFUSALS_REMEMBERED = 1000

TOO_MANY = "of too many streams"  # why it is refused: see ledger/bounds.py

# A stream at a store: a device that moved begins again there with what it still holds, and no
# gateway can move the watermark of another store.
Owned = tuple[Stream, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One MQTT message."""

    topic: str
    payload: bytes
    received_at: datetime
    way: Way = UNKNOWN_WAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a gateway is told once the transaction is committed."""

    gateway: str
    message: Committed | CaseTold


class Care(Enum):
    """How much is given up speed for what the database may refuse."""

    TOGETHER = auto()
    """All in one: what is refused fails the transaction, which is fastest and nearly always right.
    """
    ONE_BY_ONE = auto()
    """An event that the database refuses becomes a dead letter."""
    LAST = auto()
    """As ONE_BY_ONE, and an error that seemed to pass by itself is a refusal too."""


@dataclass(slots=True, kw_only=True)
class _Round:
    """Everything that one transaction takes in."""

    answers: list[Answer] = field(default_factory=list)
    marks: dict[Owned, Watermark] = field(default_factory=dict)
    fresh: list[Delivery] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)
    brought: set[str] = field(default_factory=set)
    offers: list[Offered] = field(default_factory=list)


class Intake:
    """Takes groups of messages in; keeps nothing but counters between them."""

    def __init__(self, policy: Policy, zone: ZoneInfo, bad_messages_kept_per_hour: int) -> None:
        """Prepare; `bad_messages_kept_per_hour` bounds the dead letters of one gateway."""
        self._policy = policy
        self._zone = zone
        self._letters_per_hour = bad_messages_kept_per_hour
        self._logged: set[tuple[str, str]] = set()
        self._guesses = Guesses()
        self.counted: Counter[str] = Counter()

    def take(
        self,
        connection: sa.Connection,
        messages: Sequence[Taken],
        now: datetime,
        care: Care = Care.TOGETHER,
    ) -> list[Answer]:
        """Take messages in and return the answers to publish after the commit."""
        insights.prepare(connection, self._zone)
        senders = [(message, sender_of(message.topic)) for message in messages]
        stores = devices.stores_of(connection, {sender for _, sender in senders if sender})
        understood: list[tuple[HopMessage, Origin]] = []
        for message, sender in senders:
            admitted = self._admit(connection, message, sender, stores)
            if admitted is not None:
                understood.append(admitted)
        round_ = _Round()
        wanted = {hop.stream for hop, _ in understood if isinstance(hop, Offer | Batch)}
        round_.marks = repository.watermarks(connection, sorted(wanted))
        begun = {
            (hop.stream, origin.store): _new_mark(hop.stream, origin)
            for hop, origin in understood
            if isinstance(hop, Batch) and (hop.stream, origin.store) not in round_.marks
        }
        refused = repository.too_many(connection, begun)
        begun = {key: mark for key, mark in begun.items() if key not in refused}
        round_.marks |= repository.begin(connection, begun)
        for hop, origin in understood:
            if isinstance(hop, Batch) and (hop.stream, origin.store) in refused:
                self._refuse(connection, origin.gateway, f"batches {TOO_MANY}", origin.received_at)
            else:
                self._judge(connection, round_, hop, origin)
        self._settle(connection, round_, now, care)
        return round_.answers

    def again(
        self, connection: sa.Connection, letters: Sequence[DeadLetter], now: datetime
    ) -> list[DeadLetter]:
        """Take dead letters of streams in again; return those that cannot be, with the reason."""
        insights.prepare(connection, self._zone)
        round_ = _Round()
        round_.fresh = [
            Delivery(stream=each.stream, first=each.seq, events=(each.raw,), origin=each.origin)
            for each in letters
            if each.stream is not None and each.seq is not None
        ]
        ground = Ground(policy=self._policy, zone=self._zone, now=now)
        arrivals = decoding.decoded(connection, round_.fresh, round_.letters)
        for arrival in arrivals:
            applying.apply_alone(connection, arrival, ground, round_.letters, TRANSIENT)
        ledger.replayed(connection, arrivals)
        return round_.letters

    def bury(self, connection: sa.Connection, message: Taken, why: str) -> None:
        """Keep a whole message as a dead letter, if a gateway of ours sent it."""
        sender = sender_of(message.topic)
        store = devices.stores_of(connection, {sender}).get(sender) if sender else None
        if sender and store:
            origin = Origin(gateway=sender, store=store, received_at=message.received_at)
            self._bury_whole(connection, DeadLetter(origin=origin, raw=message.payload, why=why))

    def _admit(
        self,
        connection: sa.Connection,
        message: Taken,
        sender: str | None,
        stores: dict[str, str],
    ) -> tuple[HopMessage, Origin] | None:
        """Return a message and who brought it; None when it was refused or is a dead letter."""
        at = message.received_at
        if sender is None:
            who = message.topic.rpartition("/")[2]
            self._refuse(connection, who, "not a topic of this gateway's partition", at)
            return None
        if sender not in stores:
            self._refuse(connection, sender, "this gateway is not registered", at)
            return None
        origin = Origin(gateway=sender, store=stores[sender], received_at=at, way=message.way)
        try:
            hop = wire.decode(message.payload)
        except MessageError as error:
            letter = DeadLetter(origin=origin, raw=message.payload, why=str(error))
            self._bury_whole(connection, letter)
            return None
        expected = GatewayState if is_state(message.topic) else (Offer, Batch, CaseAsked)
        if not isinstance(hop, expected):
            self._refuse(connection, sender, f"sent a {type(hop).__name__} here", at)
            return None
        return hop, origin

    def _refuse(
        self, connection: sa.Connection, sender: str, why: str, at: datetime, times: int = 1
    ) -> None:
        if not times:
            return
        self.counted["refused"] += times
        devices.refuse(connection, sender, why, at, times)
        if (sender, why) not in self._logged and len(self._logged) < REFUSALS_REMEMBERED:
            self._logged.add((sender, why))
            logger.warning("refused gateway=%.64r: %s", sender, why)

    def _bury_whole(self, connection: sa.Connection, letter: DeadLetter) -> None:
        """Keep an undecodable message, but not a flood of them."""
        kept = repository.whole_letters_since(connection, letter.origin, WHOLE_LETTERS_PER)
        self.counted["undecodable"] += 1
        if kept < self._letters_per_hour:
            repository.bury(connection, [letter])
            return
        devices.refuse(
            connection, letter.origin.gateway, "undecodable messages", letter.origin.received_at
        )

    def _judge(
        self, connection: sa.Connection, round_: _Round, hop: HopMessage, origin: Origin
    ) -> None:
        match hop:
            case GatewayState():
                if hop.gateway == origin.gateway and hop.store == origin.store:
                    at = origin.received_at
                    over = devices.heard(connection, hop, origin.store, at, origin.way)
                    self._refuse(connection, origin.gateway, f"accounts {TOO_MANY}", at, over)
                else:
                    why = "says it is another gateway or store than registered"
                    self._refuse(connection, origin.gateway, why, origin.received_at)
            case CaseAsked():
                told = asked.answer(
                    connection, hop, origin.gateway, self._guesses, origin.received_at
                )
                round_.answers.append(Answer(gateway=origin.gateway, message=told))
            case Offer():
                mark = round_.marks.get((hop.stream, origin.store))
                through = mark.through if mark else 0
                message = Committed(stream=hop.stream, through=through, nonce=hop.nonce)
                round_.answers.append(Answer(gateway=origin.gateway, message=message))
                far = _anywhere(round_, hop.stream)
                round_.offers.append(
                    Offered(offer=hop, gateway=origin.gateway, store=origin.store, through=far)
                )
            case Batch():
                key = (hop.stream, origin.store)
                if key not in round_.marks:
                    round_.marks[key] = _new_mark(hop.stream, origin)
                mark = round_.marks[key]
                self._take_batch(round_, mark, hop, origin)

    def _take_batch(self, round_: _Round, mark: Watermark, batch: Batch, origin: Origin) -> None:
        count = len(batch.events)
        before = mark.through
        receiver = Receiver(before)
        verdict = receiver.arrived(batch.first, count, batch.floor)
        mark.gateway, mark.last_at, mark.changed = origin.gateway, origin.received_at, True
        round_.brought.add(origin.gateway)
        gap = False
        match verdict:
            case Accept(skip, through, hole):
                if hole and (lost := _lost(round_, mark, hole, before)):
                    mark.holes += lost[1] - lost[0] + 1
                    mark.missing.append([lost[0], lost[1]])
                mark.duplicates += skip
                self.counted["duplicates"] += skip
                mark.through = through
                round_.fresh.append(
                    Delivery(
                        stream=batch.stream,
                        first=batch.first + skip,
                        events=batch.events[skip:],
                        origin=origin,
                    )
                )
            case Duplicate():
                mark.duplicates += count
                self.counted["duplicates"] += count
            case Gap():
                mark.gaps += 1
                self.counted["gaps"] += 1
                gap = True
        message = Committed(stream=batch.stream, through=mark.through, gap=gap)
        round_.answers.append(Answer(gateway=origin.gateway, message=message))

    def _settle(self, connection: sa.Connection, round_: _Round, now: datetime, care: Care) -> None:
        """Write everything that the round holds."""
        arrivals = decoding.decoded(connection, round_.fresh, round_.letters)
        ground = Ground(policy=self._policy, zone=self._zone, now=now)
        if care is not Care.TOGETHER:
            passing = TRANSIENT if care is Care.ONE_BY_ONE else ()
            for arrival in arrivals:
                applying.apply_alone(connection, arrival, ground, round_.letters, passing)
        elif arrivals:
            round_.letters.extend(applying.apply(connection, arrivals, ground))
        for letter in round_.letters:
            if letter.stream is not None:
                round_.marks[letter.stream, letter.origin.store].dead += 1
        repository.bury(connection, round_.letters)
        repository.keep_watermarks(connection, round_.marks.values())
        if round_.brought:
            devices.brought(connection, round_.brought, now)
        for gateway, times in ledger.offered(connection, round_.offers, now).items():
            self._refuse(connection, gateway, f"offers {TOO_MANY}", now, times)
        ledger.replayed(connection, arrivals)
        self.counted["events"] += len(arrivals)
        self.counted["dead_letters"] += len(round_.letters)


def _new_mark(stream: Stream, origin: Origin) -> Watermark:
    at = origin.received_at
    return Watermark(
        stream=stream, store=origin.store, gateway=origin.gateway, first_at=at, last_at=at
    )


def _anywhere(round_: _Round, stream: Stream) -> int:
    """Return how far HQ has a stream, whichever store's gateway brought it."""
    return max(
        (mark.through for (each, _), mark in round_.marks.items() if each == stream), default=0
    )


def _lost(
    round_: _Round, mark: Watermark, hole: tuple[int, int], before: int
) -> tuple[int, int] | None:
    """Return what of a hole HQ has from nowhere: a device that moved brought more elsewhere."""
    others = [
        each.through
        for (stream, store), each in round_.marks.items()
        if stream == mark.stream and store != mark.store
    ]
    # Only before a stream begins here; after that, another store's gateway has no say in it.
    elsewhere = max(others, default=0) if before == 0 else 0
    first = max(hole[0], elsewhere + 1)
    return (first, hole[1]) if first <= hole[1] else None
