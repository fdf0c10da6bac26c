"""hq_server/tables.py: the model stays ready to be cut by store."""

from __future__ import annotations

import sqlalchemy as sa

from hq_server.database import metadata
from hq_server.tables import GLOBAL_TABLES


def test_every_table_has_a_store_or_is_global() -> None:
    without = {name for name, table in metadata.tables.items() if "store_id" not in table.columns}
    assert without == GLOBAL_TABLES


def test_no_sequence_makes_an_id() -> None:
    for table in metadata.tables.values():
        for column in table.primary_key.columns:
            assert isinstance(column.type, sa.String), f"{table.name}.{column.name}"
