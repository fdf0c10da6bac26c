"""The file is set up so that nothing committed is lost, and events lie close together."""

import sqlite3
from pathlib import Path

from outbox.file import PAGE_BYTES, connected
from outbox.log import Outbox
from outbox.migration import bring_up_to_date
from outbox.schema import OWNER, STEPS
from protocols.messages import Lane


def test_d2_every_commit_is_synced(tmp_path: Path) -> None:
    connection = connected(tmp_path / "o.db")
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_event_of_1500_bytes_takes_no_pages_of_its_own(tmp_path: Path) -> None:
    outbox = Outbox.open(tmp_path / "o.db", device="k1", program="test")
    outbox.append_many(Lane.BULK, [b"x" * 1_500] * 1_000, 1)
    outbox.close()
    assert (tmp_path / "o.db").stat().st_size < 1_000 * 1_500 * 1.25


def test_a_file_with_smaller_pages_is_kept_as_it_is(tmp_path: Path) -> None:
    earlier = sqlite3.connect(tmp_path / "o.db")
    earlier.execute("PRAGMA page_size = 4096")
    bring_up_to_date(earlier, OWNER, STEPS)
    earlier.close()
    outbox = Outbox.open(tmp_path / "o.db", device="k1", program="test", max_bytes=1_000_000)
    assert outbox.append(Lane.BULK, b"x", 1) == 1
    assert outbox.database.execute("PRAGMA page_size").fetchone() == (4096,)
    assert outbox.database.execute("PRAGMA max_page_count").fetchone() == (1_000_000 // 4096,)
    assert PAGE_BYTES != 4096
