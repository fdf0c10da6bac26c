"""The ledger: accounts, offers and replays; partitions; dead letters that are tried again."""

import sqlalchemy as sa
from alembic import op

from hq_server.database import UtcDateTime

revision = "0004"
down_revision = "0003"

PARTITIONS = 64


def upgrade() -> None:
    """Create the tables of the ledger, and add columns to what was there."""
    _stream_accounts()
    _offers()
    _replays()
    partitions = op.create_table(
        "partitions",
        sa.Column("id", sa.String(8), nullable=False),
        sa.Column("token", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partitions")),
    )
    op.bulk_insert(partitions, [{"id": str(number)} for number in range(PARTITIONS)])
    with op.batch_alter_table("leases") as leases:
        leases.add_column(sa.Column("figures", sa.JSON(), nullable=True))
    with op.batch_alter_table("dead_letters") as letters:
        letters.add_column(sa.Column("tried_at", UtcDateTime(), nullable=True))
        letters.add_column(sa.Column("done_at", UtcDateTime(), nullable=True))
        letters.create_index(op.f("ix_dead_letters_done_at"), ["done_at"])
    with op.batch_alter_table("refusals") as refusals:
        refusals.drop_constraint("pk_refusals", type_="primary")
        refusals.create_primary_key("pk_refusals", ["sender", "why"])


def downgrade() -> None:
    """Take all of it away; fails when a sender was refused for more than one reason."""
    with op.batch_alter_table("refusals") as refusals:
        refusals.drop_constraint("pk_refusals", type_="primary")
        refusals.create_primary_key("pk_refusals", ["sender"])
    with op.batch_alter_table("dead_letters") as letters:
        letters.drop_index(op.f("ix_dead_letters_done_at"))
        letters.drop_column("done_at")
        letters.drop_column("tried_at")
    with op.batch_alter_table("leases") as leases:
        leases.drop_column("figures")
    for table in ("partitions", "replays", "offers", "stream_accounts"):
        op.drop_table(table)


def _of_a_stream() -> list[sa.Column[str]]:
    return [
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("lane", sa.String(16), nullable=False),
        sa.Column("store_id", sa.String(64), nullable=False),
        sa.Column("gateway_id", sa.String(64), nullable=False),
    ]


def _stream_accounts() -> None:
    op.create_table(
        "stream_accounts",
        *_of_a_stream(),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("waiting_since", UtcDateTime(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "device", "epoch", "lane", "store_id", name=op.f("pk_stream_accounts")
        ),
    )
    op.create_index(op.f("ix_stream_accounts_store_id"), "stream_accounts", ["store_id"])


def _offers() -> None:
    op.create_table(
        "offers",
        *_of_a_stream(),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("device", "epoch", "lane", "store_id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_store_id"), "offers", ["store_id"])


def _replays() -> None:
    op.create_table(
        "replays",
        sa.Column("id", sa.String(64), nullable=False),
        *_of_a_stream(),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("lost_by", sa.String(16), nullable=False),
        sa.Column("noticed_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replays")),
    )
    for column in ("store_id", "noticed_at", "done_at"):
        op.create_index(op.f(f"ix_replays_{column}"), "replays", [column])
