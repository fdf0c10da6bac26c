"""hq_server/enrolment/repository.py: the address that a store's gateway said last is known."""

from __future__ import annotations

import sqlalchemy as sa

from hq_server.accounts.scope import EVERYTHING, Scope
from hq_server.database import Database
from hq_server.enrolment import repository
from hq_server.tables import gateways


def test_an_address_is_known_within_the_scope(database: Database) -> None:
    with database.writing() as connection:
        assert repository.addresses(connection, EVERYTHING) == {}
        change = sa.update(gateways).where(gateways.c.id == "g1")
        connection.execute(change.values(address="ws://a"))
        assert repository.addresses(connection, EVERYTHING) == {"s1": "ws://a"}
        assert repository.addresses(connection, Scope(frozenset({"s2"}))) == {}
        assert repository.device(connection, "nobody") is None
