"""Signs what HQ tells a store, and checks the signature: Ed25519 over `briefs.signed_bytes`.

Keys are arguments: who holds HQ's private key, and where, is HQ's to know.
"""

from __future__ import annotations

import base64
import binascii

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from protocols.briefs import BriefKind, signed_bytes
from protocols.messages import Brief

PRIVATE_KEY_BYTES = 32


def sign(private: bytes, kind: BriefKind, addressee: str, version: str, body: bytes) -> str:
    """Return the Base64 signature of a document; `private` are any PRIVATE_KEY_BYTES bytes."""
    text = signed_bytes(kind, addressee, version, body)
    return base64.b64encode(SigningKey(private).sign(text).signature).decode()


def verify_key(private: bytes) -> str:
    """Return the Base64 key by which everybody can check what `private` signed."""
    return base64.b64encode(bytes(SigningKey(private).verify_key)).decode()


def verify(public: str, addressee: str, brief: Brief) -> bool:
    """Return whether the holder of the private key signed this document for this addressee.

    Raises ValueError when `public` is no key.
    """
    key = _key(public)
    text = signed_bytes(brief.kind, addressee, brief.version, brief.body)
    try:
        key.verify(text, base64.b64decode(brief.signature, validate=True))
    except (CryptoError, ValueError):  # ValueError: not Base64, or not 64 bytes
        return False
    return True


def check_verify_key(text: str) -> str:
    """Return `text` when it is a Base64 Ed25519 public key, else raise ValueError."""
    _key(text)
    return text


def _key(text: str) -> VerifyKey:
    try:
        return VerifyKey(base64.b64decode(text, validate=True))
    except (binascii.Error, CryptoError, TypeError, ValueError) as error:
        raise ValueError(
            "should be 32 bytes in Base64, as `storeloop-hq keys` prints it"
        ) from error
