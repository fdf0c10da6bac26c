"""hq_server/rulebook/tables.py: the migration makes exactly these tables."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hq_server.database import Database, metadata

NAMES = ("drafts", "revisions", "publications", "versions", "replays", "changed")


@pytest.mark.parametrize("name", NAMES)
def test_the_tables_have_the_columns_of_the_migration(database: Database, name: str) -> None:
    table = metadata.tables[f"rulebook_{name}"]
    found = {each["name"] for each in sa.inspect(database.engine).get_columns(table.name)}
    assert found == set(table.columns.keys())
