"""Answers gateways that ask how a case stands, and slows down who guesses case codes.

Wrong codes are counted in the memory of this process: a gateway belongs to one ingest process at a
time, and one that changes hands begins with a clean slate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from hq_server.cases import progress
from hq_server.cases.progress import Progress
from hq_server.ingest.arrival import milliseconds
from protocols import case_code
from protocols.errors import MessageError
from protocols.messages import CaseAsked, CaseFound, CaseNode, CaseTold

# Shoppers mistype. From then on each wrong code costs a wait, twice as long as the last.
WRONG_OF_A_DEVICE = 5
# A store has several kiosks, and a gateway could make device names up.
WRONG_OF_A_GATEWAY = 40
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=2)
REMEMBERED = 20_000

_Asker = tuple[str, str | None]
"""A gateway, and the device; None for all of its devices together."""


@dataclass(slots=True)
class _Wrong:
    times: int
    last_at: datetime
    again_at: datetime


class Guesses:
    """Wrong codes of each gateway and device, of late."""

    def __init__(self) -> None:
        """Start with nobody suspected."""
        self._wrong: dict[_Asker, _Wrong] = {}

    def wait(self, gateway: str, device: str | None, now: datetime) -> timedelta:
        """Return how long this device is to wait; nothing when it may ask."""
        found = (self._wrong.get(asker) for asker in _askers(gateway, device))
        return max((each.again_at - now for each in found if each), default=timedelta(0))

    def wrong(self, gateway: str, device: str | None, now: datetime) -> None:
        """Count a wrong code."""
        for asker, free in zip(
            _askers(gateway, device), (WRONG_OF_A_DEVICE, WRONG_OF_A_GATEWAY), strict=True
        ):
            before = self._wrong.pop(asker, None)
            if before is None or now - before.last_at > FORGOTTEN_AFTER:
                before = _Wrong(0, now, now)
            times = before.times + 1
            # Doubling ends long before the numbers would be too large for a timedelta.
            wait = FIRST_WAIT * 2 ** min(times - free, 20) if times >= free else timedelta(0)
            self._wrong[asker] = _Wrong(times, now, now + min(wait, LONGEST_WAIT))
        while len(self._wrong) > REMEMBERED:
            del self._wrong[next(iter(self._wrong))]  # who was wrong longest ago


def _askers(gateway: str, device: str | None) -> tuple[_Asker, _Asker]:
    return (gateway, device or ""), (gateway, None)


def answer(
    connection: Connection, asked: CaseAsked, gateway: str, guesses: Guesses, now: datetime
) -> CaseTold:
    """Return what the gateway is told; nothing is written."""
    wait = guesses.wait(gateway, asked.device, now)
    if wait > timedelta(0):
        return CaseTold(
            code=asked.code,
            nonce=asked.nonce,
            found=CaseFound.SLOW_DOWN,
            wait_s=math.ceil(wait.total_seconds()),
        )
    found = _find(connection, asked.code)
    if found is None:
        guesses.wrong(gateway, asked.device, now)
        return CaseTold(code=asked.code, nonce=asked.nonce, found=CaseFound.UNKNOWN)
    promised = found.promised_at if found.responded_at is None else None
    return CaseTold(
        code=found.code,
        nonce=asked.nonce,
        found=CaseFound.FOUND,
        nodes=tuple(CaseNode(step=n.step, at_ms=milliseconds(n.at)) for n in found.nodes),
        promised_ms=milliseconds(promised) if promised else None,
    )


def _find(connection: Connection, typed: str) -> Progress | None:
    try:
        code = case_code.parse(typed)
    except MessageError:
        return None
    return progress.find(connection, code)
