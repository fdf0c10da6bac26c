"""hq_server/accounts/passwords.py: hashes that fit only their password."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from hq_server.accounts.passwords import AT_ONCE, LONGEST, Passwords
from hq_server.settings import PasswordSettings

CHEAP = Passwords(PasswordSettings(memory_kib=8, passes=1))


def test_only_the_right_password_fits() -> None:
    known = CHEAP.make("a long password")
    assert known.startswith("$argon2id$")
    assert CHEAP.fits("a long password", known)
    assert not CHEAP.fits("another password", known)


def test_an_unknown_name_or_damaged_hash_fits_nothing() -> None:
    assert not CHEAP.fits("nobody has this password", None)
    assert not CHEAP.fits("a long password", "damaged")
    assert not CHEAP.fits("x" * (LONGEST + 1), CHEAP.make("a long password"))


class _Watched(Passwords):
    """Counts how many hashes run at the same time."""

    def __init__(self) -> None:
        super().__init__(PasswordSettings(memory_kib=8, passes=1))
        self._lock = threading.Lock()
        self._running = 0
        self.most = 0

    def _verified(self, password: str, known: str) -> bool:
        with self._lock:
            self._running += 1
            self.most = max(self.most, self._running)
        time.sleep(0.01)
        with self._lock:
            self._running -= 1
        return super()._verified(password, known)


def test_a_flood_of_tries_hashes_few_at_once() -> None:
    watched = _Watched()
    known = watched.make("a long password")
    with ThreadPoolExecutor(20) as people:
        fitted = list(people.map(lambda _: watched.fits("a long password", known), range(20)))
    assert all(fitted)
    assert watched.most == AT_ONCE
