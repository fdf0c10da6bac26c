"""Bounds on what strangers do, per name and per address: the one module that knows limits."""

from __future__ import annotations

import ipaddress
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from hq_server.errors import SignInError, TooManyTriesError

_PER_NAME = RateLimitItemPerMinute(10, 15)
_PER_ADDRESS = RateLimitItemPerMinute(50, 15)
_Bound = tuple[RateLimitItem, str, str]


class Tries:
    """Counts failed sign-ins of the last 15 minutes in this process."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._running: Counter[_Bound] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def counted(self, name: str, address: str | None) -> Iterator[None]:
        """Surround one try: it counts from its start, and only a SignInError leaves it counted.

        Raises TooManyTriesError when the name or the address has failed too often, tries that
        still run included; None is an address that many people share, and has no bound.
        """
        bounds: list[_Bound] = [(_PER_NAME, "name", name)]
        if address is not None:
            bounds.append((_PER_ADDRESS, "address", _network(address)))
        self._begin(bounds)
        failed = False
        try:
            yield
        except SignInError:
            failed = True
            raise
        finally:
            self._end(bounds, failed=failed)

    def _begin(self, bounds: list[_Bound]) -> None:
        with self._lock:
            for bound in bounds:
                if self._limiter.get_window_stats(*bound).remaining <= self._running[bound]:
                    raise TooManyTriesError("too many failed sign-ins; try again in 15 minutes")
            self._running.update(bounds)

    def _end(self, bounds: list[_Bound], *, failed: bool) -> None:
        with self._lock:
            self._running -= Counter(bounds)  # keeps positive counts only: no name stays here
            for bound in bounds if failed else ():
                self._limiter.hit(*bound)


class Allowance:
    """So much of one thing in 15 minutes for each address, in this process."""

    def __init__(self, name: str, per_address: int, shared: int) -> None:
        """`shared` is for all whose address is not known: they come by one web server."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._name = name
        self._per_address = RateLimitItemPerMinute(per_address, 15)
        self._shared = RateLimitItemPerMinute(shared, 15)

    def demand(self, address: str | None) -> None:
        """Raise TooManyTriesError when nothing is left for an address."""
        if not self._limiter.test(*self._bound(address)):
            raise TooManyTriesError(f"too many {self._name}; try again in 15 minutes")

    def spend(self, address: str | None) -> None:
        """Count one."""
        self._limiter.hit(*self._bound(address))

    def _bound(self, address: str | None) -> _Bound:
        if address is None:
            return self._shared, "shared", self._name
        return self._per_address, "address", _network(address)


def _network(address: str) -> str:
    """Return what counts as one address: in IPv6 a whole /64 belongs to whoever has one of it."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found.packed[:8] + bytes(8), 64)))
