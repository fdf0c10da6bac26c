"""The tables of an outbox are made by its steps."""

import sqlite3

from outbox.migration import bring_up_to_date, pending
from outbox.schema import OWNER, STEPS


def test_the_steps_make_the_tables() -> None:
    database = sqlite3.connect(":memory:")
    bring_up_to_date(database, OWNER, STEPS)
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert {"identity", "streams", "events"} <= tables
    assert not pending(database, OWNER, STEPS)
