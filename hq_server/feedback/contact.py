"""Shoppers' sealed phone numbers: the one module that knows nacl."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from hq_server.errors import InputError
from hq_server.key_files import secret_file

KEY_FILE = "hq.key"


def public_key(data_dir: Path) -> str:
    """Return the key that kiosks seal numbers with, base64; the pair is made at first use."""
    return base64.b64encode(bytes(_private_key(data_dir).public_key)).decode()


def seal(data_dir: Path, number: str) -> str:
    """Return a number as kiosks send it, base64: only `unseal` reads it."""
    box = SealedBox(PublicKey(base64.b64decode(public_key(data_dir))))
    return base64.b64encode(box.encrypt(number.encode())).decode()


def unseal(data_dir: Path, sealed: str) -> str:
    """Return the number in a sealed box; InputError when our key does not open it."""
    try:
        box = base64.b64decode(sealed, validate=True)
        return SealedBox(_private_key(data_dir)).decrypt(box).decode()
    except (CryptoError, binascii.Error, ValueError, TypeError) as error:
        raise InputError("contact", "sealed for another key than this HQ's") from error


def _private_key(data_dir: Path) -> PrivateKey:
    return PrivateKey(secret_file(data_dir / KEY_FILE))
