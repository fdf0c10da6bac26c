"""The one thread that owns the outbox: commits in groups, and tells the loop what is on disk.

Whatever is asked while a commit runs goes into the next one, so a lone tap waits for nobody and
a rush shares its fsyncs. Answers leave only after the commit (D3).
"""

from __future__ import annotations

import itertools
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from edge_gateway import alarm_rows, brief_rows, till_rows
from edge_gateway import events as ev
from edge_gateway.commit_group import CommitGroup, Gap
from edge_gateway.stock import take_stock
from outbox import Outbox, OutboxError
from protocols.delivery import Position
from protocols.messages import Batch, Stream

logger = logging.getLogger(__name__)

MOST_ROWS_PER_COMMIT = 4_000
# What may wait for the disk before devices have to wait: about as much as one commit takes.
MOST_ROWS_WAITING = 4_000
MOST_BYTES_WAITING = 2_000_000
# A message compresses to a quarter of this; brokers refuse very large ones.
MOST_BYTES_PER_MESSAGE = 200_000
RETAIN_EVERY_S = 3600.0


@dataclass(frozen=True, slots=True)
class BatchesRead:
    """The messages that carry what a PublishBatch asked for; none when it was forgotten."""

    batches: tuple[Batch, ...]


Job = (
    ev.Write
    | ev.OpenStream
    | ev.Forget
    | ev.TakeAgain
    | ev.RenewEpoch
    | ev.PublishBatch
    | ev.TakeStock
    | ev.KeepBrief
    | ev.GrantCodes
)
Outcome = (
    ev.Written
    | ev.WriteFailed
    | ev.StreamOpened
    | ev.StreamChanged
    | ev.EpochRenewed
    | ev.EpochNotRenewed
    | ev.StockTaken
    | ev.BriefKept
    | ev.CodesTaken
    | BatchesRead
)


