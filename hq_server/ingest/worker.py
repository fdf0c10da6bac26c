"""The ingest process: from the brokers into the database, and only then an answer.

Killed at any instant, it loses nothing: what was not committed is still at the broker, at the
gateway and at the device; what was committed but not answered is a duplicate next time.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from hq_server import failures
from hq_server.briefs.composing import Composer
from hq_server.briefs.keys import keys
from hq_server.briefs.telling import Telling
from hq_server.clock import utc_now
from hq_server.database import TRANSIENT, Database
from hq_server.errors import HeldError
from hq_server.ingest.brokers import Brokers
from hq_server.ingest.inbox import Pending
from hq_server.ingest.intake import Answer, Care, Intake, Taken
from hq_server.ingest.lease import Lease
from hq_server.ingest.partitions import partition_of
from hq_server.ledger import service as ledger
from hq_server.settings import Settings
from hq_server.sla import policy

logger = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
# Short, because what comes while a commit runs waits for the next one by itself.
GATHER_SECONDS = 0.005
LONGEST_PAUSE_SECONDS = 30.0
# Failures of one kind, six seconds in all, before the work is suspected and not the database.
STUBBORN_AFTER = 6


class _NotTheDatabaseError(Exception):
    """The database works, but it does not take this."""


class Worker:
    """Moves groups of messages from the brokers into the database."""

    def __init__(
        self, settings: Settings, database: Database, now: Callable[[], datetime] = utc_now
    ) -> None:
        """Prepare; `run` starts."""
        self._settings = settings
        self._database = database
        self._now = now
        self._lease = Lease(database, settings.ingest.name, now, self.figures)
        self._held: frozenset[int] = frozenset()
        self._commit_seconds = 0.0
        self._commits = 0
        self._committed_at: datetime | None = None
        self.brokers = Brokers(settings.broker, settings.ingest.name, now)
        self.intake = Intake(
            policy.shipped(), settings.zone, settings.ingest.bad_messages_kept_per_hour
        )
        self.telling = Telling(database, Composer(settings), keys(settings.data_dir))
        self._telling_failed = ""

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`; HeldError when another process has this name."""
        self._lease.take()
        self._hold()
        self.brokers.start()
        logger.info("ingest %s started", self._settings.ingest.name)
        try:
            while not stop.is_set():
                self._turn(stop)
        finally:
            self.brokers.stop()
            self._give_back()
            logger.info("ingest %s ended: %s", self._settings.ingest.name, self._counted())

    def _turn(self, stop: threading.Event) -> None:
        pending = self.brokers.take(
            self._settings.ingest.messages_at_once,
            0 if self.telling.busy else IDLE_SECONDS,
            GATHER_SECONDS,
        )
        answers = self._keep([each.taken for each in pending], stop)
        if answers is None:
            return  # told to stop while the database was away: the broker keeps the messages
        self._confirm(answers, pending)
        self._tell()

    def _tell(self) -> None:
        """Send gateways what they are to hold; taking feedback in never fails with it."""
        try:
            self.brokers.tell(self.telling.due(self._lease.partitions, self._now()))
        except TRANSIENT:
            return  # the next commit says that the database is away
        except Exception as error:  # what comes from stores is more than what they are told
            failure = failures.kind(error)
            if failure != self._telling_failed:  # once, and not every two seconds
                logger.error("stores are not told: %s\n%s", failure, failures.place(error))
            self._telling_failed = failure
        else:
            self._telling_failed = ""

    def _confirm(self, answers: Sequence[Answer], pending: Sequence[Pending]) -> None:
        self.brokers.answer(answers, pending)
        self.brokers.acknowledge(pending)

    def _keep(self, messages: Sequence[Taken], stop: threading.Event) -> list[Answer] | None:
        """Commit messages, however long the database is away; None when told to stop."""
        try:
            return self._insist(lambda: self._commit(messages), stop)
        except _NotTheDatabaseError:
            logger.error("a group of %s messages never passes; taking each alone", len(messages))
        answers: list[Answer] = []
        for message in messages:
            answered = self._keep_alone(message, stop)
            if answered is None:
                return None
            answers.extend(answered)
        return answers

    def _keep_alone(self, message: Taken, stop: threading.Event) -> list[Answer] | None:
        """Commit one message; what never passes is a dead letter, so that it blocks nobody (D7)."""
        try:
            return self._insist(lambda: self._take_alone(message), stop)
        except _NotTheDatabaseError:
            pass
        try:
            return self._insist(lambda: self._take([message], Care.LAST), stop)
        except _NotTheDatabaseError:
            logger.error("message given up on: topic=%.100s", message.topic)
        return self._insist(lambda: self._bury(message), stop, forever=True)

    def _insist(
        self, work: Callable[[], list[Answer]], stop: threading.Event, *, forever: bool = False
    ) -> list[Answer] | None:
        """Do `work` until the database takes it; None when told to stop.

        What looks like a database that is away may be the work itself: _NotTheDatabaseError when
        it fails again and again in the same way while the database writes other things.
        """
        pause = 0.2
        lost_at: float | None = None
        failed: Counter[str] = Counter()
        while True:
            try:
                answers = work()
            except TRANSIENT as error:
                failure = failures.kind(error)
                # A full disk may still have room for small writes, and says nothing of the work.
                failed[failure] += not failures.wants_room(error)
                if lost_at is None:  # once per loss, not once per retry
                    lost_at = time.monotonic()
                    logger.error("database away, nothing is confirmed: %s", failure)
                if not forever and failed[failure] >= STUBBORN_AFTER and self._database_works():
                    raise _NotTheDatabaseError from None
                if stop.wait(pause * random.uniform(0.75, 1.25)):  # noqa: S311 - only jitter
                    return None
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            else:
                if lost_at is not None:
                    logger.warning("database back after %.0f s", time.monotonic() - lost_at)
                return answers

    def _database_works(self) -> bool:
        """Return whether the database reads and writes: a full disk would still read."""
        try:
            self._lease.renew()
        except TRANSIENT:
            return False
        return True

    def _commit(self, messages: Sequence[Taken]) -> list[Answer]:
        self._tend()
        if not messages:
            return []
        try:
            return self._take(messages, Care.TOGETHER)
        except (*TRANSIENT, HeldError):
            raise
        except Exception as error:  # one message must not take its group with it (D7)
            logger.error(
                "a group of %s messages failed, taking it one by one: %s\n%s",
                len(messages), failures.kind(error), failures.place(error),
            )  # fmt: skip
        return [answer for message in messages for answer in self._take_alone(message)]

    def _tend(self) -> None:
        """Renew what we hold, give up or take partitions, and close what is healed."""
        if not self._lease.tend():
            return
        self._hold()
        with self._database.reading() as connection:
            lacking = ledger.anything_open(connection)
        if lacking:
            with self._database.writing() as connection:
                ledger.close_healed(connection, self._now())

    def _hold(self) -> None:
        if self._held != self._lease.partitions:
            self._held = self._lease.partitions
            self.brokers.hold(self._held)

    def _take(self, messages: Sequence[Taken], care: Care) -> list[Answer]:
        began = time.monotonic()
        before = self.intake.counted.copy()
        try:
            with self._database.writing() as connection:
                self._lease.check(connection)
                ours = [message for message in messages if self._is_ours(message)]
                answers = self.intake.take(connection, ours, self._now(), care)
        except BaseException:  # whatever it was, nothing of it was kept
            self.intake.counted = before
            raise
        self._commit_seconds += time.monotonic() - began
        self._commits += 1
        self._committed_at = self._now()
        return answers

    def _is_ours(self, message: Taken) -> bool:
        """Return whether to take a message in: its partition may have been handed over since."""
        number = partition_of(message.topic)
        return number is None or number in self._lease.partitions

    def _take_alone(self, message: Taken) -> list[Answer]:
        try:
            return self._take([message], Care.ONE_BY_ONE)
        except (*TRANSIENT, HeldError):
            raise
        except Exception as error:  # one message must not stop the others
            # Not confirmed: its gateway offers it again, and other streams go on.
            logger.error(
                "message given up on: topic=%.100s: %s\n%s",
                message.topic, failures.kind(error), failures.place(error),
            )  # fmt: skip
            return []

    def _bury(self, message: Taken) -> list[Answer]:
        with self._database.writing() as connection:
            self._lease.check(connection)
            self.intake.bury(connection, message, "the database never takes it")
        return []

    def _give_back(self) -> None:
        try:
            self._lease.give_back()
        except TRANSIENT:
            logger.warning("database away: the lease ends by itself")

    def figures(self) -> dict[str, object]:
        """Return what this process counted since its start, for /metrics and the fleet page."""
        return {
            **self.intake.counted,
            "documents_composed": self.telling.composed,
            "documents_sent": self.telling.told,
            "commits": self._commits,
            "commit_seconds": round(self._commit_seconds, 3),
            "committed_at": self._committed_at.timestamp() if self._committed_at else None,
            "queue": len(self.brokers.inbox),
            "reconnects": self.brokers.reconnects,
            "brokers": len(self.brokers.links),
            "brokers_connected": self.brokers.connected,
        }

    def _counted(self) -> str:
        counted = self.intake.counted
        named = [f"{name} {number}" for name, number in sorted(counted.items())]
        return ", ".join(named) or "nothing"
