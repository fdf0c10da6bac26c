"""Seals recorded bytes so that only whoever holds the private key reads them: NaCl sealed boxes."""

from __future__ import annotations

import base64

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox


def key_pair() -> tuple[str, str]:
    """Return a new private key and its public key, both Base64."""
    private = PrivateKey.generate()
    return _text(bytes(private)), _text(bytes(private.public_key))


def seal(public: str, plain: bytes) -> bytes:
    """Return bytes that the holder of the private key opens; ValueError when `public` is no key."""
    return SealedBox(PublicKey(_bytes(public))).encrypt(plain)


def unseal(private: str, sealed: bytes) -> bytes:
    """Return what was sealed; ValueError when this is not the key."""
    try:
        return SealedBox(PrivateKey(_bytes(private))).decrypt(sealed)
    except CryptoError as error:
        raise ValueError("it was sealed for another key, or it is damaged") from error


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _bytes(key: str) -> bytes:
    try:
        decoded = base64.b64decode(key, validate=True)
    except ValueError as error:
        raise ValueError("a key is 32 bytes in Base64") from error
    if len(decoded) != PrivateKey.SIZE:
        raise ValueError("a key is 32 bytes in Base64")
    return decoded
