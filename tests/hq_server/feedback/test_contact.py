"""hq_server/feedback/contact.py: what a kiosk seals, only this HQ opens."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from nacl.public import PublicKey, SealedBox

from hq_server.errors import InputError
from hq_server.feedback import contact


def _seal(folder: Path, number: bytes) -> str:
    key = PublicKey(base64.b64decode(contact.public_key(folder)))
    return base64.b64encode(SealedBox(key).encrypt(number)).decode()


def test_a_sealed_number_is_opened(tmp_path: Path) -> None:
    assert contact.unseal(tmp_path, _seal(tmp_path, b"13800138000")) == "13800138000"
    assert contact.public_key(tmp_path) == contact.public_key(tmp_path)


@pytest.mark.parametrize("sealed", ["", "%%%", "aGVsbG8=", "ü" * 20])
def test_what_was_not_sealed_for_us_is_refused(tmp_path: Path, sealed: str) -> None:
    with pytest.raises(InputError):
        contact.unseal(tmp_path / "b", sealed)
    with pytest.raises(InputError):
        contact.unseal(tmp_path / "b", _seal(tmp_path / "a", b"1"))
    with pytest.raises(InputError):
        contact.unseal(tmp_path / "b", _seal(tmp_path / "b", b"\xff"))
