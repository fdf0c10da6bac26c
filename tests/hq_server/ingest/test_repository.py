"""hq_server/ingest/repository.py: watermarks come back as they were kept."""

from __future__ import annotations

from datetime import timedelta

from hq_server.database import Database
from hq_server.ingest import repository
from hq_server.ingest.arrival import DeadLetter, Origin
from hq_server.ingest.repository import MISSING_KEPT, Watermark
from hq_server.ingest.true_time import BootOffset
from tests.hq_server.conftest import NOW
from tests.hq_server.field import BULK, KIOSK

ORIGIN = Origin(gateway="g1", store="s1", received_at=NOW)


def test_watermarks(database: Database) -> None:
    mark = Watermark(
        stream=KIOSK, store="s1", gateway="g1", through=7, first_at=NOW, last_at=NOW, changed=True
    )
    mark.missing = [[number, number] for number in range(MISSING_KEPT + 5)]
    idle = Watermark(stream=BULK, store="s1", gateway="g1", first_at=NOW, last_at=NOW)
    with database.writing() as connection:
        repository.keep_watermarks(connection, [mark, idle])
        mark.through = 9
        repository.keep_watermarks(connection, [mark])
        found = repository.watermarks(connection, [KIOSK, BULK])
    assert set(found) == {(KIOSK, "s1")}
    assert found[KIOSK, "s1"].through == 9
    assert len(found[KIOSK, "s1"].missing) == MISSING_KEPT


def test_dead_letters_are_counted_by_hour(database: Database) -> None:
    whole = DeadLetter(origin=ORIGIN, raw=b"\x00", why="a\x00" * 600)
    event = DeadLetter(origin=ORIGIN, raw=b"", why="w", stream=KIOSK, seq=1)
    with database.writing() as connection:
        repository.bury(connection, [])
        repository.bury(connection, [whole, event])
        hour = timedelta(hours=1)
        assert repository.whole_letters_since(connection, ORIGIN, hour) == 1
        later = Origin(gateway="g1", store="s1", received_at=NOW + 2 * hour)
        assert repository.whole_letters_since(connection, later, hour) == 0


def test_boot_offsets(database: Database) -> None:
    known = {("k1", "b1"): BootOffset(offset_ms=5, synced=False)}
    with database.writing() as connection:
        repository.keep_boot_offsets(connection, known)
        known["k1", "b1"] = BootOffset(offset_ms=4, synced=True)
        repository.keep_boot_offsets(connection, known)
        assert repository.boot_offsets(connection, [("k1", "b1"), ("k1", "b2")]) == known
        assert repository.boot_offsets(connection, []) == {}


def test_boot_offsets_of_more_boots_than_a_statement_can_name(database: Database) -> None:
    wanted = [("k1", f"b{number}") for number in range(33_000)]  # 66,000 parameters
    known = {wanted[-1]: BootOffset(offset_ms=5, synced=True)}
    with database.writing() as connection:
        repository.keep_boot_offsets(connection, known)
        assert repository.boot_offsets(connection, wanted) == known
