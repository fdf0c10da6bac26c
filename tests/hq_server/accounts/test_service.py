"""hq_server/accounts/service.py: who comes in, and who does not."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from hq_server.accounts.passwords import Passwords
from hq_server.accounts.roles import Right, Role
from hq_server.accounts.scope import EVERYTHING
from hq_server.accounts.service import SESSION_LASTS, Accounts
from hq_server.database import Database
from hq_server.errors import ForbiddenError, InputError, SignInError, TooManyTriesError
from hq_server.settings import PasswordSettings
from hq_server.tables import sessions
from tests.hq_server.conftest import NOW, PASSWORD


class Pace:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def pace() -> Pace:
    return Pace()


@pytest.fixture
def accounts(database: Database, pace: Pace) -> Accounts:
    made = Accounts(database, Passwords(PasswordSettings(memory_kib=8, passes=1)), b"k" * 32, pace)
    made.add("li", Role.MANAGER, ["s1"], PASSWORD)
    return made


def test_a_manager_signs_in_and_sees_his_stores_only(accounts: Accounts) -> None:
    who = accounts.who(accounts.sign_in("li", PASSWORD, "10.0.0.1"))
    assert who is not None
    assert (who.name, who.role, who.scope.stores) == ("li", Role.MANAGER, frozenset({"s1"}))
    assert who.may(Right.ACT)
    with pytest.raises(ForbiddenError):
        who.demand(Right.CONTACT)


@pytest.mark.parametrize(("name", "password"), [("li", "wrong password"), ("nobody", PASSWORD)])
def test_name_and_password_must_fit(accounts: Accounts, name: str, password: str) -> None:
    with pytest.raises(SignInError, match="name or password is wrong"):
        accounts.sign_in(name, password, "10.0.0.1")


def test_guessing_is_slowed_down(accounts: Accounts) -> None:
    for _ in range(10):
        with pytest.raises(SignInError):
            accounts.sign_in("li", "wrong password", "10.0.0.1")
    with pytest.raises(TooManyTriesError):
        accounts.sign_in("li", PASSWORD, "10.0.0.2")


def test_guessing_many_at_once_is_no_way_round(database: Database, pace: Pace) -> None:
    slow = Passwords(PasswordSettings(memory_kib=4096, passes=2))
    accounts = Accounts(database, slow, b"k" * 32, pace)
    accounts.add("li", Role.MANAGER, ["s1"], PASSWORD)

    def _try(number: int) -> str:
        try:
            accounts.sign_in("li", f"wrong password {number}", "10.0.0.1")
        except (SignInError, TooManyTriesError) as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(40) as people:
        answered = Counter(people.map(_try, range(40)))
    assert answered == {"SignInError": 10, "TooManyTriesError": 30}


def test_signing_in_is_not_counted(accounts: Accounts) -> None:
    for _ in range(12):
        assert accounts.sign_in("li", PASSWORD, "10.0.0.1")


def test_a_session_ends_by_time_by_signing_out_and_by_a_new_password(
    accounts: Accounts, pace: Pace
) -> None:
    first = accounts.sign_in("li", PASSWORD, "10.0.0.1")
    who = accounts.who(first)
    assert who is not None
    accounts.sign_out(who)
    assert accounts.who(first) is None
    second = accounts.sign_in("li", PASSWORD, "10.0.0.1")
    accounts.add("li", Role.AGENT, [], "another password")
    assert accounts.who(second) is None
    third = accounts.sign_in("li", "another password", "10.0.0.1")
    pace.now += SESSION_LASTS + timedelta(seconds=1)
    assert accounts.who(third) is None


@pytest.mark.parametrize("cookie", [None, "", "x", "x.y", "\udcff", "a" * 5000])
def test_a_made_up_cookie_opens_nothing(accounts: Accounts, cookie: str | None) -> None:
    assert accounts.who(cookie) is None


def test_a_stolen_database_opens_no_session(accounts: Accounts, database: Database) -> None:
    cookie = accounts.sign_in("li", PASSWORD, "10.0.0.1")
    with database.reading() as connection:
        stored = connection.execute(sa.select(sessions.c.id)).scalar_one()
    assert stored not in cookie
    assert cookie.split(".")[0] not in stored


def test_the_first_account_is_made_once(database: Database, pace: Pace) -> None:
    fresh = Accounts(database, Passwords(PasswordSettings(memory_kib=8, passes=1)), b"k" * 32, pace)
    password = fresh.ensure_first()
    assert password is not None
    who = fresh.who(fresh.sign_in("admin", password, "10.0.0.1"))
    assert who is not None
    assert (who.role, who.scope) == (Role.ADMIN, EVERYTHING)
    assert fresh.ensure_first() is None


def test_what_an_account_may_be(accounts: Accounts) -> None:
    with pytest.raises(InputError, match="a manager needs at least one store"):
        accounts.add("wu", Role.MANAGER, [], PASSWORD)
    with pytest.raises(InputError, match="10 to 200 characters"):
        accounts.add("wu", Role.AGENT, [], "short")
    with pytest.raises(InputError, match="letters, digits"):
        accounts.add("w u", Role.AGENT, [], PASSWORD)
    accounts.add("吴敏", Role.AGENT, [], PASSWORD)
    assert accounts.names() == ["li", "吴敏"]
