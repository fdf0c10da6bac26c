"""0 to 10, promises, doubts, what phones add, and what shoppers say of open problems.

Scores are in hundredths of a response from here on: the first ingest that starts counts them anew.
"""

import sqlalchemy as sa
from alembic import op

from hq_server.database import UtcDateTime

revision = "0007"
down_revision = "0006"

_OUTCOMES = ("rated", "skipped", "timed_out", "abandoned", "error", "not_asked")
_MISUSES = ("mash", "burst", "after_hours", "after_sale")
_SCORES = (
    "promoters", "passives", "detractors", *(f"ended_{each}" for each in _OUTCOMES),
    "marked", *(f"mark_{each}" for each in _MISUSES),
)  # fmt: skip
_HAS_CODE = sa.text("code IS NOT NULL")


def upgrade() -> None:
    """Add columns and tables; drop what was counted."""
    with op.batch_alter_table("feedback") as feedback:
        feedback.add_column(sa.Column("nps", sa.Integer(), nullable=True))
        feedback.add_column(sa.Column("promised_at", UtcDateTime(), nullable=True))
        feedback.add_column(sa.Column("marks", sa.JSON(), nullable=False, server_default="[]"))
        feedback.add_column(sa.Column("weight", sa.Integer(), nullable=False, server_default="100"))
    _index_codes("feedback")
    with op.batch_alter_table("day_scores") as scores:
        for name in _SCORES:
            column = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
            scores.add_column(column)
    op.execute("DELETE FROM day_scores")
    op.execute("DELETE FROM rollups")
    op.create_table(
        "additions",
        sa.Column("response_id", sa.String(64), nullable=False),
        sa.Column("store_id", sa.String(64), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("code", sa.String(20), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("response_id", "store_id", "source", name=op.f("pk_additions")),
    )
    _index_codes("additions")
    _problems()


def _index_codes(table: str) -> None:
    op.create_index(
        f"ix_{table}_code", table, ["code"], sqlite_where=_HAS_CODE, postgresql_where=_HAS_CODE
    )


def _problems() -> None:
    op.create_table(
        "problem_votes",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("store_id", sa.String(64), nullable=False),
        sa.Column("gateway_id", sa.String(64), nullable=False),
        sa.Column("problem", sa.String(64), nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("place", sa.String(64), nullable=True),
        sa.Column("touchpoint", sa.String(64), nullable=True),
        sa.Column("vote", sa.String(16), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", "store_id", name=op.f("pk_problem_votes")),
    )
    op.create_index("ix_problem_votes_store_id_problem", "problem_votes", ["store_id", "problem"])
    op.create_table(
        "problem_hidden",
        sa.Column("problem", sa.String(64), nullable=False),
        sa.Column("store_id", sa.String(64), nullable=False),
        sa.Column("hidden_by", sa.String(64), nullable=False),
        sa.Column("hidden_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("problem", "store_id", name=op.f("pk_problem_hidden")),
    )


def downgrade() -> None:
    """Take all of it away."""
    for table in ("problem_hidden", "problem_votes", "additions"):
        op.drop_table(table)
    op.execute("DELETE FROM day_scores")
    op.execute("DELETE FROM rollups")
    with op.batch_alter_table("day_scores") as scores:
        for name in _SCORES:
            scores.drop_column(name)
    op.drop_index("ix_feedback_code", "feedback")
    with op.batch_alter_table("feedback") as feedback:
        for name in ("weight", "marks", "promised_at", "nps"):
            feedback.drop_column(name)
