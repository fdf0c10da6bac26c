"""hq_server/ingest/lease.py: one process per name, and a dead one never blocks the next."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from hq_server.database import Database
from hq_server.errors import HeldError
from hq_server.ingest.lease import LASTS, Lease, this_process
from hq_server.tables import leases
from tests.hq_server.conftest import NOW


class Pace:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_the_second_is_told_who_has_it(database: Database) -> None:
    pace = Pace()
    first, second = Lease(database, "hq", pace), Lease(database, "hq", pace)
    first.take()
    with pytest.raises(HeldError) as caught:
        second.take()
    assert this_process() in str(caught.value)
    Lease(database, "other", pace).take()
    first.give_back()
    second.take()


def test_one_that_fell_asleep_is_stopped(database: Database) -> None:
    pace = Pace()
    first, second = Lease(database, "hq", pace), Lease(database, "hq", pace)
    first.take()
    pace.now += LASTS + timedelta(seconds=1)
    second.take()
    with pytest.raises(HeldError, match="was lost"):
        first.renew()
    with pytest.raises(HeldError), database.writing() as connection:
        first.check(connection)


def test_renewed_in_time_it_stays(database: Database) -> None:
    pace = Pace()
    first, second = Lease(database, "hq", pace), Lease(database, "hq", pace)
    first.take()
    for _ in range(10):
        pace.now += timedelta(seconds=6)
        first.renew()
    with pytest.raises(HeldError):
        second.take()


@pytest.mark.parametrize("started", ["started 1", "started ended"])
def test_a_dead_process_of_this_machine_holds_nothing(database: Database, started: str) -> None:
    pace = Pace()
    Lease(database, "hq", pace).take()
    dead = f"{this_process().rpartition(' started ')[0]} {started}"
    with database.writing() as connection:
        connection.execute(sa.update(leases).values(holder=dead))
    Lease(database, "hq", pace).take()
    with database.reading() as connection:
        assert connection.execute(sa.select(leases.c.holder)).scalar_one() == this_process()
