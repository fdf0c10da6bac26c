"""Whose frame is taken next: while the disk has enough to do, connections stand in line.

A device that floods has one place in the line like every other, so a lone tap waits for what is
queued already and for one frame of each that came before it, however much the flood holds.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Turns:
    """One frame per connection and turn; use it on the loop."""

    def __init__(self, busy: Callable[[], bool]) -> None:
        """`busy`: whether enough is queued."""
        self._busy = busy
        self._line: deque[asyncio.Future[None]] = deque()

    async def mine(self) -> None:
        """Wait for this connection's turn; say `next` when its frame is taken."""
        if not self._line and not self._busy():
            return
        turn = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:  # the connection is gone, perhaps when its turn had come
            self._line.remove(turn)
            self.next()
            raise
        self._line.remove(turn)

    def next(self) -> None:
        """Let the first in line go on, when there is room."""
        if self._line and not self._line[0].done() and not self._busy():
            self._line[0].set_result(None)
