"""Scores by store, day and touchpoint, kept with the feedback; indexes that no query used go.

The scores of feedback that is here already are counted by the first ingest that starts: only
its settings say when a day begins.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_COUNTS = (
    "responses", "rated_1", "rated_2", "rated_3", "rated_4", "rated_5",
    "grade_s", "grade_a", "grade_b", "noted",
)  # fmt: skip


def upgrade() -> None:
    """Create the rollups."""
    op.create_table(
        "day_scores",
        sa.Column("store_id", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("touchpoint", sa.String(64), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("store_id", "day", "touchpoint", name=op.f("pk_day_scores")),
    )
    op.create_index(op.f("ix_day_scores_day"), "day_scores", ["day"])
    op.create_table(
        "rollups",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rollups")),
    )
    op.drop_index(op.f("ix_feedback_store_id"), "feedback")
    op.drop_index("ix_feedback_store_id_occurred_at", "feedback")
    op.create_index("ix_feedback_store_id_received_at", "feedback", ["store_id", "received_at"])
    op.drop_index(op.f("ix_receipts_store_id"), "receipts")
    op.drop_index(op.f("ix_timeline_store_id"), "timeline")


def downgrade() -> None:
    """Drop the rollups."""
    op.create_index(op.f("ix_timeline_store_id"), "timeline", ["store_id"])
    op.create_index(op.f("ix_receipts_store_id"), "receipts", ["store_id"])
    op.drop_index("ix_feedback_store_id_received_at", "feedback")
    op.create_index("ix_feedback_store_id_occurred_at", "feedback", ["store_id", "occurred_at"])
    op.create_index(op.f("ix_feedback_store_id"), "feedback", ["store_id"])
    op.drop_table("rollups")
    op.drop_index(op.f("ix_day_scores_day"), "day_scores")
    op.drop_table("day_scores")
