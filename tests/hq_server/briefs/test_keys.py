"""hq_server/briefs/keys.py: two secrets of one folder, made once."""

from __future__ import annotations

from pathlib import Path

from hq_server.briefs.keys import keys, verify_key
from protocols import signing
from protocols.briefs import BriefKind
from protocols.messages import Brief


def test_the_keys_stay_the_same_and_are_for_their_owner_alone(tmp_path: Path) -> None:
    made = keys(tmp_path)
    assert keys(tmp_path) == made
    assert made.sign != made.code
    for name in ("sign.key", "codes.key"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_what_is_signed_here_is_checked_by_the_printed_key(tmp_path: Path) -> None:
    signature = signing.sign(keys(tmp_path).sign, BriefKind.SURVEY, "s1", "v", b"body")
    brief = Brief(kind=BriefKind.SURVEY, version="v", body=b"body", signature=signature)
    assert signing.verify(verify_key(tmp_path), "s1", brief)
    assert not signing.verify(verify_key(tmp_path), "s2", brief)
