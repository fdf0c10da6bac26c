"""What tills say: goods and payment of receipts, why a rating has none, instructions, readers."""

import sqlalchemy as sa
from alembic import op

from hq_server.database import UtcDateTime

revision = "0008"
down_revision = "0007"

_OF_RECEIPT = (("cashier", 64), ("at_table", 32), ("discount", 32), ("payment", 32))
_OF_LINK = (
    ("receipt_id", sa.String(64)), ("number", sa.String(200)), ("till", sa.String(64)),
    ("offset_ms", sa.BigInteger()),
)  # fmt: skip


def upgrade() -> None:
    """Add columns and a table."""
    with op.batch_alter_table("receipts") as receipts:
        for name, length in _OF_RECEIPT:
            receipts.add_column(sa.Column(name, sa.String(length), nullable=True))
        receipts.add_column(sa.Column("goods", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("receipt_links") as links:
        links.add_column(sa.Column("rank", sa.BigInteger(), nullable=False, server_default="1"))
        links.add_column(sa.Column("found_by", sa.String(16), nullable=True, server_default="time"))
        links.add_column(sa.Column("why_not", sa.String(16), nullable=True))
        for name, kind in _OF_LINK:
            links.alter_column(name, existing_type=kind, nullable=True)
    with op.batch_alter_table("gateways") as gateways:
        gateways.add_column(sa.Column("readers", sa.JSON(), nullable=True))
    op.create_table(
        "instructions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("store_id", sa.String(64), nullable=False),
        sa.Column("gateway_id", sa.String(64), nullable=False),
        sa.Column("touchpoint", sa.String(64), nullable=True),
        sa.Column("rule", sa.String(64), nullable=True),
        sa.Column("measure", sa.String(64), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("bound", sa.Float(), nullable=True),
        sa.Column("text", sa.JSON(), nullable=True),
        sa.Column("given_at", UtcDateTime(), nullable=True),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.Column("acknowledged_by", sa.String(200), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", "store_id", name=op.f("pk_instructions")),
    )
    op.create_index("ix_instructions_store_id_given_at", "instructions", ["store_id", "given_at"])


def downgrade() -> None:
    """Take all of it away; a rating without a receipt has no link again."""
    op.drop_table("instructions")
    with op.batch_alter_table("gateways") as gateways:
        gateways.drop_column("readers")
    op.execute("DELETE FROM receipt_links WHERE receipt_id IS NULL")
    with op.batch_alter_table("receipt_links") as links:
        for name in ("why_not", "found_by", "rank"):
            links.drop_column(name)
        for name, kind in _OF_LINK:
            links.alter_column(name, existing_type=kind, nullable=False)
    with op.batch_alter_table("receipts") as receipts:
        receipts.drop_column("goods")
        for name, _ in reversed(_OF_RECEIPT):
            receipts.drop_column(name)
