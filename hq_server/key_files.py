"""Secret keys in files that only their owner reads; made at first use, never printed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from hq_server.errors import InputError


def secret_file(path: Path) -> bytes:
    """Return 32 secret bytes from a file that only its owner reads; made if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # fails when another process was first: its key stands
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    found = path.read_bytes()
    if len(found) != 32:
        raise InputError(path.name, "32 bytes are expected in this key file")
    return found


def cookie_key(data_dir: Path) -> bytes:
    """Return the key that signs cookies."""
    return secret_file(data_dir / "session.key")
