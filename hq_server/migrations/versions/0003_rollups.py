"""Rollups of feedback, written with it."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the rollups."""


def downgrade() -> None:
    """Drop the rollups."""
