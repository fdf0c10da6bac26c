import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge_gateway import till_rows
from edge_gateway.sales import DAY_MS
from tests.edge_gateway.test_sales import NOW, sale


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "outbox.db", isolation_level=None)
    till_rows.set_up(connection, NOW)
    yield connection
    connection.close()


def test_a_sale_comes_back_as_it_was_oldest_first(database: sqlite3.Connection) -> None:
    first = sale("B", printed_at=None, total=None, whole=False)
    for one in (first, sale("A", seen_ms=NOW + 1)):
        till_rows.save_sale(database, one)
    assert till_rows.load_sales(database) == [first, sale("A", seen_ms=NOW + 1)]


def test_sales_of_more_than_a_day_ago_are_gone_at_the_next_start(
    database: sqlite3.Connection,
) -> None:
    till_rows.save_sale(database, sale("A"))
    till_rows.save_sale(database, sale("B", seen_ms=NOW + 5))
    till_rows.set_up(database, NOW + DAY_MS + 1)
    assert [one.receipt for one in till_rows.load_sales(database)] == ["B"]


def test_d8_sales_take_a_small_share_of_the_quota(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA max_page_count = 30")  # 122,880 bytes
    for number in range(60):
        till_rows.save_sale(database, replace(sale(), receipt=str(number)))
    assert [one.receipt for one in till_rows.load_sales(database)] == [
        str(number) for number in range(20, 60)
    ]


def test_an_instruction_is_open_until_it_ends(database: sqlite3.Connection) -> None:
    for name in ("i1", "i2", "i1"):
        till_rows.open_instruction(database, name)
    till_rows.end_instruction(database, "i1")
    assert till_rows.load_open_instructions(database) == ("i2",)
