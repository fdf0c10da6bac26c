"""Who may see the board: a PIN, tried slowly, and a signed cookie after it."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

COOKIE = "storeloop_board"
# A tablet on the wall is signed in once; a new PIN signs everybody out.
SIGNED_IN_FOR_S = 30 * 24 * 3600
_TRIES_OF_ONE = parse("5/minute")
_TRIES_OF_ALL = parse("60/hour")
_SECRET_BYTES = 32


class SignIn:
    """Checks PINs and cookies."""

    def __init__(self, pin_hash: str | None, secret: bytes) -> None:
        """Without a PIN everybody is let in; settings allow that on loopback only."""
        self._pin_hash = pin_hash
        self._hasher = hasher()
        self._serializer = URLSafeTimedSerializer(secret, salt="board")
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._version = hashlib.sha256((pin_hash or "").encode()).hexdigest()[:16]

    @property
    def needed(self) -> bool:
        """Whether there is a PIN at all."""
        return self._pin_hash is not None

    def allowed_to_try(self, client: str) -> bool:
        """Whether this client may try a PIN now."""
        return self._limiter.test(_TRIES_OF_ONE, client) and self._limiter.test(_TRIES_OF_ALL)

    def matches(self, pin: str, client: str) -> bool:
        """Whether the PIN is right; slow on purpose, a wrong one is counted."""
        right = self._pin_hash is not None and self._hasher.verify(pin[:64], self._pin_hash)
        if not right:
            self._limiter.hit(_TRIES_OF_ONE, client)
            self._limiter.hit(_TRIES_OF_ALL)
        return right

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
