"""Accounts: who may come in, and what they may see."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, Signer
from sqlalchemy import RowMapping

from hq_server.accounts import repository
from hq_server.accounts.passwords import Passwords
from hq_server.accounts.roles import Right, Role, may
from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.accounts.tries import Tries
from hq_server.database import Database
from hq_server.errors import ForbiddenError, InputError, SignInError

SESSION_LASTS = timedelta(hours=12)
FIRST_NAME = "admin"
_NAME = re.compile(r"[\w.@-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The account behind a request."""

    name: str
    role: Role
    scope: Scope
    csrf: str
    session_id: str

    def may(self, right: Right) -> bool:
        """Return whether the account has a right."""
        return may(self.role, right)

    def demand(self, right: Right) -> None:
        """Raise ForbiddenError unless the account has a right."""
        if not self.may(right):
            raise ForbiddenError(f"the role {self.role} does not allow this")


class Accounts:
    """Signs people in and out; sessions are rows, cookies only name them."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        cookie_key: bytes,
        now: Callable[[], datetime],
    ) -> None:
        """Prepare; `cookie_key` signs the cookies."""
        self._database = database
        self._passwords = passwords
        self._signer = Signer(cookie_key, salt="storeloop-hq-session", digest_method=hashlib.sha256)
        self._tries = Tries()
        self._now = now

    def sign_in(self, name: str, password: str, address: str | None) -> str:
        """Return the cookie of a new session, or raise SignInError or TooManyTriesError.

        `address` is where the try comes from; None when that is not known.
        """
        with self._tries.counted(name[:64], address):
            account = self._proven(name[:64].replace("\x00", ""), password)
        token = secrets.token_urlsafe(32)
        now = self._now()
        row: dict[str, object] = {
            "id": _session_id(token),
            "account_id": account["id"],
            "csrf": secrets.token_urlsafe(24),
            "created_at": now,
            "expires_at": now + SESSION_LASTS,
        }
        with self._database.writing() as connection:
            repository.start_session(connection, row, now)
        return self._signer.sign(token).decode()

    def who(self, cookie: str | None) -> SignedIn | None:
        """Return the account of a cookie; None when it names no running session."""
        try:
            token = self._signer.unsign((cookie or "").encode()).decode()
        except (BadSignature, UnicodeError):
            return None
        with self._database.reading() as connection:
            row = repository.session(connection, _session_id(token), self._now())
        if row is None:
            return None
        role = Role(row["role"])
        return SignedIn(
            name=row["name"],
            role=role,
            scope=Scope(frozenset(row["store_ids"])) if role is Role.MANAGER else EVERYTHING,
            csrf=row["csrf"],
            session_id=_session_id(token),
        )

    def sign_out(self, signed_in: SignedIn) -> None:
        """End a session."""
        with self._database.writing() as connection:
            repository.end_session(connection, signed_in.session_id)

    def add(self, name: str, role: Role, stores: Sequence[str], password: str) -> None:
        """Add an account, or change its password, role and stores."""
        if not _NAME.fullmatch(name):
            raise InputError("name", "1 to 64 letters, digits and . _ - @ are allowed")
        if (role is Role.MANAGER) != bool(stores):
            raise InputError("store", "a manager needs at least one store, no other role has any")
        values: dict[str, object] = {
            "password_hash": self._passwords.make(password),
            "role": str(role),
            "store_ids": sorted(set(stores)),
        }
        with self._database.writing() as connection:
            repository.keep_account(connection, name, values, self._now())

    def ensure_first(self) -> str | None:
        """Add the account `admin` when there is none at all; return its password, shown once."""
        with self._database.reading() as connection:
            if repository.account_count(connection):
                return None
        password = secrets.token_urlsafe(12)
        self.add(FIRST_NAME, Role.ADMIN, [], password)
        return password

    def names(self) -> list[str]:
        """Return the accounts that a case may be given to."""
        with self._database.reading() as connection:
            return repository.account_names(connection)

    def _proven(self, name: str, password: str) -> RowMapping:
        with self._database.reading() as connection:
            account = repository.by_name(connection, name)
        known = account["password_hash"] if account and account["active"] else None
        if not self._passwords.fits(password, known) or account is None:
            raise SignInError("name or password is wrong")
        return account


def _session_id(token: str) -> str:
    """Return what is stored of a token: a stolen database opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()
