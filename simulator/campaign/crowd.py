"""Seeded shoppers at a kiosk without pixels: a few visits a second, or a rush.

Runs as a program of its own (`storeloop-sim silent-kiosk`), so that it can be killed. SIGUSR1
closes the doors, SIGUSR2 begins or ends a rush.
"""

from __future__ import annotations

import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from random import Random

from kiosk.events import (
    ConsentTapped,
    DigitTapped,
    DoneTapped,
    FinishTapped,
    IdlePassed,
    KeyTapped,
    NextTapped,
    NoContactTapped,
    Rated,
    ReasonTapped,
    State,
    SubmitTapped,
    WriteTapped,
)
from kiosk.settings import Settings, load
from simulator.campaign.saved_list import SavedList
from simulator.shopper import Intent, intent
from simulator.silent_kiosk import SilentKiosk

URGENT_REASON = "food_safety"
_URGENT_SHARE = 0.1
_LONG_NOTE = "排队太久，收银台只开了一个，等了二十多分钟才轮到我，希望能多开几个。"
# A visit that is not over after so long has met a kiosk that cannot take feedback.
_PATIENCE_SECONDS = 15.0


@dataclass(slots=True)
class Doors:
    """What is asked of the shoppers from outside."""

    open: bool = True
    rush: bool = False
    ended: bool = False


class Crowd:
    """An endless queue of shoppers at one kiosk."""

    def __init__(self, kiosk: SilentKiosk, random: Random, doors: Doors, every: float) -> None:
        """`every`: seconds between two shoppers, on average."""
        self._kiosk = kiosk
        self._random = random
        self._doors = doors
        self._every = every

    def run(self) -> None:
        """Let shoppers come until `ended`; after the doors have closed nobody new comes."""
        while not self._doors.ended:
            if self._doors.open and self._kiosk.flow.state is State.ATTRACT:
                self._visit(self._wish())
            self._kiosk.live(self._pause())

    def _pause(self) -> float:
        pause = min(self._random.expovariate(1 / self._every), 4 * self._every)
        hurry = self._doors.rush and self._kiosk.flow.state is State.ATTRACT
        return 0.0 if hurry else pause

    def _wish(self) -> Intent:
        wish = intent(self._random)
        urgent = self._random.random() < _URGENT_SHARE
        # Drawn in any case: a rush must not change who comes after it.
        if not self._doors.rush:
            return Intent(
                rating=1 if urgent else wish.rating,
                reasons=wish.reasons,
                note=wish.note,
                phone=wish.phone,
                switches_language=False,
                leaves_early=wish.leaves_early and not urgent,
                urgent=urgent,
            )
        return Intent(
            rating=wish.rating,
            reasons=0,
            note=_LONG_NOTE * 4,
            phone=None,
            switches_language=False,
            leaves_early=False,
        )

    def _visit(self, wish: Intent) -> None:
        self._touch(Rated(wish.rating))
        if wish.leaves_early:
            self._touch(IdlePassed())
            return
        if wish.urgent:
            self._touch(ReasonTapped(URGENT_REASON))
        chips = [choice for choice in _CHIPS[wish.rating >= 4] if choice != URGENT_REASON]
        for reason in self._random.sample(chips, wish.reasons):
            self._touch(ReasonTapped(reason))
        if wish.note:
            self._touch(WriteTapped(), KeyTapped(wish.note[:140]), DoneTapped())
        else:
            self._touch(NextTapped())
        if self._kiosk.flow.state is State.CONTACT:
            self._leave_number(wish.phone)
        self._until_thanked()

    def _leave_number(self, phone: str | None) -> None:
        if phone is None:
            self._touch(NoContactTapped())
        else:
            self._touch(*map(DigitTapped, phone), ConsentTapped(), SubmitTapped())

    def _until_thanked(self) -> None:
        waited = 0.0
        while self._kiosk.flow.state is State.SAVING and waited < _PATIENCE_SECONDS:
            self._kiosk.live(0.002)
            waited += 0.002
        self._touch(FinishTapped())

    def _touch(self, *events: object) -> None:
        for event in events:
            self._kiosk.touch(event)  # type: ignore[arg-type]
        if not self._doors.rush:
            self._kiosk.live(self._random.uniform(0.01, 0.06))


_CHIPS = {
    True: ("friendly", "fast", "choice", "value", "fresh", "clean", "advice"),
    False: ("queue", "service", "stock", "price", "quality", "cleanliness"),
}


def run(config: Path, *, seed: int, saved: Path, every: float) -> None:
    """Open the silent kiosk of `config` with shoppers in front of it, until SIGTERM."""
    doors = Doors()
    _obey_signals(doors)
    settings: Settings = load(config)
    saved_list = SavedList(saved)
    with SilentKiosk(settings, on_saved=saved_list.add) as kiosk:
        Crowd(kiosk, Random(seed), doors, every).run()


def _obey_signals(doors: Doors) -> None:
    if threading.current_thread() is not threading.main_thread():
        return

    def close(*_: object) -> None:
        doors.open = False

    def rush(*_: object) -> None:
        doors.rush = not doors.rush

    def end(*_: object) -> None:
        doors.ended = True

    signal.signal(signal.SIGUSR1, close)
    signal.signal(signal.SIGUSR2, rush)
    signal.signal(signal.SIGTERM, end)
