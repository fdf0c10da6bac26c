"""hq_server/shopper/tables.py: what comes from shoppers can be cut by store too."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hq_server.shopper.tables import additions, problem_hidden, problem_votes


@pytest.mark.parametrize("table", [additions, problem_hidden, problem_votes])
def test_every_row_belongs_to_a_store(table: sa.Table) -> None:
    assert "store_id" in table.primary_key.columns
