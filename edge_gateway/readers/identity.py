"""What may leave a reader instead of a cashier's or card's number: the store's HMAC of it."""

from __future__ import annotations

import hmac
import logging
import secrets
from pathlib import Path

from configuration import write_durably
from protocols.readers.events import Identify

logger = logging.getLogger(__name__)

KEY_FILE = "readers.key"
_KEY_BYTES = 32
_SHOWN = 16
"""Hex digits: 64 bits are no two people of one store, and no way back."""


def identify_with(key: bytes) -> Identify:
    """Return what turns a number into 16 hex digits; the same number, the same digits."""

    def identify(number: str) -> str:
        return hmac.digest(key, number.encode(), "sha256").hex()[:_SHOWN]

    return identify


def store_key(data_dir: Path) -> bytes:
    """Return the key of this store's readers, made when there is none; only our user reads it."""
    path = data_dir / KEY_FILE
    try:
        kept = path.read_bytes()
    except FileNotFoundError:
        kept = b""
    if len(kept) != _KEY_BYTES:
        if kept:
            logger.warning("%s was damaged and is made anew: cashiers and cards look new", path)
        kept = secrets.token_bytes(_KEY_BYTES)
        write_durably(path, kept)
    return kept
