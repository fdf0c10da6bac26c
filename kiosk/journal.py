"""The thread that owns the outbox: it commits what the flow wants saved, and runs the link.

The screen hands over and goes on, after a moment at most; it hears by an event when a revision is
on disk (D2), or that the outbox takes nothing (D8). What the gateway says comes back by it as
events.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from random import Random
from threading import Event as ThreadEvent
from threading import Thread

import uuid_utils

from kiosk import PROGRAM
from kiosk.briefs import Briefs
from kiosk.clock import MachineClock
from kiosk.codes import Reserve
from kiosk.events import (
    AlarmHeard,
    CaseAnswered,
    Event,
    GatewayLinked,
    Instructed,
    InstructionEnded,
    ProblemsArrived,
    PromisesArrived,
    SaleChanged,
    Saved,
    StorageFailed,
    StorageWell,
    SurveyArrived,
)
from kiosk.link import Heard, Link, Peer
from kiosk.settings import Settings
from kiosk.standing import Standing, waiting
from kiosk.streams import Device, Streams
from kiosk.tally import Tally
from kiosk.trial import Trial
from kiosk.visit import Origin, Visit, to_response
from outbox import Outbox, OutboxDamaged, OutboxError, OutboxFull, OutboxUnavailable
from protocols.briefs import Problem, Problems, Promises
from protocols.messages import (
    Alarm,
    Asking,
    Brief,
    CaseAsked,
    CaseFound,
    CaseTold,
    CodesGranted,
    Instruction,
    Lane,
    ProblemVote,
    Vote,
)
from protocols.survey import Survey
from protocols.wire import encode_event

logger = logging.getLogger(__name__)

RETAIN_EVERY_S = 3600.0
STOP_WITHIN_S = 5.0
# So long at most the screen lets a commit go before it draws; a disk may take longer.
HEAD_START_S = 0.005
# The gateway answers within three seconds, whether HQ does or not.
CASE_WITHIN_S = 4.0


class Journal:
    """Saves revisions in its own thread and brings them to the gateway."""

    def __init__(self, settings: Settings, tell: Callable[[Event], None]) -> None:
        """`tell` is called on the journal's thread.

        Raises ConfigError when HQ has sent no survey yet and the settings' own is none.
        """
        self._settings = settings
        self._tell = tell
        self._briefs = Briefs(
            settings.briefs_path, store=settings.store, verify_key=settings.hq_verify_key
        )
        self._trial = Trial(settings.data_dir / "starts")
        self.survey: Survey = self._first_survey()
        """What is to be asked now; a `SurveyArrived` is told when it changes."""
        self._codes = Reserve(settings.codes_path)
        self._tally = Tally()
        self._asked: dict[int, asyncio.TimerHandle] = {}
        self._clock = MachineClock()
        self._outbox: Outbox | None = None
        self._link: Link | None = None
        self._link_task: asyncio.Task[None] | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="journal", daemon=True)

    def _first_survey(self) -> Survey:
        if self._trial.begin() and self._briefs.survey:
            return self._briefs.survey
        if self._briefs.survey:
            logger.error("with HQ's survey no screen was painted again and again; asking our own")
        return self._settings.load_survey()

    def painted(self) -> None:
        """The first screen stands: this start has not failed."""
        self._trial.passed()

    def start(self) -> None:
        """Open the outbox and start the thread.

        Raises OutboxHeld or OutboxForeign: then a person has made a mistake. An outbox that is
        damaged is mended on the journal's thread, which may take a while.
        """
        with suppress(OutboxDamaged, OutboxUnavailable):
            self._outbox = self._open(salvage=False)
            self._codes.open(self._outbox.epoch)
        self._thread.start()

    def stop(self) -> None:
        """Commit what was handed over, close link and outbox, and wait for the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(STOP_WITHIN_S)

    def save(self, visit: Visit) -> None:
        """Commit a revision soon; `Saved` or `StorageFailed` follows. Call from any thread.

        Waits a moment for it: else the commit waits for the whole next frame to be drawn.
        """
        payload = self._payload(visit)  # here, so that it carries the moment of the touch
        tried = ThreadEvent()
        self._loop.call_soon_threadsafe(self._save, visit, payload)
        self._loop.call_soon_threadsafe(tried.set)
        tried.wait(HEAD_START_S)

    def cast(self, problem: Problem, vote: Vote) -> None:
        """Commit soon what a shopper says of a problem. Call from any thread."""
        event = ProblemVote(
            id=str(uuid_utils.uuid7()),
            store=self._settings.store,
            touchpoint=self._settings.touchpoint,
            at=self._clock.now(),
            problem=problem.problem,
            topic=problem.topic,
            vote=vote,
            place=problem.touchpoint,
        )
        self._loop.call_soon_threadsafe(self._cast, encode_event(event))

    def code(self) -> str:
        """Return a case code for a visit, at once; it is given to no other. From any thread."""
        return self._codes.give()

    @property
    def codes_ready(self) -> int:
        """Return how many granted codes `code` can give at once."""
        return self._codes.ready

    def ask_case(self, code: str, nonce: int) -> None:
        """Ask how a case stands; `CaseAnswered` follows within CASE_WITHIN_S. From any thread."""
        self._loop.call_soon_threadsafe(self._ask_case, code, nonce)

    def report(self, tell: Callable[[Standing], None]) -> None:
        """Tell soon, on the journal's thread, how sending stands. Call from any thread."""
        self._loop.call_soon_threadsafe(lambda: tell(self._standing()))

    def recover(self, visits: Sequence[Visit]) -> None:
        """Try again with what was not taken; `StorageWell` or `StorageFailed` follows."""
        self._loop.call_soon_threadsafe(self._recover, tuple(visits))

    # --- on the journal's thread -----------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._tell_held()
        if self._outbox is None:
            self._mend()
        retaining = self._loop.create_task(self._retain())
        self._start_link()
        self._loop.run_forever()
        tasks = [task for task in (retaining, self._link_task) if task is not None]
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._codes.close()
        if self._outbox:
            self._outbox.close()
        self._loop.close()

    def _open(self, *, salvage: bool = True) -> Outbox:
        return Outbox.open(
            self._settings.outbox_path,
            device=self._settings.device,
            program=PROGRAM,
            max_bytes=self._settings.max_megabytes * 1_000_000,
            salvage=salvage,
            erase=True,
        )

    def _mend(self) -> None:
        try:
            self._outbox = self._open()
            self._codes.open(self._outbox.epoch)
        except (OutboxError, OSError, sqlite3.Error) as error:
            self._storage_failed(error)

    def _save(self, visit: Visit, payload: bytes) -> None:
        if self._outbox is None:
            self._tell(StorageFailed(visit))
            return
        try:
            self._outbox.append(visit.lane, payload, self._now_ms())
        except (OutboxError, OSError, sqlite3.Error) as error:
            self._give_up(error)
            self._tell(StorageFailed(visit))
            return
        self._tell(Saved(visit.response, visit.rev))
        self._tally.saw(visit, datetime.now().astimezone().date())
        self._appended()

    def _cast(self, payload: bytes) -> None:
        if self._outbox is None:
            return
        try:
            self._outbox.append(Lane.BULK, payload, self._now_ms())
        except (OutboxError, OSError, sqlite3.Error) as error:
            self._storage_failed(error)
            return
        self._appended()

    def _appended(self) -> None:
        if self._link:
            self._link.appended()
        if self._outbox:
            self._codes.refill(self._outbox.epoch)

    def _recover(self, visits: tuple[Visit, ...]) -> None:
        try:
            if self._outbox is None:
                self._outbox = self._open()
                self._codes.open(self._outbox.epoch)
                self._start_link()
            with self._outbox.transaction():
                for visit in visits:
                    self._outbox.append(visit.lane, self._payload(visit), self._now_ms())
        except (OutboxError, OSError, sqlite3.Error) as error:
            logger.debug("outbox still takes nothing: %s", error)
            self._let_go(error)
            self._tell(StorageFailed(None))
            return
        logger.info("outbox takes feedback again, and has what it had refused")
        self._tell(StorageWell())
        self._appended()

    def _give_up(self, error: BaseException) -> None:
        """Say once that nothing is taken; the flow tries again every few seconds."""
        logger.error("this kiosk cannot accept feedback: %s", error)
        self._let_go(error)

    def _let_go(self, error: BaseException) -> None:
        """Close the outbox unless it is only full: the next try opens it anew, or mends it."""
        if isinstance(error, OutboxFull) or self._outbox is None:
            return
        self._outbox.note_damage(error)
        if self._link_task:
            self._link_task.cancel()
        self._link = self._link_task = None
        self._codes.close()
        self._outbox.close()
        self._outbox = None

    def _start_link(self) -> None:
        if self._outbox is None:
            return
        random = Random()  # noqa: S311 (spreads retries; nothing secret)
        peer = Peer(
            url=self._settings.gateway_url,
            device=self._settings.device,
            token=self._settings.token,
        )
        streams = Streams(
            self._outbox, self._describe, nonce=self._now_ms(), jitter=random.random()
        )
        self._link = Link(peer, streams, hear=self._hear, random=random)
        self._link_task = self._loop.create_task(self._link.run())
        self._link_task.add_done_callback(self._link_ended)

    def _standing(self) -> Standing:
        return Standing(
            waiting=waiting(self._settings.outbox_path),
            linked=self._link is not None and self._link.up,
            committed_at_ms=self._link.committed_at_ms if self._link else None,
            visits_today=self._tally.responses,
            doubted_today=self._tally.marked,
        )

    def _describe(self) -> Device:
        if self._outbox:
            self._codes.refill(self._outbox.epoch)
        return Device(
            program=PROGRAM,
            touchpoint=self._settings.touchpoint,
            survey_version=self.survey.version,
            briefs=self._briefs.versions,
            codes_left=self._codes.left,
            responses=self._tally.responses,
            marked=self._tally.marked,
        )

    def _link_ended(self, task: asyncio.Task[None]) -> None:
        """Start over from the file when the link fell over something other than the network."""
        if task.cancelled() or (error := task.exception()) is None:
            return
        logger.error("the link ended unexpectedly", exc_info=error)
        self._storage_failed(error)

    def _storage_failed(self, error: BaseException) -> None:
        self._give_up(error)
        self._tell(StorageFailed(None))

    async def _retain(self) -> None:
        while True:
            try:
                if self._outbox:
                    self._outbox.retain(self._now_ms())
            except (OutboxError, sqlite3.Error) as error:
                self._storage_failed(error)
            await asyncio.sleep(RETAIN_EVERY_S)

    def _hear(self, message: Heard | None) -> None:
        match message:
            case None:
                self._tell(GatewayLinked())
            case Alarm():
                self._tell(AlarmHeard(message))
            case Instruction():
                self._instructed(message)
            case Asking():
                self._tell(SaleChanged(message.open))
            case Brief():
                self._take_brief(message)
            case CodesGranted(codes=codes):
                self._codes.add(codes)
                self._tell_state()
            case CaseTold(nonce=nonce):
                self._case_told(nonce, message)

    def _instructed(self, told: Instruction) -> None:
        if told.ended:
            self._tell(InstructionEnded(told.instruction))
        elif told.touchpoint in (None, self._settings.touchpoint):
            self._tell(Instructed(told))

    def _take_brief(self, brief: Brief) -> None:
        body = self._briefs.take(brief)
        if body is None:
            return
        match body:
            case Survey():
                self.survey = body
                self._tell(SurveyArrived(body))
            case Problems():
                self._tell(ProblemsArrived(body))
            case Promises():
                self._tell(PromisesArrived(body))
        self._tell_state()  # the gateway need not send it again

    def _tell_held(self) -> None:
        """Tell what HQ said before this start; the survey is known already."""
        if problems := self._briefs.problems:
            self._tell(ProblemsArrived(problems))
        if promises := self._briefs.promises:
            self._tell(PromisesArrived(promises))

    def _tell_state(self) -> None:
        if self._link:
            self._link.tell_state()

    def _ask_case(self, code: str, nonce: int) -> None:
        away = CaseTold(code=code, nonce=nonce, found=CaseFound.AWAY)
        asked = self._link is not None and self._link.ask(CaseAsked(code=code, nonce=nonce))
        wait_s = CASE_WITHIN_S if asked else 0.0
        self._asked[nonce] = self._loop.call_later(wait_s, self._case_told, nonce, away)

    def _case_told(self, nonce: int, told: CaseTold) -> None:
        waiting = self._asked.pop(nonce, None)
        if waiting is not None:  # else it was answered, or given up, before
            waiting.cancel()
            self._tell(CaseAnswered(told))

    def _payload(self, visit: Visit) -> bytes:
        origin = Origin(
            event=str(uuid_utils.uuid7()),
            store=self._settings.store,
            touchpoint=self._settings.touchpoint,
            at=self._clock.now(),
        )
        return encode_event(to_response(visit, origin))

    @staticmethod
    def _now_ms() -> int:
        return time.time_ns() // 1_000_000
