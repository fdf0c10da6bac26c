"""What HQ tells stores: surveys, publications, briefs and their holders, codes, enrolments."""

import sqlalchemy as sa
from alembic import op

from hq_server.database import UtcDateTime

revision = "0006"
down_revision = "0005"

_OF_GATEWAYS = (("codes_left", sa.BigInteger()), ("address", sa.String(200)))
_OF_DEVICES = (
    ("survey_version", sa.BigInteger()),
    ("briefs", sa.JSON()),
    ("codes_left", sa.BigInteger()),
    ("marked", sa.BigInteger()),
    ("responses", sa.BigInteger()),
)
_TABLES = (
    "surveys",
    "publications",
    "documents",
    "briefs",
    "holdings",
    "compositions",
    "code_blocks",
    "enrolments",
)


def upgrade() -> None:
    """Create the tables, and add to gateways and devices what they say since."""
    _surveys()
    _briefs()
    _code_blocks()
    _enrolments()
    for table, columns in (("gateways", _OF_GATEWAYS), ("devices", _OF_DEVICES)):
        with op.batch_alter_table(table) as batch:
            for name, kind in columns:
                batch.add_column(sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Take all of it away."""
    for table, columns in (("gateways", _OF_GATEWAYS), ("devices", _OF_DEVICES)):
        with op.batch_alter_table(table) as batch:
            for name, _kind in columns:
                batch.drop_column(name)
    for table in reversed(_TABLES):
        op.drop_table(table)


def _text(name: str, length: int, *, optional: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=optional)


def _at(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(), nullable=optional)


def _surveys() -> None:
    op.create_table(
        "surveys",
        _text("id", 64),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_from", sa.BigInteger(), nullable=True),
        _text("author", 64),
        _text("note", 500),
        _at("saved_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("version", name=op.f("uq_surveys_version")),
    )
    op.create_table(
        "publications",
        _text("id", 64),
        _text("scope", 16),
        _text("place", 200),
        sa.Column("version", sa.BigInteger(), nullable=True),
        _text("author", 64),
        _text("note", 500),
        _at("published_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
    )
    op.create_index(op.f("ix_publications_scope_place"), "publications", ["scope", "place"])


def _briefs() -> None:
    op.create_table(
        "documents",
        _text("id", 64),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _at("wanted_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_wanted_at"), "documents", ["wanted_at"])
    op.create_table(
        "briefs",
        _text("addressee", 64),
        _text("kind", 16),
        _text("store_id", 64),
        _text("version", 64),
        _at("changed_at"),
        sa.PrimaryKeyConstraint("addressee", "kind", name=op.f("pk_briefs")),
    )
    op.create_index(op.f("ix_briefs_store_id"), "briefs", ["store_id"])
    op.create_table(
        "holdings",
        _text("gateway_id", 64),
        _text("kind", 16),
        _text("store_id", 64),
        _text("version", 200),
        sa.PrimaryKeyConstraint("gateway_id", "kind", name=op.f("pk_holdings")),
    )
    op.create_table(
        "compositions",
        _text("store_id", 64),
        sa.Column("stale", sa.Boolean(), nullable=False),
        _at("composed_at", optional=True),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_compositions")),
    )
    for column in ("stale", "composed_at"):
        op.create_index(op.f(f"ix_compositions_{column}"), "compositions", [column])


def _code_blocks() -> None:
    op.create_table(
        "code_blocks",
        _text("id", 64),
        _text("store_id", 64),
        sa.Column("number", sa.BigInteger(), nullable=False),
        _text("gateway_id", 64),
        _text("epoch", 64),
        _at("made_at"),
        _at("taken_at", optional=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_blocks")),
        sa.UniqueConstraint("number", name=op.f("uq_code_blocks_number")),
    )
    op.create_index(op.f("ix_code_blocks_gateway_id"), "code_blocks", ["gateway_id"])


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        _text("id", 64),
        _text("store_id", 64),
        _text("device", 64),
        _text("touchpoint", 64),
        _text("code_hash", 64),
        _text("epoch_before", 64, optional=True),
        _text("author", 64),
        _at("made_at"),
        _at("expires_at"),
        _at("revoked_at", optional=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_enrolments_code_hash")),
    )
    op.create_index(op.f("ix_enrolments_store_id"), "enrolments", ["store_id"])
