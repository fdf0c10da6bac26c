"""hq_server/failures.py: what is said of an error holds no value."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from hq_server import failures
from hq_server.database import Database
from hq_server.tables import refusals
from tests.hq_server.conftest import NOW


def test_a_database_error_is_named_by_its_code(database: Database) -> None:
    row = {"sender": "g", "why": "secret words", "times": None, "first_at": NOW, "last_at": NOW}
    with pytest.raises(IntegrityError) as refused, database.writing() as connection:
        connection.execute(sa.insert(refusals), row)
    said = failures.kind(refused.value)
    assert said in (
        "IntegrityError (NotNullViolation 23502)",
        "IntegrityError (IntegrityError SQLITE_CONSTRAINT_NOTNULL)",
    )
    assert "connection.execute" in failures.place(refused.value)
    assert "secret words" not in failures.place(refused.value)


def test_any_other_error_is_named_by_its_class() -> None:
    assert failures.kind(ValueError("secret words")) == "ValueError"
