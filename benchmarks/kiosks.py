"""Real kiosks without pixels, many in one process: journal, outbox and link, tapped at a rate."""

from __future__ import annotations

import queue
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from benchmarks.errors import BenchmarkError
from benchmarks.feed import new_id
from benchmarks.rig import TOKEN
from kiosk.events import AlarmHeard, Event, GatewayLinked, Saved
from kiosk.journal import Journal
from kiosk.settings import Settings
from kiosk.visit import Visit
from protocols.messages import Outcome

_LINKED_WITHIN_S = 30.0
_DURABLE_WITHIN_S = 10.0
_WORDS = "孩子吃完坚果过敏送医院了"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kiosks:
    """Which kiosks stand where."""

    folder: Path
    stores: tuple[tuple[str, int], ...]
    """Store, and the port of its gateway."""
    each: int
    seed: int

    def names(self, store: str) -> list[str]:
        """Return the kiosks of a store."""
        return [f"{store}-kiosk-{number}" for number in range(self.each)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taps:
    """What one stretch at one rate brought; times are monotonic seconds, equal for all programs."""

    tapped: dict[str, float]
    """By response."""
    durable: dict[str, float]
    """When each was on the kiosk's disk."""
    alarmed: dict[str, float]
    """When an alarm for it stood at every kiosk of its store."""


class _Kiosk:
    def __init__(self, name: str, store: str, port: int, folder: Path) -> None:
        settings = Settings(
            device=name,
            store=store,
            touchpoint=f"place-of-{name}",
            token=TOKEN,
            data_dir=folder / name,
            gateway_url=f"ws://127.0.0.1:{port}",
        )
        self.store = store
        self.heard: queue.SimpleQueue[tuple[float, Event]] = queue.SimpleQueue()
        self.journal = Journal(settings, self._hear)

    def _hear(self, event: Event) -> None:
        self.heard.put((time.monotonic(), event))


class _Street:
    """All kiosks, and who taps them."""

    def __init__(self, plan: Kiosks) -> None:
        self._random = Random(plan.seed)
        self._kiosks = [
            _Kiosk(name, store, port, plan.folder)
            for store, port in plan.stores
            for name in plan.names(store)
        ]
        self._each = plan.each

    def open(self) -> None:
        """Start every kiosk and wait for its link."""
        for kiosk in self._kiosks:
            kiosk.journal.start()
        for kiosk in self._kiosks:
            give_up = time.monotonic() + _LINKED_WITHIN_S
            while not isinstance(_next(kiosk, give_up), GatewayLinked):
                pass

    def close(self) -> None:
        for kiosk in self._kiosks:
            kiosk.journal.stop()

    def tap(self, rate: float, seconds: float, *, urgent: bool) -> Taps:
        """Tap `rate` times a second, at a kiosk drawn anew each time."""
        tapped: dict[str, float] = {}
        began = time.monotonic()
        for number in range(max(1, round(rate * seconds))):
            due = began + number / rate
            if (left := due - time.monotonic()) > 0:
                time.sleep(left)
            visit = _visit(self._random, urgent=urgent)
            kiosk = self._random.choice(self._kiosks)
            tapped[visit.response] = time.monotonic()
            kiosk.journal.save(visit)
        return self._told(tapped, alarms=urgent)

    def _told(self, tapped: dict[str, float], *, alarms: bool) -> Taps:
        """Gather what the kiosks heard, until all is on disk (and every alarm has come)."""
        durable: dict[str, float] = {}
        heard: dict[str, list[float]] = {response: [] for response in tapped}
        alarmed: dict[str, float] = {}
        give_up = time.monotonic() + _DURABLE_WITHIN_S
        while len(durable) < len(tapped) or (alarms and len(alarmed) < len(tapped)):
            for kiosk in self._kiosks:
                while not kiosk.heard.empty():
                    at, event = kiosk.heard.get()
                    if isinstance(event, Saved):
                        durable[event.response] = at
                    elif isinstance(event, AlarmHeard) and event.alarm.response in heard:
                        heard[event.alarm.response].append(at)
            alarmed = {one: max(at) for one, at in heard.items() if len(at) >= self._each}
            if time.monotonic() > give_up:
                raise BenchmarkError(
                    f"of {len(tapped)} taps {len(durable)} on disk, {len(alarmed)} alarms"
                )
            time.sleep(0.01)
        return Taps(tapped=tapped, durable=durable, alarmed=alarmed)


def tap_kiosks(plan: Kiosks, parent: Connection) -> None:
    """Say "ready" when all are linked; then answer each (rate, seconds, urgent) with its Taps."""
    street = _Street(plan)
    street.open()
    parent.send("ready")
    while (order := parent.recv()) is not None:
        rate, seconds, urgent = order
        parent.send(street.tap(rate, seconds, urgent=urgent))
    street.close()
    parent.send("closed")


def _next(kiosk: _Kiosk, give_up: float) -> Event:
    try:
        return kiosk.heard.get(timeout=max(0.0, give_up - time.monotonic()))[1]
    except queue.Empty:
        raise BenchmarkError("a kiosk found no link with its gateway") from None


def _visit(chance: Random, *, urgent: bool) -> Visit:
    response = new_id(chance, time.time_ns() // 1_000_000)
    return Visit(
        response=response,
        code=response[-8:].upper(),
        survey="s",
        survey_version=1,
        question="overall",
        language="zh-CN",
        outcome=Outcome.RATED,
        rating=1 if urgent else chance.choice((3, 4, 5)),
        note=_WORDS if urgent else None,
        urgent=urgent,
        final=True,
    )
