"""When a gateway said what stands of it, by its own clock: an older state comes late at times."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the clock; none is known until a gateway speaks next."""
    with op.batch_alter_table("gateways") as gateways:
        gateways.add_column(sa.Column("state_clock", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("gateways") as gateways:
        gateways.drop_column("state_clock")
