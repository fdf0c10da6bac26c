"""hq_server/tills/tables.py: rows of one store are never mistaken for another's."""

from __future__ import annotations

from hq_server.tills.tables import instructions, receipt_links


def test_what_the_field_names_is_kept_per_store() -> None:
    for table in (receipt_links, instructions):
        assert "store_id" in table.primary_key.columns
