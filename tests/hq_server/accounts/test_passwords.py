"""hq_server/accounts/passwords.py: hashes that fit only their password."""

from __future__ import annotations

from hq_server.accounts.passwords import LONGEST, Passwords
from hq_server.settings import PasswordSettings

CHEAP = Passwords(PasswordSettings(memory_kib=8, passes=1))


def test_only_the_right_password_fits() -> None:
    known = CHEAP.make("a long password")
    assert known.startswith("$argon2id$")
    assert CHEAP.fits("a long password", known)
    assert not CHEAP.fits("another password", known)


def test_an_unknown_name_or_damaged_hash_fits_nothing() -> None:
    assert not CHEAP.fits("nobody has this password", None)
    assert not CHEAP.fits("a long password", "damaged")
    assert not CHEAP.fits("x" * (LONGEST + 1), CHEAP.make("a long password"))
