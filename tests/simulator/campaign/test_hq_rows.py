"""HQ's tables and the outboxes are read from outside, as they stand."""

from pathlib import Path

import pytest

from hq_server import migrations
from hq_server.database import Database
from outbox import Outbox
from protocols.messages import Lane
from simulator.campaign.hq_rows import UNREADABLE, HqRows, own_streams


def test_a_new_hq_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "hq.sqlite3"
    database = Database(f"sqlite:///{file}")
    migrations.migrate(database)
    found = HqRows(str(file)).look()
    database.close()
    assert (found.responses, found.streams, found.dead_letters) == ((), {}, 0)
    assert found.revisions == {}


def test_a_database_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(UNREADABLE):
        HqRows(str(tmp_path / "none.sqlite3")).look()


def test_own_streams_are_read_while_a_program_has_them_open(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "outbox.db", device="k1", program="test")
    outbox.append(Lane.BULK, b"{}", 1)
    outbox.append(Lane.BULK, b"{}", 2)
    heads = own_streams(outbox.path)
    assert heads[("k1", outbox.epoch, "bulk")] == 2
    outbox.close()
