"""hq_server/ingest/decoding.py: true times, and no flood of boots."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from hq_server.database import Database
from hq_server.ingest.decoding import BOOTS_PER_DEVICE
from hq_server.ingest.intake import Answer, Taken
from hq_server.tables import boots, feedback
from protocols.messages import Clock, ClockQuality, Stream
from tests.hq_server.conftest import NOW
from tests.hq_server.field import KIOSK, batch, response, taken

Take = Callable[..., list[Answer]]


def rows(database: Database, table: sa.Table) -> list[sa.RowMapping]:
    with database.reading() as connection:
        return list(connection.execute(sa.select(table)).mappings())


def test_more_boots_than_a_statement_can_name_are_no_poison(database: Database, take: Take) -> None:
    """PostgreSQL takes 65,535 parameters; a device is free to say a new boot in every event."""

    def _many(device: int) -> Taken:
        said = [
            response(f"r{device}-{n}", at=Clock(boot=f"b{n}", mono_ms=1, wall_ms=1))
            for n in range(200)
        ]
        stream = Stream(device=f"k{device}", epoch="e", lane=KIOSK.lane)
        return taken(batch(*said, stream=stream))

    take(*(_many(device) for device in range(3)))
    assert len(rows(database, feedback)) == 600
    assert len(rows(database, boots)) == 3 * BOOTS_PER_DEVICE


def test_d9_a_wrong_clock_is_put_right_by_the_monotonic_one(database: Database, take: Take) -> None:
    def wrong(mono_ms: int) -> Clock:
        return Clock(boot="b9", mono_ms=mono_ms, wall_ms=1000, quality=ClockQuality.UNSYNCED)

    take(taken(batch(response("r1", at=wrong(60_000)), response("r2", at=wrong(90_000)))))
    found = {row["id"]: row["occurred_at"] for row in rows(database, feedback)}
    assert found == {"r1": NOW - timedelta(seconds=30), "r2": NOW}
    assert rows(database, feedback)[0]["clock_quality"] == "reconstructed"
