"""The rulebook: drafts, revisions, what was published, replays; what gateways grade by."""

import sqlalchemy as sa
from alembic import op

from hq_server.database import UtcDateTime

revision = "0010"
down_revision = "0009"

_COUNTS = ("total", "done", "leaves_s", "becomes_s", "regraded", "otherwise")
_TABLES = ("changed", "replays", "versions", "publications", "revisions", "drafts")


def upgrade() -> None:
    """Add the tables, and columns of gateways."""
    _what_is_written()
    _what_is_in_force()
    _what_would_change()
    with op.batch_alter_table("gateways") as gateways:
        gateways.add_column(sa.Column("rules", sa.JSON(), nullable=True))


def _what_is_written() -> None:
    op.create_table(
        "rulebook_drafts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("made_from", sa.Integer(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_drafts")),
    )
    op.create_table(
        "rulebook_revisions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("made_from", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_revisions")),
        sa.UniqueConstraint("number", name=op.f("uq_rulebook_revisions_number")),
    )


def _what_is_in_force() -> None:
    op.create_table(
        "rulebook_publications",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_publications")),
        sa.UniqueConstraint("number", name=op.f("uq_rulebook_publications_number")),
    )
    op.create_table(
        "rulebook_versions",
        sa.Column("lexicon_version", sa.String(64), nullable=False),
        sa.Column("policy_version", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "lexicon_version", "policy_version", name=op.f("pk_rulebook_versions")
        ),
    )


def _what_would_change() -> None:
    op.create_table(
        "rulebook_replays",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("before_toml", sa.Text(), nullable=False),
        sa.Column("before_version", sa.String(64), nullable=False),
        sa.Column("before_revision", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_replays")),
    )
    op.create_table(
        "rulebook_changed",
        sa.Column("replay_id", sa.String(64), nullable=False),
        sa.Column("response_id", sa.String(64), nullable=False),
        sa.Column("store_id", sa.String(64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("replay_id", "response_id", name=op.f("pk_rulebook_changed")),
    )
    op.create_index(
        "ix_rulebook_changed_replay_id_rank",
        "rulebook_changed",
        ["replay_id", "rank", "response_id"],
    )


def downgrade() -> None:
    """Take all of it away."""
    with op.batch_alter_table("gateways") as gateways:
        gateways.drop_column("rules")
    for name in _TABLES:
        op.drop_table(f"rulebook_{name}")
