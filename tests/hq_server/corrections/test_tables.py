"""hq_server/corrections/tables.py: of a response one correction at most is in force."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from hq_server.corrections.tables import corrections
from hq_server.database import Database
from hq_server.tables import feedback
from tests.hq_server.conftest import NOW

RESPONSE: dict[str, object] = {
    "id": "r1", "store_id": "s1", "gateway_id": "g1", "device": "d", "channel": "kiosk", "rev": 1,
    "outcome": "rated", "final": True, "survey": "s", "survey_version": 1, "question": "q",
    "reasons": [], "contact_consent": False, "language": "zh", "occurred_at": NOW,
    "received_at": NOW, "clock_quality": "synced", "marks": [], "weight": 100, "raw": b"",
}  # fmt: skip
ROW: dict[str, object] = {
    "store_id": "s1", "response_id": "r1", "why": "w", "author": "a", "at": NOW, "grading": {},
    "text_hash": "",
}  # fmt: skip


def test_the_database_itself_refuses_a_second_one_in_force(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(sa.insert(feedback), RESPONSE)
        for number in (1, 2):
            row = ROW | {"id": f"c{number}", "number": number, "in_force": False}
            connection.execute(sa.insert(corrections), row)
        connection.execute(
            sa.insert(corrections), ROW | {"id": "c3", "number": 3, "in_force": True}
        )
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(
            sa.insert(corrections), ROW | {"id": "c4", "number": 4, "in_force": True}
        )
