"""Keeps gateways told: composes what is stale, and sends what they do not hold as they should.

A piece at a time, so that feedback never waits for it. A gateway says in its state what it holds,
and nothing is sent to it while that is what it is to hold.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from hq_server import failures
from hq_server.briefs import numbers, repository
from hq_server.briefs.composing import Composer
from hq_server.briefs.keys import Keys
from hq_server.briefs.repository import Lacking
from hq_server.database import TRANSIENT, Database
from protocols import signing, topics, wire
from protocols.briefs import BriefKind, CodeBlock
from protocols.messages import Brief

logger = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=2)
STORES_AT_ONCE = 25
BYTES_AT_ONCE = 1024 * 1024
# What the 40 ms that a block of codes takes are worth in bytes: two blocks at once.
CODES_COST_BYTES = 512 * 1024
# Everything is composed anew this often although nothing was marked: enrolments run out.
COMPOSED_EVERY = timedelta(minutes=5)
AGAIN_AFTER = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
BODIES_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A document on its way to a gateway."""

    gateway: str
    broker: str
    """Where the gateway spoke last; "" when that is not known."""
    message: Brief


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    version: str
    next_at: datetime
    pause: timedelta


class Telling:
    """What one ingest process has to say to the gateways of its partitions."""

    def __init__(self, database: Database, composer: Composer, keys: Keys) -> None:
        """Prepare; nothing was said yet."""
        self._database = database
        self._composer = composer
        self._keys = keys
        self._look_at: datetime | None = None
        self._sent: dict[tuple[str, BriefKind], _Sent] = {}
        # What the last look found and was too much for one piece.
        self._left: list[Lacking] = []
        self._more = False
        self.waiting = False
        """Whether a gateway lacks something, as of the last look."""
        self.composed = 0
        self.told = 0

    def due(self, partitions: frozenset[int], now: datetime) -> list[Told]:
        """Return what is to be sent now; nothing is even looked at before it is time."""
        if not self._left:
            if self._look_at is not None and now < self._look_at <= now + LOOK_EVERY:
                return []
            self._more = self._compose(partitions, now)
            self._look_at = now if self._more else now + LOOK_EVERY
            self._look(partitions, now)
        with self._database.reading() as connection:
            told = self._write(connection, partitions, now)
        self.told += len(told)
        return told

    @property
    def busy(self) -> bool:
        """Whether there is more to do at once."""
        return bool(self._left) or self._more

    def _look(self, partitions: frozenset[int], now: datetime) -> None:
        with self._database.reading() as connection:
            wanted = [
                each
                for each in repository.lacking(connection)
                if topics.partition(each.gateway) in partitions
            ]
        self._forget(wanted)
        self.waiting = bool(wanted)
        # Making codes takes longest: nobody waits for his survey because of another's codes.
        self._left = sorted(self._ready(wanted, now), key=lambda each: each.kind is BriefKind.CODES)

    def _compose(self, partitions: frozenset[int], now: datetime) -> bool:
        """Compose the next stores whose documents may be old; return whether more of them are."""
        with self._database.reading() as connection:
            waiting = repository.to_compose(connection, now - COMPOSED_EVERY)
        ours = {
            store: None for store, gateway in waiting if topics.partition(gateway) in partitions
        }
        if not ours:
            return False
        some = list(ours)[:STORES_AT_ONCE]
        try:
            self._refresh(some, now)
        except TRANSIENT:
            raise
        except Exception as error:  # one store must not keep the others from being told
            logger.error(
                "documents of %s stores failed, composing each alone: %s\n%s",
                len(some), failures.kind(error), failures.place(error),
            )  # fmt: skip
            for store in some:
                self._refresh_alone(store, now)
        return len(ours) > len(some)

    def _refresh(self, stores: Sequence[str], now: datetime) -> None:
        with self._database.writing() as connection:
            self.composed += self._composer.refresh(connection, stores, now)
            repository.forget_bodies(connection, now - BODIES_KEPT)

    def _refresh_alone(self, store: str, now: datetime) -> None:
        try:
            self._refresh([store], now)
        except TRANSIENT:
            raise
        except Exception:  # what cannot be composed leaves its store with the last good documents
            logger.error("store=%s keeps the documents that it has", store)
            with self._database.writing() as connection:
                repository.begin_composing(connection, [store], now)

    def _ready(self, wanted: Iterable[Lacking], now: datetime) -> list[Lacking]:
        """Return what was not sent just now: each time a gateway does not take it, less often."""
        ready: list[Lacking] = []
        for each in wanted:
            sent = self._sent.get((each.gateway, each.kind))
            waits = sent is not None and now < sent.next_at <= now + sent.pause
            if not waits or sent is None or sent.version != each.version:
                ready.append(each)
        return ready

    def _forget(self, wanted: Iterable[Lacking]) -> None:
        open_ones = {(each.gateway, each.kind) for each in wanted}
        self._sent = {key: sent for key, sent in self._sent.items() if key in open_ones}

    def _write(
        self, connection: sa.Connection, partitions: frozenset[int], now: datetime
    ) -> list[Told]:
        """Return the next piece of what is left to send."""
        told: list[Told] = []
        cost = 0
        while self._left and cost < BYTES_AT_ONCE:
            each = self._left.pop(0)
            if topics.partition(each.gateway) not in partitions:
                continue  # handed over meanwhile
            body = self._body(connection, each)
            self._note(each, now)
            if body is None:
                continue  # changed a moment ago; the next look finds the new one
            cost += CODES_COST_BYTES if each.kind is BriefKind.CODES else len(body)
            told.append(self._signed(each, body))
        return told

    def _note(self, each: Lacking, now: datetime) -> None:
        key = (each.gateway, each.kind)
        before = self._sent.get(key)
        again = before is not None and before.version == each.version
        pause = min(before.pause * 2, LONGEST_PAUSE) if before and again else AGAIN_AFTER
        self._sent[key] = _Sent(version=each.version, next_at=now + pause, pause=pause)

    def _body(self, connection: sa.Connection, each: Lacking) -> bytes | None:
        if each.kind is not BriefKind.CODES:
            return repository.body(connection, each.version)
        # A gateway that got another disk since the look must not get what the old one may have.
        if not repository.is_wanted(connection, each.gateway, each.kind, each.version):
            return None
        block = int(each.version)
        codes = numbers.codes(self._keys.code, block)
        return wire.encode_brief_body(CodeBlock(block=block, gateway=each.gateway, codes=codes))

    def _signed(self, each: Lacking, body: bytes) -> Told:
        addressee = each.gateway if each.kind is BriefKind.CODES else each.store
        signature = signing.sign(self._keys.sign, each.kind, addressee, each.version, body)
        message = Brief(kind=each.kind, version=each.version, body=body, signature=signature)
        return Told(gateway=each.gateway, broker=each.broker, message=message)
