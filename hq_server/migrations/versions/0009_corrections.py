"""What people at HQ say gradings should have been, and an index over feedback that has words."""

import sqlalchemy as sa
from alembic import op

from hq_server.database import UtcDateTime

revision = "0009"
down_revision = "0008"

_IN_FORCE = sa.text("in_force")
_HAS_WORDS = sa.text("note IS NOT NULL")


def upgrade() -> None:
    """Add a table and an index."""
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("store_id", sa.String(64), nullable=False),
        sa.Column("response_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("grade", sa.String(1), nullable=True),
        sa.Column("department", sa.String(64), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=True),
        sa.Column("sentiment", sa.Integer(), nullable=True),
        sa.Column("intent", sa.String(16), nullable=True),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("grading", sa.JSON(), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["feedback.id"], name=op.f("fk_corrections_response_id")
        ),
        sa.UniqueConstraint(
            "response_id", "number", name=op.f("uq_corrections_response_id_number")
        ),
    )
    op.create_index("ix_corrections_at", "corrections", ["at"])
    op.create_index(
        "uq_corrections_in_force",
        "corrections",
        ["response_id"],
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    )
    op.create_index(
        "ix_feedback_words",
        "feedback",
        ["received_at"],
        sqlite_where=_HAS_WORDS,
        postgresql_where=_HAS_WORDS,
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_index("ix_feedback_words", "feedback")
    op.drop_table("corrections")
