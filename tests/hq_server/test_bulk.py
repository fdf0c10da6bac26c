"""hq_server/bulk.py: what is written in bulk reads back the same, few rows or many."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from hq_server import bulk
from hq_server.bulk import COPY_FROM_ROWS
from hq_server.database import TRANSIENT, Database, Insert
from hq_server.tables import cases, day_scores, dead_letters, feedback
from hq_server.tills.tables import receipts
from tests.hq_server.conftest import NOW
from tests.hq_server.peer import until

TEXTS = ["", "排队", r"\N", "a\tb\nc\rd", r"\\x41 \t", "'; --", '{"a": 1}', "NULL", "🙂", " "]
SIZES = (3, COPY_FROM_ROWS + 7)


def _plain(statement: Insert) -> Insert:
    return statement


def _first(statement: Insert) -> Insert:
    return statement.on_conflict_do_nothing()


def _added(statement: Insert) -> Insert:
    new = {"responses": day_scores.c.responses + statement.excluded["responses"]}
    key = ["store_id", "day", "touchpoint"]
    return statement.on_conflict_do_update(index_elements=key, set_=new)


def _feedback(number: int, **fields: Any) -> dict[str, Any]:
    text = TEXTS[number % len(TEXTS)]
    row: dict[str, Any] = {
        "id": f"r{number:05}", "store_id": "s1", "gateway_id": "g1", "device": "k1",
        "touchpoint": text if number % 3 else None, "channel": "kiosk", "rev": number + 1,
        "outcome": "rated", "final": bool(number % 2), "survey": "v", "survey_version": 2**40,
        "question": "q", "rating": None if number % 2 else 4,
        "nps": 9 if number % 2 else None, "marks": [text], "weight": number % 101,
        "promised_at": NOW if number % 3 else None, "reasons": [{"id": text}],
        "note": text if number % 2 else None, "contact_sealed": None, "contact_consent": False,
        "code": None, "language": "zh-CN", "occurred_at": NOW + timedelta(microseconds=number),
        "received_at": NOW, "clock_quality": "synced", "grade": "B",
        "grading": {"evidence": [text], "at": number}, "lexicon_version": "1",
        "raw": bytes(range(256)) if number % 2 else b"",
    }  # fmt: skip
    return row | fields


def _receipt(number: int, **fields: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": f"q{number:05}", "store_id": "s1", "gateway_id": "g1", "till": "t", "number": "1",
        "total": None, "currency": None, "printed_at": None, "items": None, "damaged": True,
        "cashier": None, "at_table": None, "discount": None, "payment": None, "goods": [],
        "occurred_at": NOW, "received_at": NOW,
    }  # fmt: skip
    return row | fields


def _score(number: int, responses: int) -> dict[str, Any]:
    counts = {name: 0 for name in day_scores.columns.keys()[4:]}
    key = {"store_id": "s1", "day": f"{number:010}", "touchpoint": ""}
    return key | {"responses": responses} | counts


@pytest.mark.parametrize("size", SIZES)
def test_every_kind_of_value_reads_back_as_it_was(database: Database, size: int) -> None:
    rows = [_feedback(number) for number in range(size)]
    with database.writing() as connection:
        assert bulk.write(connection, feedback, rows, _plain) == size
    with database.reading() as connection:
        found = connection.execute(sa.select(feedback).order_by(feedback.c.id)).mappings()
        assert [dict(row) for row in found] == rows


@pytest.mark.parametrize("size", SIZES)
def test_sqlalchemy_and_bulk_write_the_same(database: Database, size: int) -> None:
    """A query of SQLAlchemy's compares times as text in SQLite: they must look the same."""
    rows = [_feedback(number) for number in range(size)]
    renamed = [row | {"id": f"x{row['id']}"} for row in rows]
    with database.writing() as connection:
        bulk.write(connection, feedback, rows, _plain)
        connection.execute(sa.insert(feedback), renamed)
        as_text = [sa.cast(c, sa.Text) for c in feedback.columns if c.name not in ("id", "raw")]
        both = connection.execute(sa.select(feedback.c.id, *as_text).order_by(feedback.c.id)).all()
    assert [row[1:] for row in both[:size]] == [row[1:] for row in both[size:]]


