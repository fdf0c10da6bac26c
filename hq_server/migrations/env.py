"""Runs the migrations on the connection that `hq_server.migrations` hands over."""

from __future__ import annotations

from alembic import context

from hq_server import tables  # noqa: F401 - fills the metadata
from hq_server.database import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
