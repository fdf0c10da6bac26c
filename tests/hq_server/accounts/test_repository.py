"""hq_server/accounts/repository.py: accounts and sessions as rows."""

from __future__ import annotations

from datetime import timedelta

from hq_server.accounts import repository
from hq_server.database import Database
from tests.hq_server.conftest import NOW

VALUES: dict[str, object] = {"password_hash": "h", "role": "viewer", "store_ids": []}


def test_sessions_that_have_ended_are_forgotten(database: Database) -> None:
    with database.writing() as connection:
        repository.keep_account(connection, "li", VALUES, NOW)
        account = repository.by_name(connection, "li")
        assert account is not None
        for name, hours in (("old", 1), ("new", 3)):
            row: dict[str, object] = {
                "id": name,
                "account_id": account["id"],
                "csrf": "c",
                "created_at": NOW,
                "expires_at": NOW + timedelta(hours=hours),
            }
            repository.start_session(connection, row, NOW + timedelta(hours=hours - 1))
        later = NOW + timedelta(hours=2)
        assert repository.session(connection, "old", later) is None
        found = repository.session(connection, "new", later)
        assert found is not None
        assert found["name"] == "li"


def test_a_viewer_is_given_no_case(database: Database) -> None:
    with database.writing() as connection:
        repository.keep_account(connection, "li", VALUES, NOW)
        repository.keep_account(connection, "wu", VALUES | {"role": "agent"}, NOW)
        assert repository.account_names(connection) == ["wu"]
        assert repository.account_count(connection) == 2
