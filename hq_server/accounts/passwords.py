"""Password hashes (argon2id): the one module that knows pwdlib."""

from __future__ import annotations

import threading

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher

from hq_server.errors import InputError
from hq_server.settings import PasswordSettings

SHORTEST = 10
LONGEST = 200
# Each hash takes 64 MiB and a processor: a flood of sign-ins waits in line for these.
AT_ONCE = 4


class Passwords:
    """Hashes and checks passwords at the cost that the settings name."""

    def __init__(self, settings: PasswordSettings) -> None:
        """Prepare the hasher."""
        hasher = Argon2Hasher(
            time_cost=settings.passes, memory_cost=settings.memory_kib, parallelism=1
        )
        self._hash = PasswordHash((hasher,))
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = self._hash.hash("nobody has this password")

    def make(self, password: str) -> str:
        """Return the hash of a new password, or raise InputError when it is too short."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise InputError("password", f"{SHORTEST} to {LONGEST} characters are allowed")
        with self._places:
            return self._hash.hash(password)

    def fits(self, password: str, known: str | None) -> bool:
        """Return whether a password is right; an unknown name takes as long as a wrong password."""
        if len(password) > LONGEST:
            return False
        try:
            with self._places:
                right = self._verified(password, known or self._nobody)
        except PwdlibError:
            return False
        return right and known is not None

    def _verified(self, password: str, known: str) -> bool:
        return self._hash.verify(password, known)
