"""A kiosk without pixels: the real flow, journal, outbox and link, touched by method calls."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from types import TracebackType

from kiosk.events import (
    Arm,
    AskCase,
    CastVote,
    Command,
    Event,
    IdlePassed,
    Recover,
    Save,
    Saved,
    State,
    StorageFailed,
    StorageWell,
)
from kiosk.flow import Flow
from kiosk.journal import Journal
from kiosk.means import means
from kiosk.settings import Settings
from kiosk.visit import Visit
from protocols.messages import Alarm


class SilentKiosk:
    """One kiosk as a program would be, minus its window. Call it from one thread."""

    def __init__(
        self, settings: Settings, *, on_saved: Callable[[Visit], None] | None = None
    ) -> None:
        """Open the outbox and the link; OutboxHeld when another program has it.

        `on_saved` is told each revision as soon as it is on disk.
        """
        self._on_saved = on_saved
        self._handed_over: dict[tuple[str, int], Visit] = {}
        self._recovering: tuple[Visit, ...] = ()
        self._idle_at: float | None = None
        self._heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._journal = journal = Journal(settings, self._heard.put)
        place = (settings.touchpoint, settings.language)
        self.flow = Flow(journal.survey, *place, means(settings, journal.code))
        self._journal.start()

    @property
    def codes_ready(self) -> int:
        """Return how many case codes of HQ's making it can give at once."""
        return self._journal.codes_ready

    def touch(self, *events: Event) -> None:
        """Let a shopper do these things, one after the other."""
        for event in events:
            self._handle(event)

    def live(self, seconds: float) -> None:
        """Let time pass: hear what comes, and let the screen go idle as a real one does."""
        until = time.monotonic() + seconds
        while True:
            wake = until if self._idle_at is None else min(until, self._idle_at)
            try:
                self._handle(self._heard.get(timeout=max(0.0, wake - time.monotonic())))
            except queue.Empty:
                if self._idle_at is not None and time.monotonic() >= self._idle_at:
                    self._idle_at = None
                    self._handle(IdlePassed())
            if time.monotonic() >= until:
                return

    def wait_for(self, state: State, within_seconds: float = 10.0) -> None:
        """Return when the flow is there; TimeoutError when it never comes."""
        give_up = time.monotonic() + within_seconds
        while self.flow.state is not state:
            self._hear(give_up - time.monotonic())

    def wait_for_alarm(self, within_seconds: float = 10.0) -> Alarm:
        """Return the alarm on the staff strip as soon as one stands there."""
        give_up = time.monotonic() + within_seconds
        while (alarm := self.flow.picture().alarm) is None:
            self._hear(give_up - time.monotonic())
        return alarm

    def close(self) -> None:
        """Commit what was handed over and end."""
        self._journal.stop()

    def __enter__(self) -> SilentKiosk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _hear(self, seconds: float) -> None:
        try:
            self._handle(self._heard.get(timeout=max(0.0, seconds)))
        except queue.Empty:
            raise TimeoutError(f"the kiosk stays in {self.flow.state}") from None

    def _handle(self, event: Event) -> None:
        self._note_saved(event)
        for command in self.flow.handle(event):
            self._do(command)

    def _note_saved(self, event: Event) -> None:
        saved: tuple[Visit | None, ...] = ()
        match event:
            case Saved(response, rev):
                saved = (self._handed_over.pop((response, rev), None),)
            case StorageWell():
                saved, self._recovering = self._recovering, ()
            case StorageFailed(Visit() as visit):
                self._handed_over.pop((visit.response, visit.rev), None)
        for visit in filter(None, saved):
            if self._on_saved is not None:
                self._on_saved(visit)

    def _do(self, command: Command) -> None:
        match command:
            case Save(visit):
                self._handed_over[visit.response, visit.rev] = visit
                self._journal.save(visit)
            case Recover(visits):
                self._recovering = visits
                self._journal.recover(visits)
            case CastVote(problem, vote):
                self._journal.cast(problem, vote)
            case AskCase(code, nonce):
                self._journal.ask_case(code, nonce)
            case Arm(after_seconds):
                self._idle_at = None if after_seconds is None else time.monotonic() + after_seconds
