"""Table of what people at HQ say gradings should have been."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Integer, String

from hq_server.database import UtcDateTime, metadata

_IN_FORCE = sa.text("in_force")

# One row for each time somebody corrected; what is NULL stays as grading said. Of a response one
# row at most is in force: the unique index holds it, whoever writes at the same time.
corrections = sa.Table(
    "corrections",
    metadata,
    # Of the form: sent twice, it is kept once.
    Column("id", String(64), primary_key=True),
    Column("store_id", String(64), nullable=False),  # no index: nobody asks by store
    Column("response_id", String(64), sa.ForeignKey("feedback.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("in_force", Boolean, nullable=False),
    Column("grade", String(1)),
    Column("department", String(64)),
    Column("topics", sa.JSON(none_as_null=True)),
    Column("sentiment", Integer),
    Column("intent", String(16)),
    Column("why", String(500), nullable=False),
    Column("author", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    # What was corrected: the verdict, and the hash of the words that it was about.
    Column("grading", sa.JSON, nullable=False),
    Column("text_hash", String(64), nullable=False),
    sa.UniqueConstraint("response_id", "number"),
    sa.Index(
        "uq_corrections_in_force",
        "response_id",
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    ),
)
