"""Who may see the board: a PIN, tried slowly, and a signed cookie after it."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from enum import StrEnum
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer
from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher

from edge_gateway.board.tries import Tries

COOKIE = "storeloop_board"
# A tablet on the wall is signed in once; a new PIN signs everybody out.
SIGNED_IN_FOR_S = 30 * 24 * 3600
LONGEST_PIN = 64
_SECRET_BYTES = 32
# A hash takes 64 MiB and a core for a moment; the gateway needs both for feedback.
_HASHES_AT_ONCE = 2
_PAUSE_S = 2.0


class Verdict(StrEnum):
    """What became of a PIN."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_MANY = "too many"


class SignIn:
    """Checks PINs and cookies."""

    def __init__(self, pin_hash: str | None, secret: bytes) -> None:
        """Without a PIN everybody is let in; settings allow that on loopback only."""
        self._pin_hash = pin_hash
        self._hasher = hasher()
        self._serializer = URLSafeTimedSerializer(secret, salt="board")
        self._tries = Tries()
        self._turns = asyncio.Semaphore(_HASHES_AT_ONCE)
        self._version = hashlib.sha256((pin_hash or "").encode()).hexdigest()[:16]

    @property
    def needed(self) -> bool:
        """Whether there is a PIN at all."""
        return self._pin_hash is not None

    async def judge(self, pin: str, client: str) -> Verdict:
        """Say whether the PIN is right; the try counts before, so haste gains nothing."""
        now_s = time.monotonic()
        if not self._tries.take(client, now_s):
            return Verdict.TOO_MANY
        async with self._turns:
            if self._tries.slowed:
                await asyncio.sleep(_PAUSE_S)
            right = await asyncio.to_thread(self._matches, pin)
        if not right:
            return Verdict.WRONG
        self._tries.hand_back(client, now_s)
        return Verdict.RIGHT

    def _matches(self, pin: str) -> bool:
        if self._pin_hash is None or len(pin) > LONGEST_PIN:
            return False
        try:
            return self._hasher.verify(pin, self._pin_hash)
        except (PwdlibError, UnicodeEncodeError):  # no hash of ours, or no text
            return False

    def cookie(self) -> str:
        """Return what the browser shall keep."""
        return self._serializer.dumps(self._version)

    def signed_in(self, cookie: str | None) -> bool:
        """Whether this cookie is one of ours, of the present PIN, and not too old."""
        if self._pin_hash is None:
            return True
        try:
            said = self._serializer.loads(cookie or "", max_age=SIGNED_IN_FOR_S)
        except BadSignature:
            return False
        return bool(said == self._version)


def hasher() -> PasswordHash:
    """Return how PINs are hashed."""
    return PasswordHash((Argon2Hasher(),))


def board_secret(data_dir: Path) -> bytes:
    """Return the key that signs cookies; made at the first start, readable by its owner only."""
    path = data_dir / "board.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(_SECRET_BYTES))
    return path.read_bytes()
