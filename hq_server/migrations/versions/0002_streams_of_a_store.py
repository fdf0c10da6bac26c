"""A stream has a watermark per store: a device that moved begins again at its new store."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the store to the key of streams."""
    with op.batch_alter_table("streams") as streams:
        streams.drop_constraint("pk_streams", type_="primary")
        streams.create_primary_key("pk_streams", ["device", "epoch", "lane", "store_id"])


def downgrade() -> None:
    """Take the store out of the key of streams; fails when a device has moved."""
    with op.batch_alter_table("streams") as streams:
        streams.drop_constraint("pk_streams", type_="primary")
        streams.create_primary_key("pk_streams", ["device", "epoch", "lane"])
