"""Bounds on failed sign-ins, per name and per address: the one module that knows limits."""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from hq_server.errors import TooManyTriesError

_PER_NAME = RateLimitItemPerMinute(10, 15)
_PER_ADDRESS = RateLimitItemPerMinute(50, 15)


class Tries:
    """Counts failed sign-ins of the last 15 minutes in this process."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, name: str, address: str) -> None:
        """Raise TooManyTriesError when this name or address has failed too often."""
        allowed = self._limiter.test(_PER_NAME, "name", name) and self._limiter.test(
            _PER_ADDRESS, "address", address
        )
        if not allowed:
            raise TooManyTriesError("too many failed sign-ins; try again in 15 minutes")

    def failed(self, name: str, address: str) -> None:
        """Count a failed sign-in."""
        self._limiter.hit(_PER_NAME, "name", name)
        self._limiter.hit(_PER_ADDRESS, "address", address)
