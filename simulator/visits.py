"""Shoppers in front of a real kiosk: looks at its screen, touches it, and notes every tap.

Runs inside the kiosk's process, on its clock, and touches through SDL's own event queue; nothing
of the kiosk is bypassed.
"""

from __future__ import annotations

import logging
import signal
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TypeGuard

from kiosk import launch
from kiosk.settings import load
from simulator import tap_list
from simulator.robot import Robot
from simulator.scanner import Scanner
from simulator.shopper import IN_NEED, Intent, Shopper, intent
from simulator.tap_list import Tap

if TYPE_CHECKING:
    from kiosk.app import KioskApp

logger = logging.getLogger(__name__)

# Between two touches of one shopper, as a share of the pause between two shoppers.
_TOUCH_SHARE = 0.15
_SHORTEST_SECONDS = 0.12
_ANSWERED_SECONDS = 0.08
# Of shoppers at a till: this share shows no receipt, those up to the next share scan it.
_SHOWS_NONE, _SCANS = 0.4, 0.75
_DIGITS = 5


class Visits:
    """An endless queue of seeded shoppers at one kiosk."""

    def __init__(
        self,
        app: KioskApp,
        random: Random,
        taps: Path,
        think_seconds: float,
        receipts: Path | None = None,
    ) -> None:
        """`taps`: the file that lists what was tapped. `think_seconds`: between two shoppers.

        `receipts`: the file that has the number of the till's last receipt.
        """
        self._app = app
        self._receipts = receipts
        self._robot = Robot(app)
        self._random = random
        self._taps = taps
        self._think = think_seconds
        self._open = True
        self._in_need = False
        self._shopper: Shopper | None = None
        self._listed: Tap | None = None

    def begin(self) -> None:
        """Open the doors: the list exists from now on, and the first shopper comes."""
        self._taps.parent.mkdir(parents=True, exist_ok=True)
        self._taps.touch()
        self._app.on_thanked(lambda response, _rev: self._thanked(response))
        self._later(self._random.uniform(0, self._think))

    def send_in_need(self) -> None:
        """Let the next shopper be one who reports something urgent."""
        self._in_need = True

    def close_doors(self) -> None:
        """Let nobody new begin a visit."""
        self._open = False

    def _later(self, seconds: float) -> None:
        self._app.later(self._step, seconds)

    def _step(self) -> None:
        self._note_tap()
        state = self._app.flow_state
        if state == "attract" and (self._shopper is None or self._shopper.rated):
            self._next_shopper()
            return
        target = None
        if self._shopper is not None:
            target = self._shopper.next_target(state, self._app.targets().keys())
        if target is not None:
            self._robot.tap(target)
            # The kiosk answers within a frame or two; the list should not lag behind HQ.
            self._app.later(self._note_tap, _ANSWERED_SECONDS)
        self._later(max(_SHORTEST_SECONDS, self._think * _TOUCH_SHARE))

    def _next_shopper(self) -> None:
        came_back = self._shopper is not None
        wish = IN_NEED if self._in_need else self._with_receipt(intent(self._random))
        self._in_need = False
        self._shopper = Shopper(wish, self._random) if self._open else None
        self._later(self._random.uniform(0.5, 1.5) * self._think if came_back else 0)

    def _with_receipt(self, wish: Intent) -> Intent:
        """Let some shoppers scan the receipt in their hand, and some type its last digits."""
        number = self._receipts.read_text("ascii") if _is_file(self._receipts) else ""
        shows = self._random.random()
        if not number or not self._open or shows < _SHOWS_NONE:
            return wish
        if shows < _SCANS:
            Scanner(self._app).scan(number)
            return wish
        return replace(wish, digits=number[-_DIGITS:])

    def _note_tap(self) -> None:
        visit = self._app.current_response
        if visit is None or visit.rating is None:
            return
        if self._listed is None or self._listed.response != visit.response:
            self._listed = Tap(response=visit.response, rating=visit.rating)
            tap_list.write(self._taps, self._listed)

    def _thanked(self, response: str) -> None:
        if self._listed is not None and self._listed.response == response:
            thanked = Tap(response=response, rating=self._listed.rating, thanked=True)
            tap_list.write(self._taps, thanked)


def _is_file(path: Path | None) -> TypeGuard[Path]:
    return path is not None and path.is_file()


def run(
    config: Path, *, seed: int, taps: Path, think_seconds: float, receipts: Path | None = None
) -> None:
    """Open the kiosk of `config` with shoppers in front of it; SIGUSR1 closes the doors.

    SIGUSR2 makes the next shopper one who reports something urgent.
    """

    def ready(app: KioskApp) -> None:
        visits = Visits(app, Random(seed), taps, think_seconds, receipts)
        signal.signal(signal.SIGUSR1, lambda *_: visits.close_doors())
        signal.signal(signal.SIGUSR2, lambda *_: visits.send_in_need())
        visits.begin()

    launch.run(load(config), on_ready=ready)
