"""HQ's keys for what it tells stores: one signs it, the other makes case codes unguessable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hq_server.key_files import secret_file
from protocols import signing

SIGN_KEY_FILE = "sign.key"
CODE_KEY_FILE = "codes.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Both secrets, 32 bytes each."""

    sign: bytes
    code: bytes


def keys(data_dir: Path) -> Keys:
    """Return the keys in `data_dir`; each is made at first use."""
    return Keys(
        sign=secret_file(data_dir / SIGN_KEY_FILE), code=secret_file(data_dir / CODE_KEY_FILE)
    )


def verify_key(data_dir: Path) -> str:
    """Return the Base64 key by which gateways check what HQ tells them."""
    return signing.verify_key(secret_file(data_dir / SIGN_KEY_FILE))
