"""Seals a telephone number so that only HQ's private key opens it: no store can read it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox


def check_public_key(text: str) -> str:
    """Return `text` when it is a Base64 Curve25519 public key, else raise ValueError."""
    _public_key(text)
    return text


def sealer(public_key: str) -> Callable[[str], str]:
    """Return a function that seals a text for the holder of the private key, as Base64."""
    box = SealedBox(_public_key(public_key))

    def seal(text: str) -> str:
        return base64.b64encode(box.encrypt(text.encode())).decode()

    return seal


def _public_key(text: str) -> PublicKey:
    try:
        return PublicKey(base64.b64decode(text, validate=True))
    except (binascii.Error, CryptoError, TypeError, ValueError) as error:
        raise ValueError("should be 32 bytes in Base64, as HQ's set-up printed it") from error
