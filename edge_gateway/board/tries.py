"""How often wrong PINs may be tried: so many from one address, and slowly when there are many."""

from __future__ import annotations

import ipaddress
from collections import deque
from dataclasses import dataclass, field

MINUTE_S, HOUR_S = 60.0, 3600.0
MOST_A_MINUTE, MOST_AN_HOUR = 5, 60
# Beyond this many from all addresses within an hour each further try waits its turn: a crowd of
# addresses comes through slowly, and the manager, who has an address of her own, comes through.
UNHURRIED_FROM_ALL = 60
# An IPv4 network of a store has 254; what goes on beyond is no store.
MOST_ADDRESSES = 4096


@dataclass(slots=True)
class Tries:
    """The tries of the last hour, by address; time is an argument."""

    _of: dict[str, deque[float]] = field(default_factory=dict)

    def take(self, client: str, now_s: float) -> bool:
        """Count a try before it is made; False when this address may not try now."""
        self._forget(now_s)
        address = _network(client)
        tries = self._of.get(address, deque())
        within_a_minute = sum(1 for one in tries if one > now_s - MINUTE_S)
        if within_a_minute >= MOST_A_MINUTE or len(tries) >= MOST_AN_HOUR:
            return False
        if address not in self._of and len(self._of) >= MOST_ADDRESSES:
            return False
        self._of.setdefault(address, deque()).append(now_s)
        return True

    def hand_back(self, client: str, taken_s: float) -> None:
        """Uncount a try that turned out right."""
        address = _network(client)
        tries = self._of.get(address)
        if tries is not None and taken_s in tries:
            tries.remove(taken_s)
            if not tries:
                del self._of[address]

    @property
    def slowed(self) -> bool:
        """Whether so many tries were made that further ones should wait."""
        return sum(len(tries) for tries in self._of.values()) > UNHURRIED_FROM_ALL

    def _forget(self, now_s: float) -> None:
        for address, tries in list(self._of.items()):
            while tries and tries[0] <= now_s - HOUR_S:
                tries.popleft()
            if not tries:
                del self._of[address]


def _network(client: str) -> str:
    """Return what counts as one address: in IPv6 a whole /64 belongs to whoever has one of it."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return client
    return str(ipaddress.ip_network((address.packed, 64), strict=False))