@pytest.mark.parametrize("size", SIZES)
def test_an_instant_of_another_zone_is_kept_as_utc_and_a_naive_one_refused(
    database: Database, size: int
) -> None:
    east = NOW.astimezone(timezone(timedelta(hours=8)))
    rows = [_receipt(number, occurred_at=east) for number in range(size)]
    with database.writing() as connection:
        bulk.write(connection, receipts, rows, _plain)
        found = connection.execute(sa.select(receipts.c.occurred_at)).scalars().all()
        assert {(at, at.tzinfo) for at in found} == {(NOW, UTC)}
        naive = [row | {"received_at": datetime(2026, 1, 1)} for row in rows]  # noqa: DTZ001
        with pytest.raises(ValueError, match="naive"):
            bulk.write(connection, receipts, naive, _first)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_written_is_counted_and_a_conflict_is_not(database: Database, size: int) -> None:
    rows = [_receipt(number) for number in range(size)]
    with database.writing() as connection:
        assert bulk.write(connection, receipts, rows, _first) == size
        assert bulk.write(connection, receipts, [*rows, _receipt(size)], _first) == 1
        assert bulk.write(connection, receipts, [], _first) == 0


@pytest.mark.parametrize("size", SIZES)
def test_on_conflict_do_update_adds(database: Database, size: int) -> None:
    with database.writing() as connection:
        for times in (1, 2):
            bulk.write(connection, day_scores, [_score(n, n * times) for n in range(size)], _added)
        wanted = sa.select(day_scores.c.responses).order_by(day_scores.c.day)
        assert list(connection.execute(wanted).scalars()) == [3 * n for n in range(size)]


@pytest.mark.parametrize("size", SIZES)
def test_a_savepoint_that_is_taken_back_takes_the_rows_with_it(
    database: Database, count: Callable[[str], int], size: int
) -> None:
    rows = [_receipt(number) for number in range(size)]
    with database.writing() as connection:
        with pytest.raises(RuntimeError), connection.begin_nested():
            bulk.write(connection, receipts, rows, _plain)
            raise RuntimeError
        bulk.write(connection, receipts, rows[:-1], _plain)
    assert count("receipts") == size - 1


@pytest.mark.parametrize("size", SIZES)
def test_a_refusal_is_sqlalchemys_error_and_repeats_no_words(database: Database, size: int) -> None:
    rows = [_feedback(number, note="secret words") for number in range(size)]
    wrong = [row | {"device": None} for row in rows]
    with pytest.raises(IntegrityError) as refused, database.writing() as connection:
        bulk.write(connection, feedback, wrong, _plain)
    assert "secret words" not in str(refused.value).partition("DETAIL")[0]


def test_a_connection_that_broke_is_an_error_that_passes(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no connection to break")
    rows = [_receipt(number) for number in range(COPY_FROM_ROWS)]
    with pytest.raises(OperationalError) as lost, database.writing() as connection:
        own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with database.reading() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({own})")
        bulk.write(connection, receipts, rows, _plain)
    assert isinstance(lost.value, TRANSIENT)
    with database.writing() as connection:
        assert bulk.write(connection, receipts, rows, _plain) == len(rows)


@pytest.mark.parametrize("size", SIZES)
def test_a_number_out_of_range_is_refused(database: Database, size: int) -> None:
    rows = [_receipt(number, items=2**80) for number in range(size)]
    with (
        pytest.raises((DataError, OverflowError, OperationalError)),
        database.writing() as connection,
    ):
        bulk.write(connection, receipts, rows, _plain)


def test_the_tables_of_the_hot_path_have_kinds_that_copy_knows() -> None:
    known = (sa.String, sa.Integer, sa.Boolean, sa.LargeBinary, sa.JSON, sa.TypeDecorator)
    for table in (feedback, receipts, cases, dead_letters, day_scores):
        for column in table.columns:
            assert isinstance(column.type, known), column


@pytest.mark.parametrize("size", SIZES)
def test_rows_are_written_in_the_order_of_their_keys_so_that_two_writers_never_deadlock(
    database: Database, size: int
) -> None:
    """The other waits for our first row; had it written its last one before, we would wait too."""
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    rows = [_receipt(number) for number in reversed(range(size))]
    written: list[int] = []

    def _other() -> None:
        with database.writing() as connection:
            written.append(bulk.write(connection, receipts, rows, _first))

    other = threading.Thread(target=_other)
    with database.writing() as connection:
        bulk.write(connection, receipts, rows[-1:], _first)
        other.start()
        until(lambda: _waiting(database))
        bulk.write(connection, receipts, rows[:1], _first)
    other.join()
    assert written == [size - 2]


def _waiting(database: Database) -> bool:
    with database.reading() as connection:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        return bool(connection.exec_driver_sql(waiting).scalar_one())