class Writer:
    """Runs jobs on the outbox in order, many to a commit."""

    def __init__(self, outbox: Outbox, report: Callable[[list[Outcome]], None]) -> None:
        """`report` is called on the writer's thread after each group."""
        self._outbox = outbox
        self._report = report
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        # Each is counted by one thread alone.
        self._rows_submitted = self._rows_done = 0
        self._bytes_submitted = self._bytes_done = 0
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._retain_at = time.monotonic()
        self._said: set[str] = set()
        """What failed, as it was logged, since a commit succeeded."""

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job."""
        self._rows_submitted += _rows(job)
        self._bytes_submitted += _bytes(job)
        self._jobs.put(job)

    def stop(self) -> None:
        """Finish what is queued and close the outbox."""
        self._jobs.put(None)
        self._thread.join()

    def waiting(self) -> int:
        """Return how many jobs are queued."""
        return self._jobs.qsize()

    def busy(self) -> bool:
        """Whether enough waits for the disk, in number or in bytes."""
        rows = self._rows_submitted - self._rows_done
        return (
            rows > MOST_ROWS_WAITING
            or self._bytes_submitted - self._bytes_done > MOST_BYTES_WAITING
        )

    def _run(self) -> None:
        ended = False
        while not ended:
            group, ended = self._group()
            if group:
                outcomes = self._guarded(group)
                self._rows_done += sum(map(_rows, group))
                self._bytes_done += sum(map(_bytes, group))
                self._report(outcomes)
            self._retain()
        self._outbox.close()

    def _guarded(self, jobs: list[Job]) -> list[Outcome]:
        try:
            return self.commit(jobs)
        except Exception as error:  # the thread's outermost loop: without it nothing is ever kept
            if len(jobs) > 1:  # one job must not take the others with it
                return [outcome for job in jobs for outcome in self._guarded([job])]
            self._outbox.note_damage(error)
            logger.exception("outbox: gave up on %s", type(jobs[0]).__name__)
            return _failed(jobs[0], ev.Failure.FAULT, repr(error), None)

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
        except Exception:  # the thread's outermost loop, too: tidying up can wait an hour
            logger.exception("cannot forget old events of %s", self._outbox.path)

    # --- on the writer's thread ------------------------------------------------------------------

    def commit(self, jobs: list[Job]) -> list[Outcome]:
        """Do all jobs in as few commits as their success allows; return what came of them."""
        outcomes: list[Outcome] = []
        # What follows on a new epoch belongs to new streams, which are there after its commit.
        for _, group in itertools.groupby(jobs, key=lambda job: isinstance(job, ev.RenewEpoch)):
            outcomes += self._together(list(group))
        return outcomes

    def _together(self, jobs: list[Job]) -> list[Outcome]:
        try:
            touched = self._transaction(jobs)
        except (sqlite3.Error, OutboxError, Gap) as error:
            if len(jobs) == 1:
                return self._spoilt(jobs[0], error)
            # One of them spoils the group: each for itself, and those that free space come first.
            ordered = sorted(jobs, key=lambda job: not isinstance(job, ev.Forget))
            return [outcome for job in ordered for outcome in self._together([job])]
        if touched:
            self._said.clear()
        return self._outcomes(jobs, touched)

    def _spoilt(self, job: Job, error: Exception) -> list[Outcome]:
        failure = ev.Failure.GAP if isinstance(error, Gap) else ev.Failure.DISK
        said = f"{type(job).__name__} failed: {error}"
        if not isinstance(job, ev.Write) and said not in self._said:  # once per episode
            logger.error("outbox: %s", said)
            self._said.add(said)
        return _failed(job, failure, str(error), self._standing(job))

    def _standing(self, job: Job) -> Position | None:
        if not isinstance(job, ev.Write) or job.relayed is None:
            return None
        try:
            return self._outbox.position(job.relayed.stream)
        except (sqlite3.Error, OutboxError):
            return None

    def _transaction(self, jobs: list[Job]) -> dict[Stream, None]:
        """Do the jobs in one commit; return the streams that were written to."""
        touched: dict[Stream, None] = {}
        with self._outbox.transaction():
            group = CommitGroup(self._outbox, time.time_ns() // 1_000_000)
            for job in jobs:
                if isinstance(job, ev.Write):
                    self._write(job, group, touched)
                elif isinstance(job, ev.Forget):
                    group.forget(job.stream, job.through)
                elif isinstance(job, ev.OpenStream | ev.TakeAgain):
                    group.settle(job.stream)
                    self._change(job)
                else:
                    self._tend(job)
            group.settle_all()
        return touched

    def _outcomes(self, jobs: list[Job], touched: dict[Stream, None]) -> list[Outcome]:
        """Tell what came of a commit, in the order of the jobs.

        Positions are read here, after the commit: one from its midst would be older than the
        next, and a head that goes back looks to the core like an outbox that lost something.
        """
        outcomes: list[Outcome] = []
        writes = [job for job in jobs if isinstance(job, ev.Write)]
        forgotten = {job.stream: job for job in jobs if isinstance(job, ev.Forget)}
        for job in jobs:
            if isinstance(job, ev.Write):
                if job is writes[-1]:
                    positions = tuple(self._outbox.position(stream) for stream in touched)
                    outcomes.append(ev.Written(tuple(writes), positions))
            elif not isinstance(job, ev.Forget) or job is forgotten[job.stream]:
                outcomes += self._outcome(job)
        return outcomes

    def _outcome(self, job: Job) -> list[Outcome]:
        match job:
            case ev.OpenStream(device, stream, known, _, nonce):
                return [ev.StreamOpened(device, self._outbox.position(stream), known, nonce)]
            case ev.Forget(stream, _) | ev.TakeAgain(stream, _):
                return [ev.StreamChanged(self._outbox.position(stream))]
            case ev.RenewEpoch():
                return [ev.EpochRenewed(self._outbox.epoch, tuple(self._outbox.positions()))]
            case ev.PublishBatch():
                return self._published(job)
            case ev.TakeStock():
                return [take_stock(self._outbox)]
        return _done(job)

    def _published(self, job: ev.PublishBatch) -> list[Outcome]:
        position = self._outbox.position(job.stream)
        if position.oldest > job.first:
            # Forgotten meanwhile, perhaps to make room (D8): the core must not ask for it for ever.
            return [ev.StreamChanged(position), BatchesRead(())]
        return [self._read(job)]

    def _write(self, write: ev.Write, group: CommitGroup, touched: dict[Stream, None]) -> None:
        if write.relayed is not None:
            group.store(write.relayed)
            touched[write.relayed.stream] = None
        for lane, payload in write.own:
            group.append(lane, payload)
            touched[self._outbox.stream(lane)] = None
        for alarm in write.alarms:
            alarm_rows.save_alarm(self._outbox.database, alarm)
        if write.today is not None:
            alarm_rows.save_day(self._outbox.database, *write.today)
        self._write_of_tills(write)

    def _write_of_tills(self, write: ev.Write) -> None:
        for sale in write.sales:
            till_rows.save_sale(self._outbox.database, sale)
        for instruction in write.opened:
            till_rows.open_instruction(self._outbox.database, instruction)
        for instruction in write.ended:
            till_rows.end_instruction(self._outbox.database, instruction)

    def _change(self, job: ev.OpenStream | ev.TakeAgain) -> None:
        match job:
            case ev.OpenStream(_, stream, known, floor, _):
                self._outbox.relay(stream, known=known, floor=floor)
            case ev.TakeAgain(stream, through):
                self._outbox.rewind(stream, through)

    def _tend(self, job: Job) -> None:
        database = self._outbox.database
        match job:
            case ev.RenewEpoch():
                self._outbox.renew_epoch()
                brief_rows.clear_codes(database)  # they may have been given after this copy
            case ev.KeepBrief():
                brief_rows.keep(database, job, self._outbox.epoch)
            case ev.GrantCodes(_, codes):
                brief_rows.remove_codes(database, codes)

    def _read(self, job: ev.PublishBatch) -> BatchesRead:
        """Cut what was asked for into messages."""
        batches: list[Batch] = []
        first = job.first
        while first <= job.last:
            payloads = self._outbox.read(job.stream, first, job.last, MOST_BYTES_PER_MESSAGE)
            if not payloads:
                break
            batches.append(
                Batch(stream=job.stream, first=first, floor=job.floor, events=tuple(payloads))
            )
            first += len(payloads)
        return BatchesRead(tuple(batches))


def _done(job: Job) -> list[Outcome]:
    match job:
        case ev.KeepBrief():
            return [ev.BriefKept(job)]
        case ev.GrantCodes():
            return [ev.CodesTaken(job)]
    return []


def _failed(job: Job, failure: ev.Failure, why: str, position: Position | None) -> list[Outcome]:
    match job:
        case ev.Write():
            return [ev.WriteFailed(job, why, position, failure)]
        case ev.RenewEpoch():
            return [ev.EpochNotRenewed()]
        case ev.PublishBatch():
            return [BatchesRead(())]
    return []


def _rows(job: Job) -> int:
    if isinstance(job, ev.Write) and job.relayed is not None:
        return len(job.relayed.payloads)
    return 1


def _bytes(job: Job) -> int:
    if isinstance(job, ev.Write) and job.relayed is not None:
        return sum(map(len, job.relayed.payloads))
    return 0
