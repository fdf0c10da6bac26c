"""The PIN of the staff menu: its hash, and the wrong tries, which a power cut does not forgive."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from configuration import write_durably

logger = logging.getLogger(__name__)

PIN = re.compile(r"\d{4,12}", re.ASCII)
TRIES = 5
FIRST_WAIT_S = 300
LONGEST_WAIT_S = 24 * 3600

# scrypt with 16 MB and some 50 ms a try; the file that holds the hash is readable by few anyway.
_LOG2_COST, _BLOCK, _PARALLEL = 14, 8, 1
_HASH = re.compile(r"scrypt\$14\$8\$1\$([\w+/]{22}==)\$([\w+/]{43}=)", re.ASCII)


def hash_pin(pin: str) -> str:
    """Return what the settings keep of a PIN of 4 to 12 digits."""
    salt = secrets.token_bytes(16)
    parts = (base64.b64encode(part).decode() for part in (salt, _scrypt(pin, salt)))
    return "$".join(("scrypt", str(_LOG2_COST), str(_BLOCK), str(_PARALLEL), *parts))


def is_pin_hash(said: str) -> bool:
    """Return whether `hash_pin` could have made this."""
    return _HASH.fullmatch(said) is not None


def fits(pin: str, pin_hash: str) -> bool:
    """Return whether the hash is this PIN's; False also for what is no hash."""
    parts = _HASH.fullmatch(pin_hash)
    if parts is None:
        return False
    salt, expected = (base64.b64decode(part) for part in parts.groups())
    return hmac.compare_digest(_scrypt(pin, salt), expected)


def _scrypt(pin: str, salt: bytes) -> bytes:
    cost = 1 << _LOG2_COST
    return hashlib.scrypt(pin.encode(), salt=salt, n=cost, r=_BLOCK, p=_PARALLEL, dklen=32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """Wrong PINs since the last right one, and when the last of them was (Unix seconds)."""

    wrong: int = 0
    last: int = 0

    def wait_s(self, now: int) -> int:
        """Return how long the next try must wait."""
        if self.wrong == 0 or self.wrong % TRIES:
            return 0
        doubled = min(self.wrong // TRIES - 1, 20)
        locked_s = min(FIRST_WAIT_S << doubled, LONGEST_WAIT_S)
        # A clock that was set back must not lock for longer than the rule says.
        return max(0, min(locked_s, self.last + locked_s - now))


class PinGate:
    """Lets in who knows the PIN; five wrong tries close it, each further five for twice as long."""

    def __init__(self, pin_hash: str, path: Path, now: Callable[[], float]) -> None:
        """`path` keeps the tries; `now` gives Unix seconds."""
        self._pin_hash = pin_hash
        self._path = path
        self._now = now
        self._tries = _kept(path, round(now()))

    def wait_s(self) -> int:
        """Return for how many seconds it is closed; 0 when a PIN may be tried."""
        return self._tries.wait_s(round(self._now()))

    def enter(self, pin: str) -> bool:
        """Return whether this PIN opens; a try counts before it is looked at."""
        if self.wait_s():
            return False
        before = self._tries
        # On the disk first: who cuts the power after a wrong try has used it up all the same.
        if not self._keep(Tries(wrong=before.wrong + 1, last=round(self._now()))):
            return False
        if not fits(pin, self._pin_hash):
            return False
        self._keep(Tries())
        return True

    def _keep(self, tries: Tries) -> bool:
        self._tries = tries
        kept = json.dumps({"wrong": tries.wrong, "last": tries.last})
        try:
            write_durably(self._path, kept.encode())
        except OSError as error:
            logger.error("%s cannot be written, so no PIN is taken: %s", self._path, error)
            return False
        return True


def _kept(path: Path, now: int) -> Tries:
    """Return the tries on the disk; a file that cannot be read counts as a full set of them."""
    try:
        kept = json.loads(path.read_bytes())
        return Tries(wrong=max(0, int(kept["wrong"])), last=int(kept["last"]))
    except FileNotFoundError:
        return Tries()
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        logger.warning("%s cannot be read, the staff menu is closed a while: %s", path, error)
        return Tries(wrong=TRIES, last=now)
