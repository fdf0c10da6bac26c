"""hq_server/tills/repository.py: many rows at once, as COPY writes them too."""

from __future__ import annotations

from hq_server.accounts.scope import EVERYTHING
from hq_server.database import Database
from hq_server.tills import repository
from tests.hq_server.conftest import NOW


def _instruction(number: int, **fields: object) -> repository.Row:
    row: repository.Row = {
        "id": f"n{number:04}", "store_id": "s1", "gateway_id": "g1", "touchpoint": None,
        "rule": "queue", "measure": "wait_s", "value": number / 7, "bound": 0.1,
        "text": {"en": "x"},
        "given_at": NOW, "acknowledged_at": None, "acknowledged_by": None, "ended_at": None,
    }  # fmt: skip
    return row | fields


def test_figures_read_back_as_they_were_and_nothing_said_is_overwritten(database: Database) -> None:
    rows = [_instruction(number) for number in range(150)]
    with database.writing() as connection:
        repository.keep_instructions(connection, rows)
        repository.keep_instructions(
            connection,
            [_instruction(n, value=None, text=None, acknowledged_by="Li") for n in range(150)],
        )
        found = repository.latest_instructions(connection, EVERYTHING, 1000)
    assert sorted(row["value"] for row in found) == [number / 7 for number in range(150)]
    assert {(row["acknowledged_by"], row["text"]["en"]) for row in found} == {("Li", "x")}
