"""The one thread that owns the outbox: commits in groups, and tells the loop what is on disk.

Whatever is asked while a commit runs goes into the next one, so a lone tap waits for nobody and
a rush shares its fsyncs. Answers leave only after the commit (D3).
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from edge_gateway import alarm_rows
from edge_gateway import events as ev
from outbox import Outbox, OutboxError
from protocols.delivery import Position
from protocols.messages import Batch, Stream

logger = logging.getLogger(__name__)

MOST_ROWS_PER_COMMIT = 4_000
# A message compresses to a quarter of this; brokers refuse very large ones.
MOST_BYTES_PER_MESSAGE = 200_000
RETAIN_EVERY_S = 3600.0


@dataclass(frozen=True, slots=True)
class BatchesRead:
    """The messages that carry what a PublishBatch asked for; none when it was forgotten."""

    batches: tuple[Batch, ...]


Job = ev.Write | ev.OpenStream | ev.Forget | ev.TakeAgain | ev.RenewEpoch | ev.PublishBatch
Outcome = (
    ev.Written | ev.WriteFailed | ev.StreamOpened | ev.StreamChanged | ev.EpochRenewed | BatchesRead
)


class Gap(Exception):
    """What should lie before this write is not on disk."""


class Writer:
    """Runs jobs on the outbox in order, many to a commit."""

    def __init__(self, outbox: Outbox, report: Callable[[list[Outcome]], None]) -> None:
        """`report` is called on the writer's thread after each group."""
        self._outbox = outbox
        self._report = report
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._retain_at = time.monotonic()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job."""
        self._jobs.put(job)

    def stop(self) -> None:
        """Finish what is queued and close the outbox."""
        self._jobs.put(None)
        self._thread.join()

    def waiting(self) -> int:
        """Return how many jobs are queued."""
        return self._jobs.qsize()

    def _run(self) -> None:
        ended = False
        while not ended:
            group, ended = self._group()
            if group:
                self._report(self.commit(group))
            self._retain()
        self._outbox.close()

    def _group(self) -> tuple[list[Job], bool]:
        jobs: list[Job] = []
        rows = 0
        try:
            job = self._jobs.get(timeout=RETAIN_EVERY_S)
            while job is not None:
                jobs.append(job)
                rows += _rows(job)
                if rows >= MOST_ROWS_PER_COMMIT:
                    return jobs, False
                job = self._jobs.get_nowait()
        except queue.Empty:
            return jobs, False
        return jobs, True

    def _retain(self) -> None:
        if time.monotonic() < self._retain_at:
            return
        self._retain_at = time.monotonic() + RETAIN_EVERY_S
        try:
            self._outbox.retain(time.time_ns() // 1_000_000)
        except (sqlite3.Error, OutboxError) as error:
            logger.warning("cannot forget old events of %s: %s", self._outbox.path, error)

    # --- on the writer's thread ------------------------------------------------------------------

    def commit(self, jobs: list[Job]) -> list[Outcome]:
        """Do all jobs in as few commits as their success allows; return what came of them."""
        outcomes = self._together(jobs)
        if outcomes is not None:
            return outcomes
        # One of them spoils the group: each for itself, and those that free space come first.
        ordered = sorted(jobs, key=lambda job: not isinstance(job, ev.Forget))
        return [outcome for job in ordered for outcome in self._alone(job)]

    def _together(self, jobs: list[Job]) -> list[Outcome] | None:
        try:
            return self._transaction(jobs)
        except (sqlite3.Error, OutboxError, Gap):
            return None

    def _alone(self, job: Job) -> list[Outcome]:
        try:
            return self._transaction([job])
        except (sqlite3.Error, OutboxError, Gap) as error:
            if not isinstance(job, ev.Write):
                logger.error("outbox: %s failed: %s", type(job).__name__, error)
                return [BatchesRead(())] if isinstance(job, ev.PublishBatch) else []
            return [ev.WriteFailed(job, str(error), self._standing(job))]

    def _standing(self, write: ev.Write) -> Position | None:
        if write.relayed is None:
            return None
        try:
            return self._outbox.position(write.relayed.stream)
        except (sqlite3.Error, OutboxError):
            return None

    def _transaction(self, jobs: list[Job]) -> list[Outcome]:
        writes: list[ev.Write] = []
        touched: dict[Stream, None] = {}
        heads: dict[Stream, int] = {}
        outcomes: list[Outcome] = []
        with self._outbox.transaction():
            for job in jobs:
                if isinstance(job, ev.Write):
                    self._write(job, touched, heads)
                    writes.append(job)
                elif not isinstance(job, ev.PublishBatch):
                    heads.clear()
                    outcomes += self._change(job)
        if writes:
            positions = tuple(self._outbox.position(stream) for stream in touched)
            outcomes.insert(0, ev.Written(tuple(writes), positions))
        outcomes += [self._read(job) for job in jobs if isinstance(job, ev.PublishBatch)]
        return outcomes

    def _write(
        self, write: ev.Write, touched: dict[Stream, None], heads: dict[Stream, int]
    ) -> None:
        now_ms = time.time_ns() // 1_000_000
        if write.relayed is not None:
            self._store(write.relayed, heads, now_ms)
            touched[write.relayed.stream] = None
        for lane, payload in write.own:
            self._outbox.append(lane, payload, now_ms)
            touched[self._outbox.stream(lane)] = None
        for alarm in write.alarms:
            alarm_rows.save_alarm(self._outbox.database, alarm)
        if write.today is not None:
            alarm_rows.save_day(self._outbox.database, *write.today)

    def _store(self, relayed: ev.Relayed, heads: dict[Stream, int], now_ms: int) -> None:
        stream = relayed.stream
        if relayed.hole is not None:
            self._outbox.commit_through(stream, relayed.first - 1)
            heads.pop(stream, None)
        if stream not in heads:
            heads[stream] = self._outbox.position(stream).head
        if relayed.first != heads[stream] + 1:
            raise Gap(f"what lies before {relayed.first} was not stored")
        self._outbox.store(stream, relayed.first, relayed.payloads, now_ms)
        heads[stream] = relayed.through

    def _change(self, job: Job) -> Iterable[Outcome]:
        match job:
            case ev.OpenStream(device, stream, known, floor, nonce):
                position = self._outbox.relay(stream, known=known, floor=floor)
                return [ev.StreamOpened(device, position, known, nonce)]
            case ev.Forget(stream, through):
                self._outbox.commit_through(stream, through)
                return [ev.StreamChanged(self._outbox.position(stream))]
            case ev.TakeAgain(stream, through):
                self._outbox.rewind(stream, through)
                return [ev.StreamChanged(self._outbox.position(stream))]
            case ev.RenewEpoch():
                epoch = self._outbox.renew_epoch()
                return [ev.EpochRenewed(epoch, tuple(self._outbox.positions()))]
        return []

    def _read(self, job: ev.PublishBatch) -> BatchesRead:
        """Cut what was asked for into messages; nothing when its beginning is gone meanwhile."""
        batches: list[Batch] = []
        first = job.first
        if self._outbox.position(job.stream).oldest > first:
            return BatchesRead(())
        while first <= job.last:
            payloads = self._outbox.read(job.stream, first, job.last, MOST_BYTES_PER_MESSAGE)
            if not payloads:
                break
            batches.append(
                Batch(stream=job.stream, first=first, floor=job.floor, events=tuple(payloads))
            )
            first += len(payloads)
        return BatchesRead(tuple(batches))


def _rows(job: Job) -> int:
    if isinstance(job, ev.Write) and job.relayed is not None:
        return len(job.relayed.payloads)
    return 1
