"""hq_server/ingest/lease.py: one process per name, fair shares, and a dead one blocks nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from hq_server.database import Database
from hq_server.errors import HeldError
from hq_server.ingest.lease import LASTS, Lease, processes, this_process
from hq_server.ingest.partitions import ALL
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


def _tend(pace: Pace, *held: Lease) -> None:
    """Let processes look after their partitions, as they do every few seconds."""
    for _ in range(2):
        pace.now += timedelta(seconds=3)
        for lease in held:
            lease.tend()


def test_who_joins_gets_a_fair_share_and_who_leaves_gives_it_back(database: Database) -> None:
    pace = Pace()
    one, two, three = (Lease(database, name, pace) for name in ("one", "two", "three"))
    one.take()
    assert one.partitions == ALL
    two.take()
    _tend(pace, one, two)
    assert (len(one.partitions), len(two.partitions)) == (32, 32)
    three.take()
    _tend(pace, one, two, three)
    shares = [lease.partitions for lease in (one, two, three)]
    assert sorted(map(len, shares)) == [20, 22, 22]
    assert frozenset().union(*shares) == ALL
    two.give_back()
    assert two.partitions == frozenset()
    _tend(pace, one, three)
    assert one.partitions | three.partitions == ALL
    assert not one.partitions & three.partitions


def test_what_expired_is_taken_over_and_its_holder_learns_it_at_once(database: Database) -> None:
    pace = Pace()
    asleep, awake = Lease(database, "asleep", pace), Lease(database, "awake", pace)
    asleep.take()
    awake.take()
    _tend(pace, asleep, awake)
    pace.now += LASTS
    awake.tend()
    assert awake.partitions == ALL
    assert len(asleep.partitions) == 32, "it sleeps: it does not know yet"
    with database.writing() as connection:
        asleep.check(connection)
    assert asleep.partitions == frozenset()
    _tend(pace, asleep, awake)
    assert (len(asleep.partitions), len(awake.partitions)) == (32, 32)


def test_a_dead_process_of_this_machine_leaves_its_partitions_at_once(database: Database) -> None:
    pace = Pace()
    dead, alive = Lease(database, "dead", pace), Lease(database, "alive", pace)
    dead.take()
    alive.take()
    _tend(pace, dead, alive)
    gone = f"{this_process().rpartition(' started ')[0]} started 1"
    with database.writing() as connection:
        connection.execute(
            sa.update(leases).where(leases.c.name == "ingest:dead").values(holder=gone)
        )
    pace.now += timedelta(seconds=3)
    alive.tend()
    assert alive.partitions == ALL
    with database.reading() as connection:
        found = {each.name: (each.alive, each.partitions) for each in processes(connection, pace())}
    assert found == {"dead": (False, 0), "alive": (True, 64)}


def test_a_clock_that_is_set_back_stops_no_renewal(database: Database) -> None:
    pace = Pace()
    lease = Lease(database, "hq", pace)
    lease.take()
    pace.now -= timedelta(days=3)
    lease.tend()
    with database.reading() as connection:
        expires = connection.execute(sa.select(leases.c.expires_at)).scalar_one()
    assert expires == pace.now + LASTS
