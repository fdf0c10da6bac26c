"""hq_server/devices/repository.py: refusals stay few rows; a device stays in its store."""

from __future__ import annotations

import sqlalchemy as sa

from hq_server.database import Database
from hq_server.devices import repository
from hq_server.tables import devices, refusals
from protocols.messages import DeviceState, Lane
from tests.hq_server.conftest import NOW
from tests.hq_server.field import at


def test_a_flood_of_names_stays_a_bounded_table(database: Database) -> None:
    with database.writing() as connection:
        for number in range(repository.REFUSALS_KEPT + 20):
            repository.refuse(connection, f"name{number}", "why", NOW)
        rows = connection.execute(sa.select(sa.func.count(refusals.c.sender))).scalar_one()
        others = sa.select(refusals.c.times).where(refusals.c.sender == repository.OTHERS)
        assert connection.execute(others).scalar_one() == 20
    assert rows == repository.REFUSALS_KEPT + 1


def test_a_device_is_not_taken_over_by_another_store(database: Database) -> None:
    state = DeviceState(
        device="k1", epoch="e", program="p\x00", accepted={Lane.BULK: 3}, waiting=1, at=at()
    )
    with database.writing() as connection:
        repository.keep_device(connection, "g1", "s1", state, NOW)
        repository.keep_device(connection, "g2", "s2", state, NOW)
        row = connection.execute(sa.select(devices)).mappings().one()
        counted = repository.counts(connection)
    assert (row["store_id"], row["gateway_id"], row["program"]) == ("s1", "g1", "p")
    assert row["accepted"] == {"bulk": 3}
    assert (counted["gateways"], counted["gateways_online"]) == (2, 0)
