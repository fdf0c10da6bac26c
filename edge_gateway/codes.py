"""The reserve of case codes that HQ gave this gateway, and how kiosks get theirs of it.

A code leaves the reserve on disk before it is sent, so none is ever given twice; what a broken
link or a crash swallows is wasted. HQ has more: 45 bits of them.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from edge_gateway.events import GrantCodes
from protocols import case_code
from protocols.briefs import CodeBlock
from protocols.messages import Clock

logger = logging.getLogger(__name__)

GRANTED_BELOW = 50
CODES_PER_GRANT = 200
# A kiosk needs one grant when it is new and then one in days. One that asks again and again must
# not empty the reserve: it may have three at once and one more each hour.
MOST_GRANTS = 3
ONE_MORE_GRANT_EVERY_MS = 3_600_000
# A kiosk says how many it has left before it has heard of those that are on their way.
GRANT_AGAIN_AFTER_MS = 60_000
# HQ gives more when few are left; a gateway that holds so many needs none.
MOST_CODES = 20_000
FEW_CODES = CODES_PER_GRANT
"""Fewer than this are worth a word of the doctor."""


@dataclass(slots=True)
class _Granted:
    used: float = 0.0
    at_ms: int = 0


class Reserve:
    """The codes that nobody has been given yet."""

    def __init__(self, codes: Iterable[str] = (), highest: int = -1) -> None:
        """`highest`: number of the last block that was taken in; they rise."""
        self._codes = deque(codes)
        self._highest = highest
        self._granted: dict[str, _Granted] = {}

    @property
    def left(self) -> int:
        """Return how many codes there are."""
        return len(self._codes)

    def wants(self, block: CodeBlock) -> bool:
        """Whether a block comes after all that were taken in, and is made of codes."""
        if block.block <= self._highest or self.left >= MOST_CODES:
            return False
        wrong = next((code for code in block.codes if not _is_code(code)), None)
        if wrong is not None:
            logger.warning("code block %s is left alone: %a is no case code", block.block, wrong)
        return wrong is None

    def add(self, block: CodeBlock) -> None:
        """Take in a block that is on disk now; one that was there before adds nothing."""
        if block.block > self._highest:
            self._highest = block.block
            self._codes += block.codes

    def clear(self) -> None:
        """Give none of these: the disk is an older copy, so they may have been given already."""
        if self._codes:
            logger.warning("%s case codes are dropped: the outbox was an old copy", self.left)
        self._codes.clear()

    def grant(self, device: str, codes_left: int | None, now: Clock) -> GrantCodes | None:
        """Return what a kiosk that has `codes_left` is to be given; None: it gives out none."""
        if codes_left is None or codes_left >= GRANTED_BELOW or not self._codes:
            return None
        if not self._may_have_more(device, now):
            return None
        count = min(CODES_PER_GRANT, self.left)
        return GrantCodes(device, tuple(self._codes.popleft() for _ in range(count)))

    def _may_have_more(self, device: str, now: Clock) -> bool:
        granted = self._granted.setdefault(device, _Granted(at_ms=-GRANT_AGAIN_AFTER_MS))
        passed_ms = now.mono_ms - granted.at_ms
        used = max(0.0, granted.used - passed_ms / ONE_MORE_GRANT_EVERY_MS)
        if passed_ms < GRANT_AGAIN_AFTER_MS or used + 1 > MOST_GRANTS:
            return False
        granted.used, granted.at_ms = used + 1, now.mono_ms
        return True


def _is_code(text: str) -> bool:
    try:
        return case_code.parse(text) == text
    except case_code.CaseCodeError:
        return False
